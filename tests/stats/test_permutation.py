"""stats.permutation: means compared within strata, whatever their values are."""

import doctest
from random import Random

import pytest

from twiceshy.stats import permutation
from twiceshy.stats.permutation import TwoSides, compare_means
from twiceshy.stats.strata import TwoByTwoTable, exact_p_value


def test_doctests() -> None:
    """Equal sides do not differ."""
    assert doctest.testmod(permutation).failed == 0


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
