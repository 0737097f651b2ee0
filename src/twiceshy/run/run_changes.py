"""Find where a command's runs became of another kind: a step in the times of its newest runs."""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

_CHANGE_LEVEL = 4e-4
"""P-value below which the newest runs are of another kind (guess, 2026-11-21)."""


class RunDuration(NamedTuple):
    """One past run's time, oldest first in a sequence."""

    value_s: float
    cut: bool = False
    """It was ended: it would have taken longer."""
    failed: bool = False
    healthy: bool = False
    """It was cut, and a person said that it should not have been."""
    waited: bool = False
    """Its time may hold a wait for a person's permission."""


def find_last_change(values: Sequence[float]) -> int:
    """Return the index of the first run of the present kind.

    It is 0 unless the newest 4 to 20 runs differ from those before. By the rank-sum test (Mann and Whitney 1947): exact
    where the two groups do not overlap at all, else by its normal approximation with the same error.

    >>> find_last_change([10.0 + x % 3 for x in range(20)] + [31.0, 30.0, 32.0, 33.0, 30.5])
    20
    >>> find_last_change([10.0, 11.0, 10.5] * 8)
    0
    """
    sure = NormalDist().inv_cdf(1 - _CHANGE_LEVEL / 2)
    best, place = 0.0, 0
    for newest in range(4, min(20, len(values) - 8) + 1):
        new, old = values[-newest:], values[max(0, len(values) - newest - 40) : -newest]
        n, m = len(new), len(old)
        above = sum((a > b) + (a == b) / 2 for a in new for b in old)
        z = abs(above - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
        apart = above in {0, n * m} and 2 / math.comb(n + m, n) <= _CHANGE_LEVEL
        if (apart or z >= sure) and z > best:
            best, place = z, len(values) - newest
    return place


def find_current_runs(past: Sequence[RunDuration]) -> int:
    """Return the index of the first run since the last change; a run cut off early says nothing about a change."""
    finished = sorted(run.value_s for run in past if not run.cut)
    if not finished:
        return 0
    middle = finished[len(finished) // 2]
    telling = [index for index, run in enumerate(past) if not run.cut or run.value_s > middle]
    change = find_last_change([past[index].value_s for index in telling])
    return telling[change] if change else 0
