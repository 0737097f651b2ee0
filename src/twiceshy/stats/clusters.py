"""Clusters: intervals and tests for pooled comparisons when observations of one session hang together.

A session in which much went wrong went wrong as a whole: forty of its edits are not forty witnesses. Here each session
is one: everything is computed again without it, and how much that changes says how certain the whole is (the
jackknife), with Student's t for the number of sessions. Drawing sessions again (``bootstrap_pooled``) says the same
where there are many; with few its intervals are too narrow, as ``docs/benchmarks-effects.md`` measures, so no answer
uses it.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from random import Random
from typing import NamedTuple

from twiceshy.stats.intervals import CONFIDENCE, Interval, quantile, t_quantile, t_two_sided
from twiceshy.stats.strata import TwoByTwoTable

Cluster = Mapping[Hashable, TwoByTwoTable]
"""One session's tables by stratum."""
_NO_RATIO = Interval(math.nan, 0.0, math.inf)
_LARGEST_LOGARITHM = 700.0
"""Logarithm of the largest number that the floating-point format holds, rounded down."""


class PooledSums(NamedTuple):
    """Mantel and Haenszel's sums: ``over / under`` is the risk ratio, ``(over - under) / weight`` the difference."""

    over: float
    under: float
    weight: float


class RobustComparison(NamedTuple):
    """A pooled comparison of clustered observations."""

    ratio: Interval
    """Infinite, 0 or nan where a side has no hits or nothing can be compared."""
    difference: Interval
    p: float
    """Two-sided, that the sides differ; 1 where nothing can be told."""
    sessions: int
    """Those that tell anything: of a stratum in which both sides were seen."""


def compare_clusters(clusters: Sequence[Cluster], confidence: float = CONFIDENCE) -> RobustComparison:
    """Return the pooled risk ratio and difference, with intervals and a test.

    Sessions, not events, are the witnesses.

    The ratio's interval is that of its logarithm by the delete-one jackknife; where all hits of a side come from one
    session, so that without it there is none, it is Fieller's for the ratio of two sums, and where a side has none at
    all it is put together from both sides' shares. So is the difference's: else rare outcomes would make it too low.
    Sources: MacKinnon, Nielsen and Webb 2023 (Journal of Econometrics 232:272) for the jackknife by clusters (CV3) and
    t with one degree less than clusters; Fieller 1954 (JRSS B 16:175); Donner and Zou 2012 (Statistical Methods in
    Medical Research 21:347); Zou and Donner 2008 (Statistics in Medicine 27:1693). With one observation a session it
    comes near the independent one: Katz's is 1.43 to 2.31 for the Physicians' Health Study.

    >>> cells = [(TwoByTwoTable(1, 1, 0, 0), 189), (TwoByTwoTable(0, 1, 0, 0), 10845), (TwoByTwoTable(0, 0, 1, 1), 104)]
    >>> cells.append((TwoByTwoTable(0, 0, 0, 1), 10933))
    >>> found = compare_clusters([{"": cell} for cell, times in cells for _ in range(times)])
    >>> [round(x, 2) for x in found.ratio], [round(x, 4) for x in found.difference]
    ([1.82, 1.43, 2.31], [0.0077, 0.0047, 0.0108])
    """
    full, without = leave_out_each(clusters)
    return compare_sums(full, without, len(without) - 1, confidence)


def compare_sums(
    full: PooledSums, without: Sequence[PooledSums], degrees: float, confidence: float = CONFIDENCE
) -> RobustComparison:
    """Return the comparison of the whole's sums, given those without each cluster and Student's degrees of freedom."""
    if len(without) < 2 or not full.weight:
        return RobustComparison(_ratio_of(full), Interval(_difference_of(full), -1.0, 1.0), 1.0, len(without))
    t = t_quantile((1 + confidence) / 2, degrees)
    has_logarithms = full.over and full.under and all(one.over > 0 and one.under > 0 for one in without)
    bound_ratio = _bound_ratio_by_logarithm if has_logarithms else _bound_ratio_by_sums
    interval, p = bound_ratio(full, without, t, degrees)
    return RobustComparison(interval, _bound_difference(full, without, t), p, len(without))


