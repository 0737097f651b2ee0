"""stats.misclassification: what is left of a comparison when the outcome's errors are taken out."""

import doctest
import math

import pytest

from twiceshy.stats import clusters, misclassification
from twiceshy.stats.clusters import Cluster
from twiceshy.stats.misclassification import (
    AnswerLabels,
    ErrorRates,
    correct_comparison,
    correct_share,
    estimate_error_rates,
)
from twiceshy.stats.strata import TwoByTwoTable

PERFECT = ErrorRates(1.0, 0.0, 0.0, 0.0)


def sessions(*rows: tuple[int, int, int, int], times: int = 20) -> list[Cluster]:
    some: list[Cluster] = [{"": TwoByTwoTable(*row)} for row in rows]
    return some * times


def test_doctests() -> None:
    """The published formulas give the numbers that their docstrings show."""
    assert doctest.testmod(misclassification).failed == 0


NOTHING = [
    pytest.param(sessions((3, 10, 2, 10), times=1), PERFECT, id="one session"),
    pytest.param(sessions((3, 10, 0, 0)), PERFECT, id="one side"),
    pytest.param(sessions((2, 10, 1, 10)), ErrorRates(0.9, 0.0, 0.1, 0.0), id="no more hits than errors make"),
]


@pytest.mark.parametrize(("some", "rates"), NOTHING)
def test_where_nothing_can_be_told_no_ratio_is_given(some: list[Cluster], rates: ErrorRates) -> None:
    """One session, one side, or others' hits that errors alone explain: not a number, any value possible."""
    ratio = correct_comparison(some, rates).ratio

    assert math.isnan(ratio.estimate)
    assert (ratio.low, ratio.high) == (0.0, math.inf)


def test_an_outcome_told_at_random_gives_no_difference() -> None:
    """Where a yes is as likely for a true no, nothing is known of the truth."""
    random = ErrorRates(0.5, 0.01, 0.45, 0.01)

    assert correct_comparison(sessions((5, 10, 2, 10)), random).difference[1:] == (-1.0, 1.0)
    assert math.isnan(correct_share(0.5, random))


def test_without_errors_it_is_the_plain_comparison() -> None:
    """A perfect outcome keeps its ratio and its difference."""
    some = sessions((3, 10, 2, 10), (5, 10, 2, 10), (1, 4, 1, 9))
    plain, true = clusters.compare_clusters(some), correct_comparison(some, PERFECT)

    assert true.ratio.estimate == pytest.approx(plain.ratio.estimate)
    assert true.difference.estimate == pytest.approx(plain.difference.estimate)
    assert true.ratio.low == pytest.approx(plain.ratio.low, rel=0.1)


def test_false_hits_pull_towards_one_and_are_taken_out() -> None:
    """Told 40 and 20 of 100 with 10 of 100 false ones were 30 and 10, and few labels widen the interval."""
    some = sessions((4, 10, 2, 10), (3, 10, 2, 10), (5, 10, 2, 10))
    sure, unsure = (correct_comparison(some, ErrorRates(1.0, 0.0, 0.1, spread)) for spread in (0.0, 0.0009))

    assert sure.ratio.estimate == pytest.approx(3.0)
    assert unsure.ratio.low < sure.ratio.low < 3.0 < sure.ratio.high < unsure.ratio.high
    assert unsure.ratio.low > 1  # at no effect the shared error cancels out


def test_a_side_below_its_errors_has_none() -> None:
    """The exposed with fewer hits than errors make have a ratio of 0, with an upper end."""
    ratio = correct_comparison(sessions((1, 10, 5, 10), (0, 10, 4, 10)), ErrorRates(1.0, 0.0, 0.1, 0.0)).ratio

    assert (ratio.estimate, ratio.low) == (0.0, 0.0)
    assert 0 < ratio.high < 1


def test_few_labels_are_never_certain() -> None:
    """Four of four right is no certainty."""
    rates = estimate_error_rates(AnswerLabels(4, 0, 0, 4))

    assert 0 < rates.false_share < 0.5 < rates.sensitivity < 1
    assert rates.false_variance > 0
