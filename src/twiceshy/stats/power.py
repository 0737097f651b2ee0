"""How many cases does it take to see a difference of two shares?"""

import math
from statistics import NormalDist

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
