"""Clusters: intervals and tests for pooled comparisons when observations of one session hang together.

A session in which much went wrong went wrong as a whole: forty of its edits are not forty witnesses. Here each session
is one: everything is computed again without it, and how much that changes says how sure the whole is (the jackknife),
with Student's t for the number of sessions. Drawing sessions again (``redrawn``) says the same where there are many;
with few its intervals are too narrow, as ``docs/benchmarks-outcomes.md`` measures, so nothing is told by it.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from random import Random
from typing import NamedTuple

from twiceshy.facts.stats import CONFIDENCE, Interval, quantile
from twiceshy.facts.strata import Table
from twiceshy.facts.student import t_quantile, t_two_sided

Cluster = Mapping[Hashable, Table]
"""One session's tables by stratum."""
NOTHING = Interval(math.nan, 0.0, math.inf)
LARGEST = 700.0
"""Logarithm of the largest number."""


class Sums(NamedTuple):
    """Mantel and Haenszel's sums: ``over / under`` is the risk ratio, ``(over - under) / weight`` the difference."""

    over: float
    under: float
    weight: float


class Robust(NamedTuple):
    """A pooled comparison of clustered observations."""

    ratio: Interval
    """Infinite, 0 or nan where a side has no hits or nothing can be compared."""
    difference: Interval
    p: float
    """Two-sided, that the sides differ; 1 where nothing can be told."""
    sessions: int
    """Those that tell anything: of a stratum in which both sides were seen."""


def robust(clusters: Sequence[Cluster], confidence: float = CONFIDENCE) -> Robust:
    """The pooled risk ratio and difference with intervals and a test that take sessions, not events, as witnesses.

    The ratio's interval is that of its logarithm by the delete-one jackknife; where all hits of a side come from one
    session, so that without it there is none, it is Fieller's for the ratio of two sums, and where a side has none at
    all it is put together from both sides' shares. So is the difference's: else rare outcomes would make it too low.
    Sources: MacKinnon, Nielsen and Webb 2023 (Journal of Econometrics 232:272) for the jackknife by clusters (CV3) and
    t with one degree less than clusters; Fieller 1954 (JRSS B 16:175); Donner and Zou 2012 (Statistical Methods in
    Medical Research 21:347); Zou and Donner 2008 (Statistics in Medicine 27:1693). With one observation a session it
    comes near the independent one: Katz's is 1.43 to 2.31 for the Physicians' Health Study.

    >>> cells = [(Table(1, 1, 0, 0), 189), (Table(0, 1, 0, 0), 10845), (Table(0, 0, 1, 1), 104)]
    >>> cells.append((Table(0, 0, 0, 1), 10933))
    >>> found = robust([{"": cell} for cell, times in cells for _ in range(times)])
    >>> [round(x, 2) for x in found.ratio], [round(x, 4) for x in found.difference]
    ([1.82, 1.43, 2.31], [0.0077, 0.0047, 0.0108])
    """
    whole = {stratum: table for stratum, table in totals(clusters).items() if table.n and table.other_n}
    full = pooled(whole.values())
    told = [cluster for cluster in clusters if any(stratum in whole for stratum in cluster)]
    if len(told) < 2 or not full.weight:
        return Robust(ratio(full), Interval(difference(full), -1.0, 1.0), 1.0, len(told))
    t = t_quantile((1 + confidence) / 2, len(told) - 1)
    parts = {stratum: pooled([table]) for stratum, table in whole.items()}
    without = [left_out(cluster, whole, parts, full) for cluster in told]
    if full.over and full.under and all(one.over > 0 and one.under > 0 for one in without):
        interval, p = by_logarithm(full, without, t)
    else:
        interval, p = by_sums(full, without, t)
    return Robust(interval, by_sides(full, without, t), p, len(told))


