"""Stats: rates, ratios and quantiles with their intervals, and tests that hold for small numbers.

Everything here is pure Python: the numbers of a report are counts, and importing a numerical library would cost more
than computing them. Each function names its source and asserts a published or independently known number.
Intervals are two-sided; ``confidence`` is .95 unless given.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from random import Random
from statistics import NormalDist
from typing import NamedTuple, TypeVar

from twiceshy.base.values import Rate

Item = TypeVar("Item")
CONFIDENCE = 0.95
"""Share of intervals that hold the true value; 95 % by convention."""


class Interval(NamedTuple):
    """An estimate and the ends of its interval."""

    estimate: float
    low: float
    high: float


def z_of(confidence: float) -> float:
    """Return the half-width of a two-sided normal interval, in standard errors.

    >>> round(z_of(0.95), 4)
    1.96
    """
    if confidence == CONFIDENCE:
        return 1.959963984540054
    from statistics import NormalDist  # noqa: PLC0415  # a brief waits for every import, and asks for the usual width

    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(successes: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Return a proportion with Wilson's score interval; (nan, 0, 1) for no observations.

    Without continuity correction.

    Source: Wilson 1927; example from Newcombe 1998 (Statistics in Medicine 17:857), table I, method 3: 81 of 263.

    >>> [round(x, 4) for x in wilson(81, 263)]
    [0.308, 0.2553, 0.3662]
    >>> [round(x, 4) for x in wilson(0, 20)]
    [0.0, 0.0, 0.1611]
    """
    if n == 0:
        return Interval(math.nan, 0.0, 1.0)
    z = z_of(confidence)
    p = successes / n
    centre = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if successes == 0 else (centre - half) / scale
    high = 1.0 if successes == n else (centre + half) / scale
    return Interval(p, low, high)


def difference(a: int, n: int, b: int, m: int, confidence: float = CONFIDENCE) -> Interval:
    """Return ``a/n - b/m`` with the interval made of the two Wilson intervals.

    Source: Newcombe 1998 (Statistics in Medicine 17:873), method 10; example: 56 of 70 against 48 of 80.

    >>> [round(x, 4) for x in difference(56, 70, 48, 80)]
    [0.2, 0.0524, 0.3339]
    """
    first, second = wilson(a, n, confidence), wilson(b, m, confidence)
    d = first.estimate - second.estimate
    return Interval(
        d,
        d - math.hypot(first.estimate - first.low, second.high - second.estimate),
        d + math.hypot(first.high - first.estimate, second.estimate - second.low),
    )


def risk_ratio(a: int, n: int, b: int, m: int, confidence: float = CONFIDENCE) -> Interval:
    """Return ``(a/n) / (b/m)`` with Katz's log interval; an empty or full cell adds half a case to all four.

    The estimate is then the corrected one too, so that it lies in its interval. (nan, 0, inf) where a group is empty.
    Source: Katz et al. 1978 (Biometrics 34:469); correction: as Haldane 1956 for odds. Example: the Physicians' Health
    Study, 104 heart attacks of 11,037 with aspirin, 189 of 11,034 with placebo (Agresti, Categorical Data Analysis,
    2.2.3: placebo against aspirin 1.82, 1.43 to 2.30).

    >>> [round(x, 2) for x in risk_ratio(189, 11034, 104, 11037)]
    [1.82, 1.43, 2.31]
    >>> [round(x, 2) for x in risk_ratio(5, 10, 0, 20)]
    [21.0, 1.27, 345.91]
    """
    if n == 0 or m == 0:
        return Interval(math.nan, 0.0, math.inf)
    x, y, n1, m1 = float(a), float(b), float(n), float(m)
    if not (a and b) or (a == n and b == m):
        x, y, n1, m1 = a + 0.5, b + 0.5, n + 1.0, m + 1.0
    ratio = (x / n1) / (y / m1)
    half = z_of(confidence) * math.sqrt(max(1 / x - 1 / n1 + 1 / y - 1 / m1, 0.0))
    return Interval(ratio, ratio * math.exp(-half), ratio * math.exp(half))


