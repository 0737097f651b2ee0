"""What writes rows one after the other, whatever the form."""

from collections.abc import Callable, Sequence
from typing import Protocol

from twiceshy.records.exports import ExportRow

WriteBytes = Callable[[bytes], object]
"""Takes the next bytes of a file."""


class RowWriter(Protocol):
    """Writes the rows of one file."""

    def add(self, rows: Sequence[ExportRow]) -> None:
        """Write further rows."""

    def end(self) -> None:
        """Write what stands behind the last row."""


class RowLines:
    """Writes a line a row."""

    def __init__(self, write: WriteBytes, encode: Callable[[ExportRow], bytes], head: bytes = b"") -> None:
        self._write = write
        self._encode = encode
        self._head = head

    def add(self, rows: Sequence[ExportRow]) -> None:
        """Write further rows."""
        head, self._head = self._head, b""
        self._write(head + b"".join(map(self._encode, rows)))

    def end(self) -> None:
        """Write nothing more."""