def totals(clusters: Iterable[Cluster]) -> dict[Hashable, Table]:
    """All sessions' tables together, by stratum."""
    found: dict[Hashable, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for cluster in clusters:
        for stratum, table in cluster.items():
            total = found[stratum]
            for place in range(4):
                total[place] += table[place]
    return {stratum: Table(*total) for stratum, total in found.items()}


def pooled(tables: Iterable[Table]) -> Sums:
    """The sums over strata in which both sides were seen."""
    over = under = weight = 0.0
    for hits, n, other_hits, other_n in tables:
        if n and other_n:
            total = n + other_n
            over += hits * other_n / total
            under += other_hits * n / total
            weight += n * other_n / total
    return Sums(over, under, weight)


def left_out(cluster: Cluster, whole: Mapping[Hashable, Table], parts: Mapping[Hashable, Sums], full: Sums) -> Sums:
    """The sums without one session; what rounding leaves of nothing is nothing."""
    over, under, weight = full
    for stratum, table in cluster.items():
        if stratum in whole:
            all_of, part = whole[stratum], parts[stratum]
            rest = pooled([Table(*(a - b for a, b in zip(all_of, table, strict=True)))])
            over, under, weight = (
                over - part.over + rest.over,
                under - part.under + rest.under,
                weight + (rest.weight - part.weight),
            )
    least = 1e-9 * full.weight
    return Sums(*(value if value > least else 0.0 for value in (over, under, weight)))


def ratio(sums: Sums) -> Interval:
    """The ratio without an interval."""
    if not sums.over and not sums.under:
        return NOTHING
    return Interval(sums.over / sums.under if sums.under else math.inf, 0.0, math.inf)


def difference(sums: Sums) -> float:
    """The difference; nan where nothing can be compared."""
    return (sums.over - sums.under) / sums.weight if sums.weight else math.nan


def by_logarithm(full: Sums, without: Sequence[Sums], t: float) -> tuple[Interval, float]:
    """The ratio's interval and test where every session can be left out."""
    estimate = math.log(full.over / full.under)
    error = math.sqrt(spread([math.log(one.over / one.under) for one in without], estimate))
    low, high = estimate - t * error, estimate + t * error
    p = t_two_sided(estimate / error, len(without) - 1) if error else float(not estimate)
    return Interval(math.exp(estimate), math.exp(max(low, -LARGEST)), math.exp(min(high, LARGEST))), p


def by_sums(full: Sums, without: Sequence[Sums], t: float) -> tuple[Interval, float]:
    """The same for the values that ``over - value * under`` cannot be told from nothing; it may have no upper end."""
    if not full.over and not full.under:
        return NOTHING, 1.0
    over = spread([one.over for one in without], full.over)
    under = spread([one.under for one in without], full.under)
    both = spread_together(without, full)
    gap = math.sqrt(max(over + under - 2 * both, 0.0))
    p = t_two_sided((full.over - full.under) / gap, len(without) - 1) if gap else float(full.over == full.under)
    if not full.over or not full.under:
        return by_one_side(full, without, t), p
    estimate = full.over / full.under
    a, b, c = full.under**2 - t * t * under, full.over * full.under - t * t * both, full.over**2 - t * t * over
    root = math.sqrt(max(b * b - a * c, 0.0))
    if a > 0:
        return Interval(estimate, max(0.0, (b - root) / a), (b + root) / a), p
    if c <= 0:  # not even the exposed side's hits can be told from nothing
        return Interval(estimate, 0.0, math.inf), p
    low = c / (b + root) if b + root > 0 else 0.0  # the positive root, written so that it holds for a = 0
    return Interval(estimate, min(low, estimate), math.inf), p


def by_one_side(full: Sums, without: Sequence[Sums], t: float) -> Interval:
    """The ratio's interval where one side has no hits, from the intervals of both sides' shares."""
    first, second = full.over / full.weight, full.under / full.weight
    kept = [one for one in without if one.weight]
    if len(kept) < 2:
        return ratio(full)
    low, high = side(first, spread([one.over / one.weight for one in kept], first), t, len(kept))
    other_low, other_high = side(second, spread([one.under / one.weight for one in kept], second), t, len(kept))
    if not second:
        return Interval(math.inf, math.sqrt(low * (2 * first - low)) / other_high, math.inf)
    reach = other_low * (2 * second - other_low)
    return Interval(0.0, 0.0, high / math.sqrt(reach) if reach > 0 else math.inf)


def by_sides(full: Sums, without: Sequence[Sums], t: float) -> Interval:
    """The difference's interval from those of both sides and how they go together."""
    first, second = full.over / full.weight, full.under / full.weight
    kept = [one for one in without if one.weight]
    if len(kept) < 2:
        return Interval(first - second, -1.0, 1.0)
    firsts, seconds = [one.over / one.weight for one in kept], [one.under / one.weight for one in kept]
    one, other = spread(firsts, first), spread(seconds, second)
    scale = (len(kept) - 1) / len(kept)
    both = scale * math.fsum((x - first) * (y - second) for x, y in zip(firsts, seconds, strict=True))
    together = max(-1.0, min(1.0, both / math.sqrt(one * other))) if one and other else 0.0
    low, high = side(first, one, t, len(kept))
    other_low, other_high = side(second, other, t, len(kept))
    d = first - second

    def reach(x: float, y: float) -> float:
        return math.sqrt(max(x * x - 2 * together * x * y + y * y, 0.0))

    return Interval(
        d,
        max(-1.0, d - reach(first - low, other_high - second)),
        min(1.0, d + reach(high - first, second - other_low)),
    )


def side(share: float, variance: float, t: float, sessions: int) -> tuple[float, float]:
    """Wilson's interval for as many independent observations as would have this variance; sessions where it is none."""
    n = share * (1 - share) / variance if variance > 0 and 0 < share < 1 else float(sessions)
    centre = (share + t * t / (2 * n)) / (1 + t * t / n)
    half = t * math.sqrt(max(share * (1 - share), 0.0) / n + t * t / (4 * n * n)) / (1 + t * t / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def spread(values: Sequence[float], middle: float) -> float:
    """The jackknife's variance, around the whole's value (CV3)."""
    return (len(values) - 1) / len(values) * math.fsum((value - middle) ** 2 for value in values)


def spread_together(without: Sequence[Sums], full: Sums) -> float:
    """The jackknife's covariance of ``over`` and ``under``."""
    scale = (len(without) - 1) / len(without)
    return scale * math.fsum((one.over - full.over) * (one.under - full.under) for one in without)


def share(clusters: Sequence[tuple[int, int]], confidence: float = CONFIDENCE) -> Interval:
    """A share of ``(hits, n)`` by session: Wilson's for as many observations as the sessions are worth, and t.

    Never narrower than with independent observations; (nan, 0, 1) for none. Source: Dean and Pagano 2015 (Journal of
    Survey Statistics and Methodology 3:484), who recommend it for clustered samples. One observation a session is near
    Wilson's own: 81 of 263 gives .2553 to .3662.

    >>> [round(x, 3) for x in share([(1, 1)] * 81 + [(0, 1)] * 182)]
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
    variance = spread([(hits - a) / (n - b) for a, b in told], whole)
    low, high = side(whole, max(variance, whole * (1 - whole) / n), t, len(told))
    return Interval(whole, low, high)


def redrawn(
    clusters: Sequence[Cluster], rng: Random, *, rounds: int = 400, confidence: float = CONFIDENCE
) -> tuple[Interval, Interval]:
    """The pooled ratio and difference with percentile intervals from drawing sessions again, within their strata.

    A session of several strata is drawn with those of the same strata. Intervals are too narrow for few sessions.
    Source: Davison and Hinkley 1997, 2.4 and 3.8.

    >>> some = [{"": Table(1, 2, 0, 2)}, {"": Table(2, 3, 1, 3)}, {"": Table(1, 1, 1, 4)}, {"": Table(0, 2, 0, 2)}] * 5
    >>> found, _ = redrawn(some, Random(1))
    >>> round(found.estimate, 2), 1 < found.low < found.estimate < found.high < 6
    (2.75, True)
    """
    groups: dict[frozenset[Hashable], list[Cluster]] = defaultdict(list)
    for cluster in clusters:
        groups[frozenset(cluster)].append(cluster)
    full = pooled(totals(clusters).values())
    ratios, differences = [], []
    for _ in range(rounds):
        drawn = pooled(totals(one for group in groups.values() for one in rng.choices(group, k=len(group))).values())
        if drawn.weight:
            differences.append(difference(drawn))
        if drawn.over or drawn.under:
            ratios.append(ratio(drawn).estimate)
    tail = (1 - confidence) / 2
    ends = [
        (quantile(values, tail), quantile(values, 1 - tail)) if len(values) * 2 >= rounds else (math.nan, math.nan)
        for values in (sorted(ratios), sorted(differences))
    ]
    return Interval(ratio(full).estimate, *ends[0]), Interval(difference(full), *ends[1])