def leave_out_each(clusters: Sequence[Cluster]) -> tuple[PooledSums, list[PooledSums]]:
    """Return the sums of all sessions, and those without each session that tells anything."""
    whole = {stratum: table for stratum, table in sum_tables(clusters).items() if table.n and table.other_n}
    full = pool_tables(whole.values())
    parts = {stratum: pool_tables([table]) for stratum, table in whole.items()}
    seen = [cluster for cluster in clusters if not whole.keys().isdisjoint(cluster)]
    return full, [_leave_out(cluster, whole, parts, full) for cluster in seen]


def sum_tables(clusters: Iterable[Cluster]) -> dict[Hashable, TwoByTwoTable]:
    """Sum the tables of all sessions, by stratum."""
    found: dict[Hashable, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for cluster in clusters:
        for stratum, table in cluster.items():
            total = found[stratum]
            for place in range(4):
                total[place] += table[place]
    return {stratum: TwoByTwoTable(*total) for stratum, total in found.items()}


def pool_tables(tables: Iterable[TwoByTwoTable]) -> PooledSums:
    """Return the sums over strata in which both sides were seen."""
    over = under = weight = 0.0
    for hits, n, other_hits, other_n in tables:
        if n and other_n:
            total = n + other_n
            over += hits * other_n / total
            under += other_hits * n / total
            weight += n * other_n / total
    return PooledSums(over, under, weight)


def _leave_out(
    cluster: Cluster, whole: Mapping[Hashable, TwoByTwoTable], parts: Mapping[Hashable, PooledSums], full: PooledSums
) -> PooledSums:
    """Return the sums without one session; what rounding leaves of nothing is nothing."""
    over, under, weight = full
    for stratum, table in cluster.items():
        if stratum in whole:
            all_of, part = whole[stratum], parts[stratum]
            rest = pool_tables([TwoByTwoTable(*(a - b for a, b in zip(all_of, table, strict=True)))])
            over, under, weight = (
                over - part.over + rest.over,
                under - part.under + rest.under,
                weight + (rest.weight - part.weight),
            )
    least = 1e-9 * full.weight
    return PooledSums(*(value if value > least else 0.0 for value in (over, under, weight)))


def _ratio_of(sums: PooledSums) -> Interval:
    """Return the ratio without an interval."""
    if not sums.over and not sums.under:
        return _NO_RATIO
    return Interval(sums.over / sums.under if sums.under else math.inf, 0.0, math.inf)


def _difference_of(sums: PooledSums) -> float:
    """Return the difference; nan where nothing can be compared."""
    return (sums.over - sums.under) / sums.weight if sums.weight else math.nan


def _bound_ratio_by_logarithm(
    full: PooledSums, without: Sequence[PooledSums], t: float, degrees: float
) -> tuple[Interval, float]:
    """Return the ratio's interval and p-value where every session can be left out."""
    estimate = math.log(full.over / full.under)
    error = math.sqrt(jackknife_variance([math.log(one.over / one.under) for one in without], estimate))
    low, high = estimate - t * error, estimate + t * error
    p = t_two_sided(estimate / error, degrees) if error else float(not estimate)
    return Interval(
        math.exp(estimate), math.exp(max(low, -_LARGEST_LOGARITHM)), math.exp(min(high, _LARGEST_LOGARITHM))
    ), p


def _bound_ratio_by_sums(
    full: PooledSums, without: Sequence[PooledSums], t: float, degrees: float
) -> tuple[Interval, float]:
    """Return the ratio's interval, by Fieller, and p-value; the interval may have no upper end.

    It holds the values for which ``over - value * under`` cannot be told from 0.
    """
    if not full.over and not full.under:
        return _NO_RATIO, 1.0
    over = jackknife_variance([one.over for one in without], full.over)
    under = jackknife_variance([one.under for one in without], full.under)
    both = jackknife_covariance(without, full)
    gap = math.sqrt(max(over + under - 2 * both, 0.0))
    p = t_two_sided((full.over - full.under) / gap, degrees) if gap else float(full.over == full.under)
    if not full.over or not full.under:
        return _bound_ratio_by_one_side(full, without, t), p
    return bound_by_fieller(full, PooledSums(over, under, both), t), p


def bound_by_fieller(sums: PooledSums, variances: PooledSums, t: float) -> Interval:
    """Return ``over / under`` with Fieller's interval; ``weight`` of the variances is the covariance of the two.

    Both sums are above 0. The interval may have no upper end.
    """
    estimate = sums.over / sums.under
    a = sums.under**2 - t * t * variances.under
    b = sums.over * sums.under - t * t * variances.weight
    c = sums.over**2 - t * t * variances.over
    root = math.sqrt(max(b * b - a * c, 0.0))
    if a > 0:
        return Interval(estimate, max(0.0, (b - root) / a), (b + root) / a)
    if c <= 0:  # not even the exposed side's hits can be told from nothing
        return Interval(estimate, 0.0, math.inf)
    low = c / (b + root) if b + root > 0 else 0.0  # the positive root, written so that it holds for a = 0
    return Interval(estimate, min(low, estimate), math.inf)


def _bound_ratio_by_one_side(full: PooledSums, without: Sequence[PooledSums], t: float) -> Interval:
    """Return the ratio's interval where one side has no hits, from the intervals of both sides' shares."""
    first, second = full.over / full.weight, full.under / full.weight
    kept = [one for one in without if one.weight]
    if len(kept) < 2:
        return _ratio_of(full)
    low, high = bound_side(first, jackknife_variance([one.over / one.weight for one in kept], first), t, len(kept))
    other_low, other_high = bound_side(
        second, jackknife_variance([one.under / one.weight for one in kept], second), t, len(kept)
    )
    if not second:
        return Interval(math.inf, math.sqrt(low * (2 * first - low)) / other_high, math.inf)
    reach = other_low * (2 * second - other_low)
    return Interval(0.0, 0.0, high / math.sqrt(reach) if reach > 0 else math.inf)


def _bound_difference(full: PooledSums, without: Sequence[PooledSums], t: float) -> Interval:
    """Return the difference's interval from those of both sides and how they go together."""
    first, second = full.over / full.weight, full.under / full.weight
    kept = [one for one in without if one.weight]
    if len(kept) < 2:
        return Interval(first - second, -1.0, 1.0)
    firsts, seconds = [one.over / one.weight for one in kept], [one.under / one.weight for one in kept]
    one, other = jackknife_variance(firsts, first), jackknife_variance(seconds, second)
    scale = (len(kept) - 1) / len(kept)
    both = scale * math.fsum((x - first) * (y - second) for x, y in zip(firsts, seconds, strict=True))
    together = max(-1.0, min(1.0, both / math.sqrt(one * other))) if one and other else 0.0
    low, high = bound_side(first, one, t, len(kept))
    other_low, other_high = bound_side(second, other, t, len(kept))
    d = first - second

    def reach(x: float, y: float) -> float:
        return math.sqrt(max(x * x - 2 * together * x * y + y * y, 0.0))

    return Interval(
        d,
        max(-1.0, d - reach(first - low, other_high - second)),
        min(1.0, d + reach(high - first, second - other_low)),
    )


def bound_side(share: float, variance: float, t: float, sessions: int) -> tuple[float, float]:
    """Return Wilson's interval for as many independent observations as would have this variance.

    Where there is no variance, for as many as there are sessions.
    """
    n = share * (1 - share) / variance if variance > 0 and 0 < share < 1 else float(sessions)
    centre = (share + t * t / (2 * n)) / (1 + t * t / n)
    half = t * math.sqrt(max(share * (1 - share), 0.0) / n + t * t / (4 * n * n)) / (1 + t * t / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def jackknife_variance(values: Sequence[float], middle: float) -> float:
    """Return the jackknife's variance, around the whole's value (CV3)."""
    return (len(values) - 1) / len(values) * math.fsum((value - middle) ** 2 for value in values)


def jackknife_covariance(without: Sequence[PooledSums], full: PooledSums) -> float:
    """Return the jackknife's covariance of ``over`` and ``under``."""
    scale = (len(without) - 1) / len(without)
    return scale * math.fsum((one.over - full.over) * (one.under - full.under) for one in without)


def estimate_share(clusters: Sequence[tuple[int, int]], confidence: float = CONFIDENCE) -> Interval:
    """Return a share of ``(hits, n)`` by session, with its interval.

    It is Wilson's for as many observations as the sessions are worth, with t.

    Never narrower than with independent observations; (nan, 0, 1) for none. Source: Dean and Pagano 2015 (Journal of
    Survey Statistics and Methodology 3:484), who recommend it for clustered samples. One observation a session is near
    Wilson's own: 81 of 263 gives .2553 to .3662.

    >>> [round(x, 3) for x in estimate_share([(1, 1)] * 81 + [(0, 1)] * 182)]
    [0.308, 0.255, 0.367]
    """
    told = [(hits, n) for hits, n in clusters if n]
    hits, n = sum(hits for hits, _ in told), sum(n for _, n in told)
    if not n:
        return Interval(math.nan, 0.0, 1.0)
    whole = hits / n
    if len(told) < 2:
        return Interval(whole, 0.0, 1.0)
    t = t_quantile((1 + confidence) / 2, len(told) - 1)
    variance = jackknife_variance([(hits - a) / (n - b) for a, b in told], whole)
    low, high = bound_side(whole, max(variance, whole * (1 - whole) / n), t, len(told))
    return Interval(whole, low, high)


def bootstrap_pooled(
    clusters: Sequence[Cluster], rng: Random, *, rounds: int = 400, confidence: float = CONFIDENCE
) -> tuple[Interval, Interval]:
    """Return the pooled ratio and difference, with percentile intervals from drawing sessions again by stratum.

    A session of several strata is drawn with those of the same strata. Intervals are too narrow for few sessions.
    Source: Davison and Hinkley 1997, 2.4 and 3.8.

    >>> rows = ((1, 2, 0, 2), (2, 3, 1, 3), (1, 1, 1, 4), (0, 2, 0, 2))
    >>> some = [{"": TwoByTwoTable(*row)} for row in rows] * 5
    >>> found, _ = bootstrap_pooled(some, Random(1))
    >>> round(found.estimate, 2), 1 < found.low < found.estimate < found.high < 6
    (2.75, True)
    """
    groups: dict[frozenset[Hashable], list[Cluster]] = defaultdict(list)
    for cluster in clusters:
        groups[frozenset(cluster)].append(cluster)
    full = pool_tables(sum_tables(clusters).values())
    ratios, differences = [], []
    for _ in range(rounds):
        drawn = pool_tables(
            sum_tables(one for group in groups.values() for one in rng.choices(group, k=len(group))).values()
        )
        if drawn.weight:
            differences.append(_difference_of(drawn))
        if drawn.over or drawn.under:
            ratios.append(_ratio_of(drawn).estimate)
    tail = (1 - confidence) / 2
    ends = [
        (quantile(values, tail), quantile(values, 1 - tail)) if len(values) * 2 >= rounds else (math.nan, math.nan)
        for values in (sorted(ratios), sorted(differences))
    ]
    return Interval(_ratio_of(full).estimate, *ends[0]), Interval(_difference_of(full), *ends[1])
