"""stats.people: each person is one witness, and those who did most of the work are fewer than they seem."""

import doctest
import math

import pytest

from twiceshy.stats import people
from twiceshy.stats.clusters import compare_clusters
from twiceshy.stats.people import WeighedSide, compare_people, compare_weighed
from twiceshy.stats.strata import TwoByTwoTable

ALIKE = [TwoByTwoTable(30 + x, 100, 15 - x, 100) for x in range(6)]


def test_the_examples_hold() -> None:
    """Each function gives the numbers that its docstring shows."""
    found = doctest.testmod(people)

    assert (found.failed, found.attempted >= 4) == (0, True)


def test_people_of_equal_weight_are_clusters_with_a_stratum_each() -> None:
    """With equal people the answer is that of the method for sessions."""
    mine = compare_people([[one] for one in ALIKE])
    clusters = compare_clusters([{place: one} for place, one in enumerate(ALIKE)])

    assert list(mine.difference) == pytest.approx(list(clusters.difference))
    assert list(mine.ratio) == pytest.approx(list(clusters.ratio))
    assert mine.p == pytest.approx(clusters.p)


def test_equal_weights_of_cases_are_counts() -> None:
    """Where every case weighs the same, weighed sides say what tables say."""
    sides = [
        (WeighedSide(one.hits * 3, one.n * 3, one.n * 9), WeighedSide(one.other_hits, one.other_n, one.other_n))
        for one in ALIKE
    ]

    assert list(compare_weighed(sides).difference) == pytest.approx(
        list(compare_people([[one] for one in ALIKE]).difference)
    )


def test_one_who_did_most_of_the_work_widens_the_interval() -> None:
    """Nine small shares beside a large one are not ten witnesses."""
    large = [TwoByTwoTable(one.hits * 40, one.n * 40, one.other_hits * 40, one.other_n * 40) for one in ALIKE[:1]]
    alone, equal = compare_people([[one] for one in ALIKE]), compare_people([[one] for one in [*large, *ALIKE[1:]]])

    assert equal.difference.high - equal.difference.low > 3 * (alone.difference.high - alone.difference.low)


def test_two_who_agree_by_chance_are_no_proof() -> None:
    """Of two people with the same shares the interval is at least that of independent cases."""
    found = compare_people([[TwoByTwoTable(30, 100, 40, 100)]] * 2)

    assert found.difference.low < -0.18
    assert found.difference.high > -0.02


def test_a_baseline_of_ones_own_is_no_effect() -> None:
    """Who fails often and is warned often does not make warnings look bad."""
    found = compare_people([[TwoByTwoTable(80, 100, 8, 10)], [TwoByTwoTable(1, 10, 10, 100)]] * 4)

    assert found.difference.estimate == pytest.approx(0)


@pytest.mark.parametrize(
    "some",
    [
        pytest.param([], id="nobody"),
        pytest.param([[]], id="nobody with cases"),
        pytest.param([[TwoByTwoTable(1, 5, 0, 0)]] * 3, id="one side only"),
    ],
)
def test_nothing_to_compare_is_said_so(some: list[list[TwoByTwoTable]]) -> None:
    """Without both sides there is no difference, and its interval is everything."""
    found = compare_people(some)

    assert math.isnan(found.difference.estimate)
    assert (found.difference.low, found.difference.high, found.p, found.sessions) == (-1.0, 1.0, 1.0, 0)


def test_one_person_tells_nothing_of_people() -> None:
    """The interval of one person's difference is everything."""
    found = compare_people([[TwoByTwoTable(50, 100, 10, 100)]])

    assert (found.difference.low, found.difference.high, found.sessions) == (-1.0, 1.0, 1)
