"""Student's distribution of t, for few sessions."""

import math
from functools import lru_cache


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
