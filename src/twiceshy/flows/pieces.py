"""What an ingest hands to its workers and gets back from them. Light to import: most ingests find nothing new."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twiceshy.capture.base import Source
from twiceshy.records.sources import Cursor, SourceState

if TYPE_CHECKING:
    from twiceshy.store.rows import Packed


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A file to be read from a cursor on."""

    source: Source
    key: bytes
    """16 bytes that stand for its path in the store."""
    cursor: Cursor

    @property
    def bytes_left(self) -> int:
        """Bytes behind the cursor."""
        return max(0, self.source.size - self.cursor.offset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What was made of a few megabytes of a file."""

    packed: "Packed"
    state: SourceState
    bytes_read: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a piece: parts in order, what is still to be read, or why it could not be."""

    piece: Piece
    name: str
    """Its path, scrubbed."""
    parts: list[Part]
    rest: Piece | None = None
    fault: str | None = None
