"""A share of things with its interval."""

import math

from twiceshy.base.values import Rate
from twiceshy.stats import intervals


def measure_share(hits: int, n: int) -> Rate:
    """Return the share with its Wilson interval; a share of nothing is 0 of 0 in (0, 1)."""
    share, low, high = intervals.wilson(hits, n)
    return Rate(hits, n, 0.0 if math.isnan(share) else share, low, high)
