"""What is the middle of a column's numbers, and what is it once a few more have come?

The numbers next to the middle are kept: as long as fewer come than are kept on a side, the middle is among them.
"""

import math
from array import array
from bisect import insort
from collections.abc import Iterable, Sequence
from typing import Final

from twiceshy.records.change_risk import ChangeRow

_NEAR: Final = 600
"""Numbers kept on each side of the middle (guess, 2026-11-23): twice what may come until all is read again."""


class ColumnMiddle:
    """The middle of the known numbers of one column."""

    __slots__ = ("_above", "_below", "_near")

    def __init__(self, values: Iterable[float]) -> None:
        """Take the numbers; NaN is none."""
        known = sorted(one for one in values if not math.isnan(one))
        start, end = max(0, len(known) // 2 - _NEAR), len(known) // 2 + _NEAR
        self._near = array("f", known[start:end])
        self._below = start
        self._above = max(0, len(known) - end)

    def add(self, value: float) -> None:
        """Take a further number."""
        if math.isnan(value):
            return
        if self._below and value < self._near[0]:
            self._below += 1
        elif self._above and value > self._near[-1]:
            self._above += 1
        else:
            insort(self._near, value)

    def tell(self) -> float:
        """Return the middle, of two the mean; NaN where no number is known, or too many came."""
        count = self._below + len(self._near) + self._above
        low, high = (count - 1) // 2 - self._below, count // 2 - self._below
        if not count or low < 0 or high >= len(self._near):
            return math.nan
        return (self._near[low] + self._near[high]) / 2


def measure_middles(rows: Sequence[ChangeRow]) -> list[ColumnMiddle]:
    """Return the middle of each column."""
    width = len(rows[0].values) if rows else 0
    return [ColumnMiddle(row.values[place] for row in rows) for place in range(width)]
