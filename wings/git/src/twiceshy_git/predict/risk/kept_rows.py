"""The rows of a table in blocks, of which a question about a few changes reads few."""

import math
from array import array
from bisect import insort
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Final, overload

from twiceshy.records.change_risk import ChangeRow
from twiceshy_git.predict.risk.kept_blocks import Blocks

# What is the middle of a column's numbers, and what is it once a few more have come?
#
# The numbers next to the middle are kept: as long as fewer come than are kept on a side, the middle is among them.

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


_IN_BLOCK: Final = 64
"""Rows of a block: an answer lists twenty (guess, 2026-11-23)."""
_Block = tuple[list[str], "array[int]", "array[int]", "array[float]"]
"""Subjects, lines added, lines removed, and the values of all rows one after the other."""


class KeptRows(Sequence[ChangeRow]):
    """Rows that are found by their place, or by the name of their change."""

    def __init__(self, rows: Sequence[ChangeRow]) -> None:
        """Take the rows; their names are as long all, and they are as wide."""
        self._length = len(rows[0].id) if rows else 0
        self._names = "".join(row.id for row in rows)
        self._times = array("d", (row.at for row in rows))
        self._middles = measure_middles(rows)
        self._blocks = Blocks()
        for start in range(0, len(rows), _IN_BLOCK):
            self._blocks.append(_pack(rows[start : start + _IN_BLOCK]))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._names) // self._length if self._length else 0

    @overload
    def __getitem__(self, place: int) -> ChangeRow: ...
    @overload
    def __getitem__(self, place: slice) -> list[ChangeRow]: ...
    def __getitem__(self, place: int | slice) -> ChangeRow | list[ChangeRow]:
        """Return a row, or several."""
        if isinstance(place, slice):
            return [self._read(one) for one in range(len(self))[place]]
        return self._read(range(len(self))[place])

    def __iter__(self) -> Iterator[ChangeRow]:
        """Yield all rows, the oldest first."""
        return map(self._read, range(len(self)))

    def find(self, names: Container[str]) -> list[ChangeRow]:
        """Return the rows of these changes, the oldest first."""
        return [self._read(place) for place, name in enumerate(self.list_names()) if name in names]

    def list_names(self) -> Iterator[str]:
        """Yield the names of all changes, the oldest first."""
        starts = range(0, len(self._names), self._length or 1)
        return (self._names[start : start + self._length] for start in starts)

    def list_times(self) -> dict[str, float]:
        """Return when each change was made, by its name."""
        return dict(zip(self.list_names(), self._times, strict=True))

    def tell_middles(self) -> tuple[float, ...]:
        """Return the middle of the known values of each column."""
        return tuple(one.tell() for one in self._middles)

    def extend(self, rows: Iterable[ChangeRow]) -> None:
        """Take further rows, each once the one before it is there."""
        for row in rows:
            self._append(row)

    def _append(self, row: ChangeRow) -> None:
        if not self._length:
            self._length, self._middles = len(row.id), [ColumnMiddle(()) for _ in row.values]
        block = _pack([row])
        if len(self) % _IN_BLOCK:
            for old, new in zip(self._blocks[len(self._blocks) - 1], block, strict=True):
                old.extend(new)
        else:
            self._blocks.append(block)
        self._names += row.id
        self._times.append(row.at)
        for middle, value in zip(self._middles, row.values, strict=True):
            middle.add(value)

    def _read(self, place: int) -> ChangeRow:
        subjects, added, removed, values = self._blocks[place // _IN_BLOCK]
        at, width = place % _IN_BLOCK, len(values) // len(subjects)
        name = self._names[place * self._length : (place + 1) * self._length]
        return ChangeRow(
            name, self._times[place], added[at], removed[at], values[at * width : (at + 1) * width], subjects[at]
        )


def _pack(rows: Sequence[ChangeRow]) -> _Block:
    """Return rows as a block."""
    values = array("f")
    for row in rows:
        values.extend(row.values)
    return (
        [row.subject for row in rows],
        array("q", (row.added for row in rows)),
        array("q", (row.removed for row in rows)),
        values,
    )