def fisher(a: int, n: int, b: int, m: int) -> float:
    """Return the two-sided exact p-value that ``a`` of ``n`` and ``b`` of ``m`` come from one rate.

    It sums all tables as probable as the observed one or less. Source: Fisher 1935, the lady tasting tea: 3 of 4
    against 1 of 4 gives .4857 (Agresti 2.6.2). Takes time proportional to the smaller margin.

    >>> round(fisher(3, 4, 1, 4), 4)
    0.4857
    >>> round(fisher(8, 10, 1, 10), 6)
    0.005477
    """
    hits, total = a + b, n + m
    lowest, highest = max(0, hits - m), min(hits, n)
    base = log_choose(total, hits)

    def log_p(x: int) -> float:
        return log_choose(n, x) + log_choose(m, hits - x) - base

    observed = log_p(a) + 1e-7  # equal tables differ in the last bits
    return min(1.0, sum(math.exp(value) for x in range(lowest, highest + 1) if (value := log_p(x)) <= observed))


def log_choose(n: int, k: int) -> float:
    """Return the natural logarithm of the binomial coefficient."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def false_discovery(p_values: Sequence[float]) -> list[float]:
    """Return adjusted p-values (q-values), in the given order.

    Keeping those <= q keeps the false share <= q on average.

    Source: Benjamini and Hochberg 1995 (JRSS B 57:289); their 15 p-values keep 4 at .05.

    >>> published = [.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .759, 1]
    >>> sum(q <= .05 for q in false_discovery(published))
    4
    >>> [round(q, 4) for q in false_discovery([.01, .04, .03])]
    [0.03, 0.04, 0.04]
    """
    n = len(p_values)
    adjusted = [0.0] * n
    smallest = 1.0
    for rank, index in sorted(enumerate(sorted(range(n), key=p_values.__getitem__), 1), reverse=True):
        smallest = min(smallest, max(p_values[index], p_values[index] * n / rank))  # rounding must not lower it
        adjusted[index] = smallest
    return adjusted


def quantile(ordered: Sequence[float], q: float) -> float:
    """Return the ``q``-quantile of ascending values; nan if there are none.

    It is linear between neighbours (Hyndman and Fan 1996, type 7).

    >>> quantile([1, 2, 3, 4], 0.5)
    2.5
    """
    if not ordered:
        return math.nan
    place = q * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def quantile_interval(ordered: Sequence[float], q: float, confidence: float = CONFIDENCE) -> Interval:
    """Return the ``q``-quantile of ascending values with its distribution-free interval from order statistics.

    An end is infinite where there are too few values for it. Source: Conover, Practical Nonparametric Statistics, 3.2;
    for the median of 10 values the interval is from the 2nd to the 9th.

    >>> quantile_interval(list(range(1, 11)), 0.5)
    Interval(estimate=5.5, low=2, high=9)
    >>> quantile_interval([1, 2, 3], 0.9).high
    inf
    """
    n = len(ordered)
    tail = (1 - confidence) / 2
    low, high = -1, n
    total = 0.0
    for k in range(n + 1):  # total = P(at most k values lie below the quantile)
        total += binomial(k, n, q)
        if total <= tail:
            low = k
        if total >= 1 - tail:
            high = k
            break
    return Interval(
        quantile(ordered, q), ordered[low] if low >= 0 else -math.inf, ordered[high] if high < n else math.inf
    )


def binomial(k: int, n: int, p: float) -> float:
    """Return the probability of exactly ``k`` successes; ``0 < p < 1``.

    >>> round(binomial(2, 10, 0.5), 6)
    0.043945
    """
    return math.exp(log_choose(n, k) + k * math.log(p) + (n - k) * math.log1p(-p))


def bootstrap_clusters(
    clusters: Sequence[Item],
    statistic: Callable[[Sequence[Item]], float],
    rng: Random,
    *,
    rounds: int = 400,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Return a statistic with its percentile interval from drawing whole clusters again, with replacement.

    What happens in one session hangs together, so sessions are drawn and not events. Rounds whose statistic is nan are
    left out; (estimate, nan, nan) where fewer than half remain or there are fewer than two clusters.
    Source: Davison and Hinkley 1997, 2.2 and 3.8. 400 rounds: the ends move by some percent from seed to seed.

    >>> sample = [(x,) for x in range(100)]
    >>> found = bootstrap_clusters(sample, lambda drawn: sum(x for x, in drawn) / len(drawn), Random(1))
    >>> found.estimate, 42 < found.low < 46 < 53 < found.high < 57
    (49.5, True)
    """
    estimate = statistic(clusters)
    if len(clusters) < 2:
        return Interval(estimate, math.nan, math.nan)
    drawn = (statistic(rng.choices(clusters, k=len(clusters))) for _ in range(rounds))
    values = sorted(value for value in drawn if not math.isnan(value))
    if len(values) * 2 < rounds:
        return Interval(estimate, math.nan, math.nan)
    tail = (1 - confidence) / 2
    return Interval(estimate, quantile(values, tail), quantile(values, 1 - tail))


