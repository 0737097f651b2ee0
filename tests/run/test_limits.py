"""Limits are those that a person would choose, on small cases and on simulated pasts whose truth is known."""

from collections.abc import Sequence
from random import Random

import pytest

from twiceshy.run.limits import LEAST_LIMIT_S, RunDuration, compute_limit, round_limit

STEADY = [RunDuration(seconds) for seconds in (7.1, 7.4, 7.9, 8.2, 8.8, 9.0, 9.3)]
QUICK = [RunDuration(seconds, failed=True) for seconds in (0.4, 0.5, 0.6)]
FAILED_AT_ONCE = [*QUICK, *(RunDuration(seconds) for seconds in (7.5, 8.0, 9.0))]
ELSEWHERE = [RunDuration(0.84 + number % 7 / 100) for number in range(154)] + [RunDuration(30.1)]


def cut(seconds: float, *, healthy: bool = False) -> RunDuration:
    return RunDuration(seconds, cut=True, healthy=healthy)


def times(rng: Random, count: int, *, middle: float = 60.0, spread: float = 0.25) -> list[RunDuration]:
    return [RunDuration(middle * rng.lognormvariate(0, spread)) for _ in range(count)]


def limit_of(past: Sequence[RunDuration], elsewhere: Sequence[RunDuration] = ()) -> float:
    learned = compute_limit(past, elsewhere)
    assert learned is not None
    return learned.limit_s


@pytest.mark.parametrize(
    ("past", "least", "most"),
    [
        pytest.param(STEADY, 14, 20, id="seven alike"),
        pytest.param([*STEADY, cut(60)], 90, 180, id="then one cut"),
        pytest.param([*STEADY, RunDuration(76)], 114, 228, id="then one far longer"),
        pytest.param([*STEADY, RunDuration(76), RunDuration(76)], 114, 228, id="then two"),
        pytest.param(FAILED_AT_ONCE, 14, 27, id="three failed at once"),
        pytest.param([*FAILED_AT_ONCE, cut(10)], 15, 30, id="then one cut early"),
        pytest.param([RunDuration(12.0 + number % 9) for number in range(45)] + [RunDuration(34.5)], 60, 120, id="46"),
    ],
)
def test_small_cases_have_the_limit_of_a_person(past: list[RunDuration], least: float, most: float) -> None:
    """Neither hours for a suite of seconds nor less than a healthy run may need."""
    assert least <= limit_of(past) <= most


def test_runs_elsewhere_alone_teach_no_limit() -> None:
    """However many there are: a healthy build in a new folder must not be ended by them."""
    assert compute_limit([], ELSEWHERE) is None


def test_runs_elsewhere_widen_what_few_runs_here_teach() -> None:
    """And nothing once there are some here."""
    slow = [RunDuration(400.0 + number) for number in range(40)]
    few, some = STEADY[:2], STEADY

    assert limit_of(few, slow) >= 600 > limit_of(few)
    assert limit_of(few, slow[:4]) == limit_of(few)
    assert limit_of(some, slow) == limit_of(some)


@pytest.mark.parametrize(("runs", "least"), [(1, 600), (2, 300), (3, 120), (5, LEAST_LIMIT_S)])
def test_few_runs_give_a_wide_but_finite_limit(runs: int, least: float) -> None:
    """Minutes, for a command of two seconds."""
    assert limit_of([RunDuration(2.0)] * runs) == least


def test_nothing_that_ended_by_itself_gives_no_limit() -> None:
    """However many were cut off."""
    assert compute_limit([cut(10.0)] * 20) is None


def test_a_limit_is_never_above_thirty_minutes_or_four_times_the_longest() -> None:
    """Over wild pasts: heavy tails, cut runs, quick failures, three runs or two hundred."""
    rng = Random(12)
    for _ in range(150):
        middle, spread = rng.choice([0.1, 5.0, 300.0, 4000.0]), rng.choice([0.1, 1.0, 2.0])
        past = [
            RunDuration(one.value_s, cut=rng.random() < 0.2, failed=rng.random() < 0.3)
            for one in times(rng, rng.randint(1, 60), middle=middle, spread=spread)
        ]
        elsewhere = times(rng, 30, middle=rng.choice([1.0, 900.0, 90_000.0]), spread=0.3)
        learned = compute_limit(past, elsewhere)
        assert learned is None or learned.limit_s <= max(1800.0, 4 * max(one.value_s for one in past))


