"""Where events come from: a file of an agent, how far it was read, and what could not be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from twiceshy.records.text import Scrubbed


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far one source file was read, and what a reader must know to go on from there.

    ``offset`` always stands behind a complete line: a half-written last line is read again next time.
    """

    offset: int = 0
    """Bytes."""
    line: int = 0
    """Complete lines before ``offset``."""
    rank_ms: int = 0
    """Running maximum of event times, ms since the epoch."""
    rank_count: int = 0
    """Events ranked so far; keeps the order where times are equal."""
    head: bytes = b""
    """Hash of the file's first bytes: a file that was replaced under the same name is read anew."""
    tail: bytes = b""
    """Hash of the last bytes before ``offset``: so is one that was rewritten."""
    state: str = ""
    """The reader's own small state as JSON (never text of the log): at most a few hundred bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableLine:
    """A line that could not be read. It is counted and shown, never hidden."""

    offset: int
    """Byte offset of the line in its file."""
    length: int
    reason: str
    """A slug: ``bad-json``, ``too-long``, ``not-an-object``, ``bad-record``, ``half-line`` (end of a finished file)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTally:
    """What became of the lines of one read: ``lines == events_from + non_events + skipped``, checked by a test."""

    lines: int = 0
    with_events: int = 0
    non_events: dict[str, int] = field(default_factory=dict)
    """Known record types that carry nothing to keep, by the agent's own name."""
    unknown: dict[str, int] = field(default_factory=dict)
    """Record types this version does not know; each line is kept as a ``Mark`` (and counted in ``with_events``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """One source file after one read of it: what the store keeps so that the next read goes on from there."""

    key: bytes
    """16 bytes, salted hash of the absolute path."""
    agent: str
    name: Scrubbed
    """Its path, for display."""
    size: int
    """Bytes, when it was read."""
    mtime_ns: int
    cursor: Cursor
    tally: LineTally
    """Of this read only: counts add up over the reads of a file."""
    skipped: Sequence[UnreadableLine] = ()
    redacted: Mapping[str, int] = field(default_factory=dict)
    """Replacements of this read, by kind of secret."""
    read_at: datetime
    from_start: bool = False
    """This read began at ``Cursor()``: counts of earlier reads of the file are replaced, not added to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """What became of a batch of events. Keys are the store's tables: ``session``, ``prompt``, ``reply`` ..."""

    new: dict[str, int] = field(default_factory=dict)
    duplicates: dict[str, int] = field(default_factory=dict)
    """Stored already, by this or another file."""
    forgotten: int = 0
    """Left out because the user had them forgotten."""
