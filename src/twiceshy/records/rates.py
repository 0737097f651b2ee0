"""A share with its interval. Apart from ``figures``, as a brief needs no more of them and waits for every import."""

from typing import NamedTuple


class Rate(NamedTuple):
    """A share with its 95 % interval (Wilson)."""

    hits: int
    n: int
    share: float
    low: float
    high: float
