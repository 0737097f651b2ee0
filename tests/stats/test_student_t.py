"""facts.student: published numbers (its doctests) and the ends of the distribution."""

import doctest
import math

import pytest

from twiceshy.stats import student_t


def test_published_numbers_hold() -> None:
    """Each method gives the numbers of the source that it names."""
    found = doctest.testmod(student_t)

    assert (found.failed, found.attempted > 2) == (0, True)


@pytest.mark.parametrize("df", [1, 2, 7, 30, 400])
@pytest.mark.parametrize("p", [0.9, 0.95, 0.975, 0.9995])
def test_quantile_and_test_agree(df: int, p: float) -> None:
    """The quantile is where the two-sided test gives twice the tail."""
    assert student_t.t_two_sided(student_t.t_quantile(p, df), df) == pytest.approx(2 * (1 - p), rel=1e-6)


def test_the_ends_hold() -> None:
    """No difference has the p-value 1, an endless one 0, and many degrees are the normal distribution."""
    assert student_t.t_two_sided(0, 5) == 1
    assert student_t.t_two_sided(math.inf, 5) == 0
    assert student_t.t_quantile(0.975, 1e6) == pytest.approx(1.95996, abs=1e-4)
