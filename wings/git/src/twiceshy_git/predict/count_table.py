"""Count table: counts by key and file, decoded only where they are looked at.

An index of 5,000 commits holds some 100,000 counts and a question needs a few hundred of them. Loaded from its file, a
row stays the flat list that it is there until somebody asks for it.
"""

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key", str, int)
_Row = dict[int, float]


class CountTable(Generic[Key]):
    """Rows of counts by file number."""

    __slots__ = ("_open", "_packed")

    def __init__(self, packed: dict[Key, list[float]] | None = None) -> None:
        self._open: dict[Key, _Row] = {}
        self._packed: dict[Key, list[float]] = packed or {}

    def get(self, key: Key) -> _Row | None:
        """Return the row, None where there is none. Changing it changes the table."""
        found = self._open.get(key)
        if found is None and key in self._packed:
            flat = self._packed.pop(key)
            found = self._open[key] = dict(zip(map(int, flat[::2]), flat[1::2], strict=True))
        return found

    def row(self, key: Key) -> _Row:
        """Return the row, an empty one where there was none. Changing it changes the table."""
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

    def encode_rows(self) -> dict[Key, list[float]]:
        """Encode every row as a flat list: file, count, file, count ..."""
        flat = {key: [value for pair in row.items() for value in pair] for key, row in self._open.items() if row}
        return {**self._packed, **flat}


def shorten_numbers(values: Iterable[float]) -> list[float]:
    """Return the numbers shortened for a file.

    Those without a fraction become integers; the others are rounded to four digits.
    """
    return [int(value) if value == int(value) else round(value, 4) for value in values]
