"""Strata: one comparison made within each stratum (a project, a file) and pooled, so that strata do not confound it.

Two projects may differ both in how often something is done and in how often it ends badly; compared within each and
pooled by Mantel and Haenszel's weights, that difference drops out. Strata in which only one side was seen count for
nothing, many small ones are as good as a few large ones. Observations are taken as independent here: where sessions
hang together, see ``facts.clusters``.
"""

import math
from collections.abc import Iterable, Sequence
from random import Random
from typing import NamedTuple

from twiceshy.stats.intervals import CONFIDENCE, Interval, log_choose, t_quantile, t_two_sided, z_of

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


# Permutation: whether two sides differ in their means within strata, be it shares, scores or rates.

_ROUNDS = 2000
"""Times that the sides are dealt anew. Measured 2026-11-22: a p-value near .05 then moves by .005 from seed to seed."""


class TwoSides(NamedTuple):
    """The values of both sides in one stratum."""

    one: Sequence[float]
    other: Sequence[float]


class MeanComparison(NamedTuple):
    """The difference of two sides' means within strata."""

    difference: float | None
    """None where no stratum has both sides."""
    p: float
    """Two-sided; 1 where nothing can be told."""
    n: int
    """Values of the strata with both sides."""


def compare_means(strata: Sequence[TwoSides], rng: Random, rounds: int = _ROUNDS) -> MeanComparison:
    """Return the difference of the means, each stratum with Mantel and Haenszel's weight, and its p-value.

    Within each stratum the values are dealt to the sides anew; the p-value is the share of deals that differ as much,
    with the real one counted among them. Source: Phipson and Smyth 2010 (Statistical Applications in Genetics and
    Molecular Biology 9:39), for why it is never 0.

    >>> same = [TwoSides([1.0, 2.0], [2.0, 1.0])]
    >>> compare_means(same, Random(1), 99)
    MeanComparison(difference=0.0, p=1.0, n=4)
    """
    told = [one for one in strata if one.one and one.other]
    if not told:
        return MeanComparison(None, 1.0, 0)
    real = _pool_difference(told)
    pools = [([*one.one, *one.other], len(one.one)) for one in told]
    as_much = 0
    for _ in range(rounds):
        for values, _ in pools:
            rng.shuffle(values)
        dealt = _pool_difference([TwoSides(values[:n], values[n:]) for values, n in pools])
        as_much += abs(dealt) >= abs(real) - 1e-12  # equal ones differ in the last bits
    return MeanComparison(real, (as_much + 1) / (rounds + 1), sum(len(values) for values, _ in pools))


def _pool_difference(strata: Sequence[TwoSides]) -> float:
    """Return the weighted mean of the strata's differences; each has both sides."""
    weights = [len(one) * len(other) / (len(one) + len(other)) for one, other in strata]
    means = [sum(one) / len(one) - sum(other) / len(other) for one, other in strata]
    return sum(weight * mean for weight, mean in zip(weights, means, strict=True)) / sum(weights)


# Compare two groups of sessions on the same kinds of calls, from sums alone: what was seen over what was expected.
#
# Groups differ in what they do: who edits more fails otherwise than who runs more tests. So each session has, beside
# its failures, those that are expected of its calls if each kind failed as often as it does everywhere; a group's ratio
# is the sum of the first over the sum of the second (indirect standardisation: Breslow and Day 1987, Statistical
# Methods in Cancer Research II, 2.3), and two groups are compared by the ratio of their ratios. What happens in one
# session hangs together, so sessions are the witnesses: the variance is that of a ratio of sums over them (Cochran
# 1977, Sampling Techniques, 6.4), on the logarithm. Ten million calls need six sums a group and no second pass.


class WitnessSums(NamedTuple):
    """Sums over the sessions of a group."""

    sessions: int
    seen: int
    expected: float
    seen_squared: int
    seen_expected: float
    expected_squared: float

    def without(self, other: "WitnessSums") -> "WitnessSums":
        """Return the sums of the sessions that are not in the other, which is a part of this."""
        return WitnessSums(
            self.sessions - other.sessions,
            self.seen - other.seen,
            self.expected - other.expected,
            self.seen_squared - other.seen_squared,
            self.seen_expected - other.seen_expected,
            self.expected_squared - other.expected_squared,
        )


class StandardizedRatio(NamedTuple):
    """How many times as often, with its interval and the p-value that it is 1."""

    ratio: Interval
    p: float


NO_RATIO = StandardizedRatio(Interval(math.nan, 0.0, math.inf), 1.0)
"""Nothing can be told."""


def compare_standardized(one: WitnessSums, other: WitnessSums, confidence: float = CONFIDENCE) -> StandardizedRatio:
    """Return the ratio of two groups' standardised ratios; ``NO_RATIO`` where nothing can be told.

    >>> alike = WitnessSums(100, 200, 200.0, 600, 500.0, 500.0)
    >>> found = compare_standardized(WitnessSums(100, 400, 200.0, 2000, 900.0, 500.0), alike)
    >>> [round(x, 2) for x in found.ratio], found.p < 1e-6
    ([2.0, 1.74, 2.3], True)
    """
    if min(one.sessions, other.sessions) < 2 or min(one.seen, other.seen) < 1 or min(one.expected, other.expected) <= 0:
        return NO_RATIO
    spread = math.sqrt(_measure_variance(one) + _measure_variance(other))
    if not spread:
        return NO_RATIO
    estimate = math.log(one.seen / one.expected) - math.log(other.seen / other.expected)
    degrees = min(one.sessions, other.sessions) - 1
    half = t_quantile((1 + confidence) / 2, degrees) * spread
    ends = (math.exp(estimate + move) for move in (0.0, -half, half))
    return StandardizedRatio(Interval(*ends), t_two_sided(abs(estimate) / spread, degrees))


def _measure_variance(group: WitnessSums) -> float:
    """Return the variance of the logarithm of seen over expected."""
    n, seen, expected, seen_squared, both, expected_squared = group
    ratio = seen / expected
    squares = max(seen_squared - 2 * ratio * both + ratio * ratio * expected_squared, 0.0)
    return n / (n - 1) * squares / (seen * seen)
