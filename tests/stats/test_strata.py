"""facts.strata: published numbers (its doctests) and what holds for all tables."""

import doctest
import math
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.stats import intervals, strata
from twiceshy.stats import strata as stats_strata
from twiceshy.stats.strata import (
    NO_RATIO,
    TwoByTwoTable,
    TwoSides,
    WitnessSums,
    compare_means,
    compare_standardized,
    exact_p_value,
)

COUNTS = st.integers(0, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
TABLES = st.tuples(COUNTS, COUNTS).map(lambda pair: TwoByTwoTable(*pair[0], *pair[1]))


def test_published_numbers_hold() -> None:
    """Each method gives the numbers of the source that it names."""
    found = doctest.testmod(strata)

    assert (found.failed, found.attempted > 8) == (0, True)


@given(TABLES)
def test_one_stratum_is_the_plain_comparison(table: TwoByTwoTable) -> None:
    """With one stratum the exact test is Fisher's and the pooled figures are the plain ones."""
    ratio, difference = strata.pooled_ratio([table]), strata.pooled_difference([table])

    if strata.is_informative(table):
        assert math.isclose(strata.exact_p_value([table]), intervals.fisher(*table), rel_tol=1e-5)
    if table.n and table.other_n:
        assert math.isclose(difference.estimate, table.hits / table.n - table.other_hits / table.other_n, abs_tol=1e-9)
        if table.other_hits:
            plain = (table.hits / table.n) / (table.other_hits / table.other_n)
            assert math.isclose(ratio.estimate, plain, abs_tol=1e-9)


@given(st.lists(TABLES, max_size=4))
def test_estimates_lie_in_their_intervals(tables: list[TwoByTwoTable]) -> None:
    """An interval holds its estimate, a p-value lies in 0 to 1 and never below what the margins allow."""
    ratio, difference = strata.pooled_ratio(tables), strata.pooled_difference(tables)

    assert math.isnan(ratio.estimate) or ratio.low <= ratio.estimate <= ratio.high
    assert math.isnan(difference.estimate) or difference.low <= difference.estimate <= difference.high
    assert 0 <= strata.exact_p_value(tables) <= 1
    assert strata.least_p_value(tables) <= strata.exact_p_value(tables) * (1 + 1e-6)


def test_a_confounder_drops_out() -> None:
    """Two strata without any effect, which differ in how often it is done and ends badly, give ratio 1 together."""
    tables = [TwoByTwoTable(45, 90, 5, 10), TwoByTwoTable(1, 10, 9, 90)]

    assert 46 / 100 > 3 * 14 / 100
    assert strata.pooled_ratio(tables).estimate == pytest.approx(1)
    assert strata.pooled_difference(tables).estimate == pytest.approx(0)
    assert strata.exact_p_value(tables) == 1


def test_large_tables_are_answered_by_the_normal_test() -> None:
    """Beyond the places that are summed the exact test is Cochran, Mantel and Haenszel's."""
    tables = [TwoByTwoTable(900, 3000, 800, 3000)]

    assert strata.exact_p_value(tables) == strata.cochran_mantel_haenszel(tables)
    assert strata.exact_p_value(tables) == pytest.approx(intervals.fisher(*tables[0]), rel=0.1)
    assert strata.least_p_value(tables) == 0


@pytest.mark.parametrize(
    "tables",
    [
        pytest.param([], id="nothing"),
        pytest.param([TwoByTwoTable(0, 0, 0, 0)], id="no case"),
        pytest.param([TwoByTwoTable(3, 5, 0, 0)], id="all exposed"),
        pytest.param([TwoByTwoTable(0, 0, 3, 5)], id="none exposed"),
    ],
)
def test_what_cannot_be_compared_has_no_estimate(tables: list[TwoByTwoTable]) -> None:
    """Where a side is empty there is no ratio, the difference may be anything, and nothing is sure."""
    ratio, difference = strata.pooled_ratio(tables), strata.pooled_difference(tables)

    assert (math.isnan(ratio.estimate), ratio.low, ratio.high) == (True, 0, math.inf)
    assert (math.isnan(difference.estimate), difference.low, difference.high) == (True, -1, 1)
    assert strata.exact_p_value(tables) == strata.cochran_mantel_haenszel(tables) == strata.least_p_value(tables) == 1


def test_a_side_without_hits_has_an_open_end() -> None:
    """No hits on the other side give a ratio that is infinite, none on the exposed side one of 0."""
    assert strata.pooled_ratio([TwoByTwoTable(3, 5, 0, 5)]).estimate == math.inf
    assert strata.pooled_ratio([TwoByTwoTable(0, 5, 3, 5)]).estimate == 0


# stats.permutation: means compared within strata, whatever their values are.


def test_doctests() -> None:
    """Equal sides do not differ."""
    assert doctest.testmod(stats_strata).failed == 0


NOTHING = [
    pytest.param([], id="no strata"),
    pytest.param([TwoSides([1.0, 2.0], []), TwoSides([], [5.0])], id="never both in one stratum"),
]


@pytest.mark.parametrize("strata", NOTHING)
def test_what_is_never_together_is_not_compared(strata: list[TwoSides]) -> None:
    """No difference, no p-value."""
    assert compare_means(strata, Random(1)) == (None, 1.0, 0)


def test_strata_that_differ_are_no_difference() -> None:
    """One stratum has high values and mostly one side; within each the sides are alike."""
    high, low = [9.0, 11.0] * 10, [1.0, 3.0]
    found = compare_means([TwoSides(high, [10.0] * 2), TwoSides(low, [2.0] * 20)], Random(1), 300)

    assert found.difference == pytest.approx(0.0)
    assert found.p > 0.9
    assert found.n == 44


def test_a_difference_is_found_as_the_exact_test_finds_it() -> None:
    """Eight of ten against one of ten is near Fisher's p-value of .0055."""
    found = compare_means([TwoSides([1.0] * 8 + [0.0] * 2, [1.0] + [0.0] * 9)], Random(1), 4000)

    assert found.difference == pytest.approx(0.7)
    assert found.p == pytest.approx(exact_p_value([TwoByTwoTable(8, 10, 1, 10)]), abs=0.004)


# stats.standardized: its alarms on sessions that do not differ, and what it does with nothing.


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
