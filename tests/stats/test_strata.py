"""facts.strata: published numbers (its doctests) and what holds for all tables."""

import doctest
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.stats import intervals, strata
from twiceshy.stats.strata import TwoByTwoTable

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
