"""stats.standardized: its alarms on sessions that do not differ, and what it does with nothing."""

import math
from collections.abc import Sequence
from random import Random

import pytest

from twiceshy.stats.standardized import NO_RATIO, WitnessSums, compare_standardized


def add_up(rows: Sequence[tuple[int, float]]) -> WitnessSums:
    """The sums of sessions, each with what was seen and what was expected."""
    return WitnessSums(
        len(rows),
        sum(seen for seen, _ in rows),
        math.fsum(expected for _, expected in rows),
        sum(seen * seen for seen, _ in rows),
        math.fsum(seen * expected for seen, expected in rows),
        math.fsum(expected * expected for _, expected in rows),
    )


def draw(rng: Random, sessions: int, times: float) -> list[tuple[int, float]]:
    """Sessions of 20 to 200 calls whose own rate of failures varies as a gamma variable around 4 % ``times``."""
    rows = []
    for _ in range(sessions):
        calls, rate = rng.randint(20, 200), min(0.04 * times * rng.gammavariate(2, 0.5), 1.0)
        rows.append((sum(rng.random() < rate for _ in range(calls)), 0.04 * calls))
    return rows


@pytest.mark.parametrize(("sessions", "others"), [(10, 40), (40, 40), (5, 200)])
def test_like_groups_are_seldom_called_different(sessions: int, others: int) -> None:
    """At most some 5 % of the time, as it says; few sessions are no exception."""
    rng = Random(7)

    found = [
        compare_standardized(add_up(draw(rng, sessions, 1.0)), add_up(draw(rng, others, 1.0))).p < 0.05
        for _ in range(300)
    ]

    assert sum(found) / len(found) < 0.09  # 5 % and two and a half standard errors of 300 rounds, with some bias


def test_other_groups_are() -> None:
    """Twice as many failures are seen with forty sessions, nearly always, and the interval holds 2."""
    rng = Random(11)

    found = [compare_standardized(add_up(draw(rng, 40, 2.0)), add_up(draw(rng, 40, 1.0))) for _ in range(100)]

    assert sum(one.p < 0.05 for one in found) > 90
    assert sum(one.ratio.low <= 2 <= one.ratio.high for one in found) > 88


def test_one_is_without_the_other() -> None:
    """The rest of a whole, sum by sum."""
    rows = [(3, 1.5), (0, 2.0), (1, 0.25), (4, 4.0)]

    assert add_up(rows).without(add_up(rows[:2])) == add_up(rows[2:])


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="nothing"),
        pytest.param([(1, 1.0)], id="one session"),
        pytest.param([(0, 1.0), (0, 2.0)], id="nothing failed"),
        pytest.param([(1, 0.0), (1, 0.0)], id="nothing expected"),
    ],
)
def test_nothing_is_told_of_too_little(rows: list[tuple[int, float]]) -> None:
    """On either side; and where all sessions are the same there is no spread to judge by."""
    enough = add_up([(3, 1.5), (0, 2.0), (1, 0.25)])

    assert compare_standardized(add_up(rows), enough) is NO_RATIO
    assert compare_standardized(enough, add_up(rows)) is NO_RATIO
    assert compare_standardized(add_up([(1, 1.0)] * 2), add_up([(1, 1.0)] * 2)) is NO_RATIO
