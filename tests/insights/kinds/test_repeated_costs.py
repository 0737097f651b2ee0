"""insights.kinds.waiting: what a case cost in time."""

import pytest
from tests.insights.kinds.histories import fail, prompt, run, session

from twiceshy.insights.kinds.repeated_costs import (
    LONGEST_S,
    list_spans,
    measure_work,
    sum_dollars,
    sum_seconds,
    unite_spans,
)


def test_without_times_nothing_is_claimed() -> None:
    """A log without times gives no seconds, and no dollars."""
    timeless = session(fail())._replace(attempts=(fail(), run()))

    assert list_spans(timeless, 0, 1) == []
    assert sum_dollars(b"s", [], lambda *_: 1.0) is None
    assert measure_work(timeless.attempts) == 10.0


CASES = [
    ("given up: its own time", (fail(),), None, 10.0),
    ("until the success has ended", (fail(), run(), run()), 2, 130.0),
    ("a person's time is left out", (fail(), prompt(), run()), 2, 70.0),
]


@pytest.mark.parametrize(
    ("attempts", "until", "seconds"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_case_costs_the_time_until_it_was_over(attempts: tuple, until: int | None, seconds: float) -> None:  # type: ignore[type-arg]
    """From the failed call to the end of the one that worked."""
    assert sum_seconds(list_spans(session(*attempts), 0, until)) == seconds


def test_the_longest_time_is_no_cost() -> None:
    """A stretch that takes longer was not waiting for this one thing; of many, those count that fit."""
    slow = session(fail(seconds=9 * LONGEST_S), run())

    assert sum_seconds(list_spans(slow, 0, None)) == 0
    assert sum_seconds(list_spans(session(*(run() for _ in range(40))), 0, 39)) == LONGEST_S


def test_a_second_counts_once() -> None:
    """Two cases that wait for the same thing share their time."""
    one = session(fail(), fail(), run())
    both = [*list_spans(one, 0, 2), *list_spans(one, 1, 2)]

    assert sum_seconds(unite_spans(both)) == sum_seconds(list_spans(one, 0, 2))
    assert measure_work(one.attempts) == 130.0
    assert measure_work(()) == 0.0
