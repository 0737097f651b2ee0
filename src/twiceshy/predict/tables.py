"""Table: counts by key and file, unpacked only where they are looked at.

An index of 5,000 commits holds some 100,000 counts and a question needs a few hundred of them. Loaded from its file, a
row stays the flat list that it is there until somebody asks for it.
"""

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key", str, int)
Row = dict[int, float]


class Table(Generic[Key]):
    """Rows of counts by file number."""

    __slots__ = ("_open", "_packed")

    def __init__(self, packed: dict[Key, list[float]] | None = None) -> None:
        self._open: dict[Key, Row] = {}
        self._packed: dict[Key, list[float]] = packed or {}

    def get(self, key: Key) -> Row | None:
        """The row, None where there is none. Changing it changes the table."""
        found = self._open.get(key)
        if found is None and key in self._packed:
            flat = self._packed.pop(key)
            found = self._open[key] = dict(zip(map(int, flat[::2]), flat[1::2], strict=True))
        return found

    def row(self, key: Key) -> Row:
        """The row, an empty one where there was none."""
        found = self.get(key)
        if found is None:
            found = self._open[key] = {}
        return found

    def put(self, counts: Mapping[Key, float], file: int) -> None:
        """Add one file's counts to the rows of their keys."""
        opened = self._open
        for key, times in counts.items():
            row = opened.get(key)
            if row is None:
                row = self.row(key)
            row[file] = row.get(file, 0) + times

    def drop(self, key: Key) -> None:
        """Forget a row."""
        self._open.pop(key, None)
        self._packed.pop(key, None)

    def __len__(self) -> int:
        return len(self._open) + len(self._packed)

    def packed(self) -> dict[Key, list[float]]:
        """Every row as a flat list: file, count, file, count ..."""
        flat = {key: [value for pair in row.items() for value in pair] for key, row in self._open.items() if row}
        return {**self._packed, **flat}


def whole(values: Iterable[float]) -> list[float]:
    """The numbers, those without a fraction as integers and the others to four digits: shorter in a file."""
    return [int(value) if value == int(value) else round(value, 4) for value in values]
