"""stats: published numbers (its doctests) and what holds for all inputs."""

import doctest
import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.stats import intervals
from twiceshy.stats.intervals import count_needed, measure_share

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


# facts.student: published numbers (its doctests) and the ends of the distribution.


def test_published_numbers_hold_of_student_t() -> None:
    """Each method gives the numbers of the source that it names."""
    found = doctest.testmod(intervals)

    assert (found.failed, found.attempted > 2) == (0, True)


@pytest.mark.parametrize("df", [1, 2, 7, 30, 400])
@pytest.mark.parametrize("p", [0.9, 0.95, 0.975, 0.9995])
def test_quantile_and_test_agree(df: int, p: float) -> None:
    """The quantile is where the two-sided test gives twice the tail."""
    assert intervals.t_two_sided(intervals.t_quantile(p, df), df) == pytest.approx(2 * (1 - p), rel=1e-6)


def test_the_ends_hold() -> None:
    """No difference has the p-value 1, an endless one 0, and many degrees are the normal distribution."""
    assert intervals.t_two_sided(0, 5) == 1
    assert intervals.t_two_sided(math.inf, 5) == 0
    assert intervals.t_quantile(0.975, 1e6) == pytest.approx(1.95996, abs=1e-4)


# dataset.shares: a share of nothing is known to be nothing.


def test_a_share_has_its_interval() -> None:
    """Wilson's; of nothing it is 0 of 0, anywhere from 0 to 1."""
    half = measure_share(5, 10)

    assert (half.hits, half.n, half.share) == (5, 10, 0.5)
    assert 0.2 < half.low < 0.5 < half.high < 0.8
    assert measure_share(0, 0) == (0, 0, 0.0, 0.0, 1.0)


# How many cases show a difference of two shares.


@pytest.mark.parametrize(("first", "second", "share"), [(0.5, 0.35, 0.5), (0.6, 0.42, 0.8), (0.2, 0.1, 0.3)])
def test_so_many_cases_show_it_four_times_of_five(first: float, second: float, share: float) -> None:
    """By drawing them, and the pooled test of two shares."""
    rng = Random(1)
    n = count_needed(first, second, share)
    one, other = round(n * share), n - round(n * share)
    seen = 0
    for _ in range(1500):
        a = sum(rng.random() < first for _ in range(one))
        b = sum(rng.random() < second for _ in range(other))
        middle = (a + b) / n
        error = (middle * (1 - middle) * (1 / one + 1 / other)) ** 0.5
        seen += abs(a / one - b / other) > 1.96 * error
    assert 0.76 < seen / 1500 < 0.84


def test_the_sides_may_change_places() -> None:
    """It is the same difference."""
    assert count_needed(0.5, 0.3, 0.2) == count_needed(0.3, 0.5, 0.8)
