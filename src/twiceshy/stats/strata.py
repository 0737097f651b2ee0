"""Strata: one comparison made within each stratum (a project, a file) and pooled, so that strata do not confound it.

Two projects may differ both in how often something is done and in how often it ends badly; compared within each and
pooled by Mantel and Haenszel's weights, that difference drops out. Strata in which only one side was seen count for
nothing, many small ones are as good as a few large ones. Observations are taken as independent here: where sessions
hang together, see ``facts.clusters``.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from twiceshy.stats.intervals import CONFIDENCE, Interval, log_choose, z_of

_MOST_EXACT = 300
"""Places of the exact distribution that are summed; beyond, the normal one is near enough (guess, 2026-11-21)."""


class TwoByTwoTable(NamedTuple):
    """Hits of the exposed and of the others in one stratum."""

    hits: int
    n: int
    other_hits: int
    other_n: int


def pooled_ratio(tables: Iterable[TwoByTwoTable], confidence: float = CONFIDENCE) -> Interval:
    """Return the Mantel-Haenszel risk ratio with Greenland and Robins' interval.

    It is (nan, 0, inf) where nothing can be compared.

    Source: Greenland and Robins 1985 (Biometrics 41:55). Example: deaths in the UGDP trial of tolbutamide below and
    from 55 years (Rothman, Greenland, Lash, Modern Epidemiology, 3rd ed., ch. 15: 1.33, .80 to 2.2).

    >>> ugdp = [TwoByTwoTable(8, 106, 5, 120), TwoByTwoTable(22, 98, 16, 85)]
    >>> [round(x, 2) for x in pooled_ratio(ugdp)]
    [1.33, 0.8, 2.2]
    """
    over = under = spread = 0.0
    for a, n, b, m in tables:
        if n and m:
            total = n + m
            over += a * m / total
            under += b * n / total
            spread += (n * m * (a + b) - a * b * total) / total**2
    if not over and not under:
        return Interval(math.nan, 0.0, math.inf)
    if not over or not under:
        return Interval(0.0 if under else math.inf, 0.0, math.inf)
    ratio = over / under
    half = z_of(confidence) * math.sqrt(max(spread, 0.0) / (over * under))
    return Interval(ratio, ratio * math.exp(-half), ratio * math.exp(half))


def pooled_difference(tables: Iterable[TwoByTwoTable], confidence: float = CONFIDENCE) -> Interval:
    """Return the Mantel-Haenszel risk difference with Sato's interval.

    It is (nan, -1, 1) where nothing can be compared.

    Source: Sato 1989 (Biometrics 45:1323, with Greenland and Robins), which holds for many small strata too. Example:
    the UGDP trial as in ``pooled_ratio``: .035; the binomial variances of its two strata give -.028 to .097 as well.

    >>> ugdp = [TwoByTwoTable(8, 106, 5, 120), TwoByTwoTable(22, 98, 16, 85)]
    >>> [round(x, 3) for x in pooled_difference(ugdp)]
    [0.035, -0.028, 0.097]
    """
    over = weights = p = q = 0.0
    for a, n, b, m in tables:
        if n and m:
            total = n + m
            over += (a * m - b * n) / total
            weights += n * m / total
            p += (n * n * b - m * m * a + n * m * (m - n) / 2) / total**2
            q += (a * (m - b) + b * (n - a)) / (2 * total)
    if not weights:
        return Interval(math.nan, -1.0, 1.0)
    d = over / weights
    half = z_of(confidence) * math.sqrt(max(d * p + q, 0.0)) / weights
    return Interval(d, max(-1.0, d - half), min(1.0, d + half))


def cochran_mantel_haenszel(tables: Iterable[TwoByTwoTable]) -> float:
    """Return the two-sided p-value that within no stratum the sides differ; 1 if none can tell.

    Without continuity correction.

    Source: Mantel and Haenszel 1959 (JNCI 22:719). Example: admission by sex in six departments at Berkeley
    (``mantelhaen.test(UCBAdmissions, correct = FALSE)`` of R: 1.5246 on 1 degree of freedom, p = .2169).

    >>> men = [(512, 825), (353, 560), (120, 325), (138, 417), (53, 191), (22, 373)]
    >>> women = [(89, 108), (17, 25), (202, 593), (131, 375), (94, 393), (24, 341)]
    >>> round(cochran_mantel_haenszel([TwoByTwoTable(*a, *b) for a, b in zip(men, women)]), 3)
    0.217
    """
    excess = variance = 0.0
    for a, n, b, m in tables:
        total, hits = n + m, a + b
        if total > 1:
            excess += a - n * hits / total
            variance += n * m * hits * (total - hits) / (total * total * (total - 1))
    return math.erfc(abs(excess) / math.sqrt(2 * variance)) if variance > 0 else 1.0


def exact_p_value(tables: Sequence[TwoByTwoTable]) -> float:
    """Return the two-sided exact p-value that within no stratum the sides differ, given the hits of each stratum.

    It sums all numbers of exposed hits as probable as the observed one or less; with one stratum it is Fisher's test.
    Beyond ``_MOST_EXACT`` places ``cochran_mantel_haenszel`` answers. Source: Agresti, Categorical Data Analysis, 6.7.
    Example: rabbits cured by penicillin at once or after 1.5 hours, at five levels
    (``mantelhaen.test(Rabbits, exact = TRUE)`` of R: p = .03994).

    >>> rabbits = [(0, 6, 0, 5), (3, 6, 0, 6), (6, 6, 2, 6), (5, 6, 6, 6), (2, 2, 5, 5)]
    >>> round(exact_p_value([TwoByTwoTable(*row) for row in rabbits]), 5)
    0.03994
    """
    telling = [table for table in tables if is_informative(table)]
    places = sum(highest - lowest for lowest, highest in map(_bounds, telling))
    if places > _MOST_EXACT:
        return cochran_mantel_haenszel(telling)
    chances = _distribution(telling)
    observed = sum(table.hits - _bounds(table)[0] for table in telling)
    limit = chances[observed] * (1 + 1e-7)  # equal ones differ in the last bits
    return min(1.0, sum(chance for chance in chances if chance <= limit))


def least_p_value(tables: Sequence[TwoByTwoTable]) -> float:
    """Return the smallest p-value that ``exact_p_value`` could give with these margins.

    What can never be significant need not be tested.

    Source: Tarone 1990 (Biometrics 46:515). Margins only, so leaving such comparisons out biases no test.

    >>> round(least_p_value([TwoByTwoTable(2, 3, 1, 3)]), 3)
    0.1
    """
    ends = [_own_distribution(table) for table in tables if is_informative(table)]
    low, high = math.prod(own[0] for own in ends), math.prod(own[-1] for own in ends)
    return min(1.0, low + high if math.isclose(low, high, rel_tol=1e-6) and ends else min(low, high))


def is_informative(table: TwoByTwoTable) -> bool:
    """Tell whether the stratum can say anything: both sides were seen, and hits and misses."""
    hits = table.hits + table.other_hits
    return bool(table.n and table.other_n and 0 < hits < table.n + table.other_n)


def _bounds(table: TwoByTwoTable) -> tuple[int, int]:
    """Return the fewest and most hits of the exposed that the stratum's margins allow."""
    hits = table.hits + table.other_hits
    return max(0, hits - table.other_n), min(hits, table.n)


def _distribution(tables: Iterable[TwoByTwoTable]) -> list[float]:
    """Return the chances of the exposed's hits over all strata, from the fewest possible upward."""
    chances = [1.0]
    for table in tables:
        own = _own_distribution(table)
        summed = [0.0] * (len(chances) + len(own) - 1)
        for place, chance in enumerate(chances):
            for further, other in enumerate(own, place):
                summed[further] += chance * other
        chances = summed
    return chances


def _own_distribution(table: TwoByTwoTable) -> list[float]:
    """Return the chances of the exposed's hits in one stratum, given its margins, from the fewest upward."""
    n, m, hits = table.n, table.other_n, table.hits + table.other_hits
    base = log_choose(n + m, hits)
    lowest, highest = _bounds(table)
    return [math.exp(log_choose(n, x) + log_choose(m, hits - x) - base) for x in range(lowest, highest + 1)]
