"""Records that an ingest exchanges with its workers. Cheap to import, because most ingests find nothing new."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twiceshy.logs.base import Source
from twiceshy.records.ingest import Cursor, SourceState

if TYPE_CHECKING:
    from twiceshy.archive.rows import RowBatch
    from twiceshy.privacy.scrub import SessionValues


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPiece:
    """A log file to read from a cursor on."""

    source: Source
    key: bytes
    """16 bytes that stand for its path in the store."""
    cursor: Cursor
    outdated: bool = False
    """An older version of the reader read it before."""
    rereading: bool = False
    """Rows that an older version gave are replaced: the file is read again from its start, or was and has not ended."""
    complete: bool = False
    """As in ``SourceState``."""
    project: str = ""
    """Identity of its sessions' project, where the caller knows it: their folders lie on another machine."""

    @property
    def bytes_left(self) -> int:
        """Number of bytes behind the cursor."""
        return max(0, self.source.size - self.cursor.offset)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPart:
    """The encoded rows of a few megabytes of a file."""

    packed: "RowBatch"
    state: SourceState
    bytes_read: int
    values: "SessionValues" = field(default_factory=dict, repr=False)
    """Credentials that rules recognised in it, by session: in memory and between our own processes, never on a disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceResult:
    """The result of reading a piece: its parts in order, what is still to be read, or why it could not be read."""

    piece: LogPiece
    name: str
    """Its path, scrubbed."""
    parts: list[LogPart]
    rest: LogPiece | None = None
    fault: str | None = None
