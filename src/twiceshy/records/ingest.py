"""Reading logs: how far each file was read, and what an ingest found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from twiceshy.records.values import Scrubbed


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
    place: str = ""
    """Where our code failed at it, as ``errors.locate_fault`` says; empty where the file is at fault."""


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
    reader: int = 0
    """Version of the agent's reader that read it now."""
    rereading: bool = False
    """Rows that an older version of the reader gave are replaced by those of this read."""
    done: bool = True
    """The read got to the end of the file."""
    complete: bool = False
    """Every log that told of this one's sessions is there and read by this version: nothing older knows of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """What became of a batch of events. Keys are the store's tables: ``session``, ``prompt``, ``reply`` ..."""

    new: dict[str, int] = field(default_factory=dict)
    duplicates: dict[str, int] = field(default_factory=dict)
    """Stored already, by this or another file."""
    forgotten: int = 0
    """Left out because the user had them forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an ingest is. Totals are known from the first call on; bytes are of the log files."""

    bytes_done: int
    bytes_total: int
    files_done: int
    files_total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepProgress:
    """How far one step of a long computation is."""

    step: str
    """What is done now, in words that a person reads: ``Reading logs``."""
    done: int
    total: int
    """Zero where nobody knows it yet."""
    unit: Literal["bytes", "sessions", "commits", "rows", "shards", "steps"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedLine:
    """A line that could not be read, and where it stands."""

    name: str
    """The file, scrubbed, for display."""
    line: UnreadableLine


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedFile:
    """A file that could not be read at all; what was read of it before stays."""

    name: str
    """Scrubbed, for display."""
    reason: str
    place: str = ""
    """Where our code failed at it, as in ``UnreadableLine``; empty where the file is at fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnclaimedFile:
    """A file that no known agent wrote, and that was named or looks like a log."""

    path: str
    recognised: str
    """What can be said of it: ``a JSON object with the keys a, b, of no known agent``. Nothing else of its content."""
    named: bool
    """True for a path that the user gave, False for one found in a folder."""
    place: str = ""
    """Where our code failed at it, as in ``UnreadableLine``; empty where no reader did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestSummary:
    """What one ingest found, stored and passed over. Counts are of this run, not of the whole store."""

    files_seen: int = 0
    files_read: int = 0
    files_unchanged: int = 0
    bytes_read: int = 0
    events: dict[str, int] = field(default_factory=dict)
    """New events by kind: ``prompt``, ``reply``, ``call`` ... as the store's tables are called."""
    duplicates: int = 0
    """Events that were stored already (resumed and copied sessions repeat them)."""
    restated: int = 0
    """Stored turns and answers that newer rules call something else: a client's words, a plan sent back ..."""
    left_out: int = 0
    """Stored sessions that an older version counted, and that no figure counts from now on: fixtures of tests."""
    sessions_new: int = 0
    secrets: dict[str, int] = field(default_factory=dict)
    """Replacements by kind of secret."""
    skipped: list[SkippedLine] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)
    """Lines of record types that this version does not know, by type; they are kept."""
    failed_files: list[FailedFile] = field(default_factory=list)
    unclaimed: list[UnclaimedFile] = field(default_factory=list)
    """Files that no known agent wrote: all that were named, and those in named folders that look like logs."""
    reports: dict[str, int] = field(default_factory=dict)
    """Of other tools' reports that were given by name: ``files``, ``findings``, ``suppressed``, ``tests`` and
    ``failed`` tests; empty where none was."""
    seconds: float = 0.0
    oldest_log: date | None = None
    """Day of the oldest log file that was seen."""
    deletion_after_days: int | None = None
    """After how many days without use the agent deletes its own logs; None where it keeps them."""