# Student's distribution of t, for few sessions.


def t_two_sided(t: float, df: float) -> float:
    """Return the two-sided p-value of Student's t.

    >>> round(t_two_sided(2.228139, 10), 5)
    0.05
    """
    return incomplete_beta(df / (df + t * t), df / 2, 0.5)


@lru_cache(maxsize=4096)
def t_quantile(p: float, df: float) -> float:
    """Return the ``p``-quantile of Student's t, ``.5 < p < 1``; by bisection.

    Example: any table of t, 10 degrees of freedom at .975.

    >>> round(t_quantile(0.975, 10), 3), round(t_quantile(0.975, 1), 3)
    (2.228, 12.706)
    """
    low, high = 0.0, 1.0
    tail = 2 * (1 - p)
    while t_two_sided(high, df) > tail and high < 1e9:
        low, high = high, high * 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if t_two_sided(middle, df) > tail else (low, middle)
    return (low + high) / 2


def incomplete_beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function, by Lentz's continued fraction.

    Source: NIST Digital Library of Mathematical Functions, 8.17.22. Example: 8.17(i), I_x(1, 1) = x.

    >>> round(incomplete_beta(0.3, 1, 1), 12), round(incomplete_beta(0.5, 2, 3), 12)
    (0.3, 0.6875)
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    tiny = 1e-300
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or tiny)
    value = d
    for m in range(1, 300):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / ((1 + term * d) or tiny)
            c = (1 + term / c) or tiny
            value *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return front * value / a


# A share of things with its interval.


def measure_share(hits: int, n: int) -> Rate:
    """Return the share with its Wilson interval; a share of nothing is 0 of 0 in (0, 1)."""
    share, low, high = wilson(hits, n)
    return Rate(hits, n, 0.0 if math.isnan(share) else share, low, high)


# How many cases does it take to see a difference of two shares?

ALPHA, POWER = 0.05, 0.8
"""Two-sided error, and chance of seeing the difference where it is there (convention)."""


def count_needed(first: float, second: float, share: float) -> int:
    """Return the independent cases of both sides together, of which ``share`` are on the first side.

    Source: Fleiss, Levin and Paik 2003, Statistical Methods for Rates and Proportions, chapter 4, without the
    correction for continuity.

    >>> count_needed(0.5, 0.35, 0.5)
    339
    """
    normal = NormalDist()
    middle = share * first + (1 - share) * second
    even = math.sqrt(middle * (1 - middle) * (1 / share + 1 / (1 - share)))
    apart = math.sqrt(first * (1 - first) / share + second * (1 - second) / (1 - share))
    reach = normal.inv_cdf(1 - ALPHA / 2) * even + normal.inv_cdf(POWER) * apart
    return math.ceil((reach / (first - second)) ** 2)
