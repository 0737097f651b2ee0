"""How many cases show a difference of two shares."""

from random import Random

import pytest

from twiceshy.stats.power import count_needed


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
