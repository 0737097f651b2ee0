"""facts.clusters: published numbers (its doctests), and what holds for sessions that hang together."""

import doctest
import math
from collections.abc import Hashable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.stats import clusters, strata
from twiceshy.stats.clusters import Cluster
from twiceshy.stats.strata import TwoByTwoTable

COUNTS = st.integers(0, 6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
TABLES = st.tuples(COUNTS, COUNTS).map(lambda pair: TwoByTwoTable(*pair[0], *pair[1]))
CLUSTERS = st.lists(st.dictionaries(st.sampled_from("ab"), TABLES, min_size=1, max_size=2), max_size=10)


def cluster(*tables: TwoByTwoTable) -> dict[Hashable, TwoByTwoTable]:
    return dict(enumerate(tables))


def test_published_numbers_hold() -> None:
    """Each method gives the numbers of the source that it names."""
    found = doctest.testmod(clusters)

    assert (found.failed, found.attempted > 5) == (0, True)


@given(CLUSTERS)
def test_the_estimates_are_the_pooled_ones(some: list[Cluster]) -> None:
    """Sessions change intervals, not estimates; estimates lie in them, and p-values in 0 to 1."""
    found = clusters.compare_clusters(some)
    tables = list(clusters.sum_tables(some).values())
    ratio, difference = strata.pooled_ratio(tables).estimate, strata.pooled_difference(tables).estimate

    assert found.ratio.estimate == pytest.approx(ratio, nan_ok=True)
    assert found.difference.estimate == pytest.approx(difference, nan_ok=True)
    assert 0 <= found.p <= 1
    if not math.isnan(ratio):
        assert 0 <= found.ratio.low <= found.ratio.estimate * (1 + 1e-9)
        assert found.ratio.estimate <= found.ratio.high * (1 + 1e-9)
    if not math.isnan(difference):
        assert -1 <= found.difference.low <= found.difference.estimate + 1e-9
        assert found.difference.estimate - 1e-9 <= found.difference.high <= 1


@given(CLUSTERS, st.randoms(use_true_random=False))
def test_the_order_of_sessions_does_not_matter(some: list[Cluster], rng: Random) -> None:
    """Shuffled sessions give the same figures but for rounding."""
    shuffled = rng.sample(some, len(some))
    one, other = clusters.compare_clusters(some), clusters.compare_clusters(shuffled)

    assert list(one.ratio) == pytest.approx(list(other.ratio), nan_ok=True, rel=1e-6, abs=1e-9)
    assert one.p == pytest.approx(other.p, rel=1e-6, abs=1e-9)


def test_repeated_events_of_a_session_are_not_new_witnesses() -> None:
    """Each session's cases ten times over leave ratio and interval as they are; as many more sessions narrow it."""
    some = [cluster(TwoByTwoTable(i % 3, 3, i % 2, 4)) for i in range(12)]
    tenfold = [{key: TwoByTwoTable(*(10 * count for count in table)) for key, table in one.items()} for one in some]
    one, more = clusters.compare_clusters(some), clusters.compare_clusters(tenfold)

    assert list(one.ratio) == pytest.approx(list(more.ratio))
    assert one.p == pytest.approx(more.p)
    independent = strata.pooled_ratio(clusters.sum_tables(tenfold).values())
    assert more.ratio.high / more.ratio.low > 2 * independent.high / independent.low
    many = clusters.compare_clusters(some * 10)
    assert many.ratio.high / many.ratio.low < one.ratio.high / one.ratio.low


def test_one_session_tells_nothing() -> None:
    """One session has a ratio without ends and the p-value 1."""
    found = clusters.compare_clusters([cluster(TwoByTwoTable(9, 10, 0, 10))])

    assert (found.ratio.low, found.ratio.high, found.p, found.sessions) == (0, math.inf, 1, 1)
    assert (found.difference.low, found.difference.high) == (-1, 1)


def test_hits_of_one_session_alone_are_not_sure() -> None:
    """Ten hits of which all are of one session of twelve do not exclude 1."""
    some = [cluster(TwoByTwoTable(0, 3, 0, 3)) for _ in range(11)]
    found = clusters.compare_clusters([*some, cluster(TwoByTwoTable(10, 10, 0, 3))])

    assert found.ratio.low < 1
    assert found.p > 0.05


def test_no_hits_on_the_other_side_leave_the_upper_end_open() -> None:
    """Where the others never ended so, the ratio is infinite, its lower end is not, and the test tells."""
    found = clusters.compare_clusters([cluster(TwoByTwoTable(2 + i % 2, 3, 0, 3)) for i in range(12)])

    assert (found.ratio.estimate, found.ratio.high) == (math.inf, math.inf)
    assert 1.5 < found.ratio.low < 4
    assert found.p < 0.01
    assert found.difference.low > 0.5


def test_no_hits_on_the_exposed_side_leave_an_upper_end() -> None:
    """Where it never ended so when done, the ratio is 0 with an upper end below 1 if the others' hits are many."""
    found = clusters.compare_clusters([cluster(TwoByTwoTable(0, 3, 2 + i % 2, 3)) for i in range(12)])

    assert (found.ratio.estimate, found.ratio.low) == (0, 0)
    assert 0.25 < found.ratio.high < 0.7


def test_no_hits_at_all_give_no_ratio() -> None:
    """Nothing ever ended so: no ratio, no surety."""
    found = clusters.compare_clusters([cluster(TwoByTwoTable(0, 3, 0, 3)) for _ in range(12)])

    assert (math.isnan(found.ratio.estimate), found.p) == (True, 1)


def test_a_share_of_sessions_is_as_sure_as_they_differ() -> None:
    """Sessions that went all well or all badly give a wider interval than as many cases that are alike; ends hold."""
    split = clusters.estimate_share([(10, 10), (0, 10)] * 6)
    alike = clusters.estimate_share([(5, 10)] * 12)

    assert split.estimate == alike.estimate == 0.5
    assert split.high - split.low > 2 * (alike.high - alike.low)
    assert clusters.estimate_share([(3, 4)]) == (0.75, 0, 1)
    assert clusters.estimate_share([(0, 4), (0, 6)]).low == 0
    assert math.isnan(clusters.estimate_share([(0, 0)]).estimate)


def test_drawing_again_is_repeatable() -> None:
    """The same seed gives the same intervals; sessions without anything to compare give none."""
    some = [cluster(TwoByTwoTable(i % 3, 3, i % 2, 4)) for i in range(12)]

    assert clusters.bootstrap_pooled(some, Random(3), rounds=50) == clusters.bootstrap_pooled(
        some, Random(3), rounds=50
    )
    empty, _ = clusters.bootstrap_pooled([cluster(TwoByTwoTable(0, 3, 0, 0))], Random(3), rounds=50)
    assert math.isnan(empty.low)
