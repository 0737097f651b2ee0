"""stats: published numbers (its doctests) and what holds for all inputs."""

import doctest
import math
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from twiceshy.stats import intervals

COUNTS = st.integers(0, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_published_numbers_hold() -> None:
    """Each method gives the numbers of the source that it names."""
    found = doctest.testmod(intervals)

    assert (found.failed, found.attempted > 15) == (0, True)


@given(COUNTS)
def test_an_interval_holds_its_share(counts: tuple[int, int]) -> None:
    """The share lies in its interval, and the interval in 0 to 1."""
    share, low, high = intervals.wilson(*counts)

    assert 0 <= low <= high <= 1
    assert math.isnan(share) or low <= share + 1e-12 <= high + 2e-12


@given(COUNTS, COUNTS)
def test_a_ratio_lies_in_its_interval(one: tuple[int, int], other: tuple[int, int]) -> None:
    """Zeros and full cells give a finite positive ratio in its interval; an empty group gives none."""
    ratio, low, high = intervals.risk_ratio(*one, *other)

    assert low <= high
    assert math.isnan(ratio) == (0 in {one[1], other[1]})
    if not math.isnan(ratio):
        assert 0 < low <= ratio <= high < math.inf


@given(COUNTS, COUNTS)
def test_an_exact_test_is_symmetric(one: tuple[int, int], other: tuple[int, int]) -> None:
    """Which group is named first does not change the p-value, which lies in 0 to 1."""
    p = intervals.fisher(*one, *other)

    assert 0 <= p <= 1
    assert math.isclose(p, intervals.fisher(*other, *one), rel_tol=1e-6)


@given(st.lists(st.floats(0, 1)))
def test_adjusting_keeps_the_order(p_values: list[float]) -> None:
    """An adjusted p-value is never smaller than its own, and the order of p-values stays."""
    adjusted = intervals.false_discovery(p_values)

    assert all(q >= p for p, q in zip(p_values, adjusted, strict=True))
    by_p = [q for _, q in sorted(zip(p_values, adjusted, strict=True))]
    assert by_p == sorted(by_p)


def test_fewer_than_two_clusters_give_no_interval() -> None:
    """One session alone tells nothing of how sessions differ."""
    found = intervals.bootstrap_clusters([3.0], sum, Random(1))

    assert found.estimate == 3.0
    assert math.isnan(found.low)


def test_statistics_that_are_mostly_undefined_give_no_interval() -> None:
    """Where most drawings have no value, no interval is claimed."""
    found = intervals.bootstrap_clusters([1.0, 2.0], lambda _: math.nan, Random(1))

    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_no_values_have_no_quantile() -> None:
    """The quantile of nothing is nan, and its interval is everything."""
    found = intervals.quantile_interval([], 0.5)

    assert math.isnan(found.estimate)
    assert (found.low, found.high) == (-math.inf, math.inf)