@pytest.mark.parametrize("spread", [0.05, 0.25, 0.45])
def test_a_limit_lets_healthy_runs_finish(spread: float) -> None:
    """At most 2 in 1,000 are ended, over pasts of any size."""
    rng = Random(7)
    wrong = tried = 0
    for _ in range(120):
        limit = limit_of(times(rng, rng.randint(1, 60), spread=spread))
        fresh = times(rng, 40, spread=spread)
        wrong += sum(run.value_s > limit for run in fresh)
        tried += len(fresh)

    assert wrong / tried <= 0.002


def test_a_limit_ends_a_hang_soon() -> None:
    """With many alike runs, at most three times what all but a hundredth of them need."""
    assert limit_of(times(Random(3), 100, spread=0.1)) <= 3 * 60 * 1.27


def test_a_cut_run_is_not_a_short_one() -> None:
    """Runs ended after 5 s, beside some that took 60, make the limit no shorter."""
    finished = times(Random(1), 20)
    mixed = [run for pair in zip(finished, [cut(5.0)] * 20, strict=True) for run in pair]

    assert limit_of(mixed) >= limit_of(finished)


def test_a_limit_that_is_too_short_does_not_stay() -> None:
    """Each run that it cuts lengthens it."""
    past = times(Random(8), 30)
    found = []
    for _ in range(4):
        found.append(limit_of(past))
        past.append(cut(found[-1]))

    assert found == sorted(set(found))
    assert found[-1] >= 4 * found[0]


def test_a_hang_is_forgotten_when_runs_end_by_themselves_again() -> None:
    """Three of them: it was no slow run."""
    past = times(Random(8), 30)

    assert limit_of([*past, cut(600.0)]) >= 900 > limit_of([*past, cut(600.0), *past[:3]]) == limit_of(past)


def test_feedback_raises_the_limit_past_the_run_at_once_and_for_good() -> None:
    """It is never again the one that was called wrong."""
    before = limit_of(STEADY)
    past = [*STEADY, cut(before, healthy=True)]

    assert limit_of(past) >= 2 * before
    assert limit_of([*past, *STEADY, *STEADY]) >= 2 * before


def test_one_run_at_most_doubles_a_limit_unless_it_was_longer_itself() -> None:
    """And what it was is told."""
    learned = compute_limit([*times(Random(2), 40), RunDuration(300.0)])

    assert learned is not None
    assert learned.before_s is not None
    assert learned.limit_s <= max(2 * learned.before_s, round_limit(1.5 * 300))


def test_slow_growth_moves_the_limit() -> None:
    """A suite that becomes three times as slow over a year of runs is never ended."""
    rng = Random(4)
    past = [RunDuration(20 * 1.01**number * rng.lognormvariate(0, 0.1)) for number in range(110)]

    assert all(past[at].value_s <= limit_of(past[:at]) for at in range(5, 110))


def test_a_step_down_is_followed_and_four_quick_runs_are_none() -> None:
    """They may have been four hits of a cache."""
    slow, quick = times(Random(1), 40, spread=0.1), times(Random(2), 30, middle=12.0, spread=0.1)

    assert limit_of([*slow, *quick[:6]]) > 72
    assert limit_of([*slow, *quick]) <= 45


def test_a_wait_for_permission_is_no_run_time() -> None:
    """In a log that does not say how long the command itself ran."""
    waited = RunDuration(3481.0, waited=True)

    assert limit_of([*STEADY, waited]) == limit_of(STEADY)
    assert limit_of([*STEADY, waited._replace(waited=False)]) >= 3600


def test_rounding_never_shortens_and_says_what_a_person_says() -> None:
    """15 s, 20 s, 30 s, 45 s, 1 min, 90 s ..."""
    rng = Random(6)

    assert all(
        value <= round_limit(value) <= max(5, 2 * value) for value in (rng.uniform(1, 90_000) for _ in range(300))
    )
    assert [round_limit(value) for value in (14, 61, 91, 181, 601, 5401)] == [15, 90, 120, 300, 900, 7200]


def test_runs_of_no_time_at_all_have_the_least_limit() -> None:
    """A log may say zero seconds."""
    assert limit_of([RunDuration(0.0)] * 12) == LEAST_LIMIT_S
