"""What an ingest did, in numbers; and how far it is, while it runs."""

from dataclasses import dataclass, field
from datetime import date

from twiceshy.records.sources import UnreadableLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an ingest is. Totals are known from the first call on; bytes are of the log files."""

    bytes_done: int
    bytes_total: int
    files_done: int
    files_total: int


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
    sessions_new: int = 0
    secrets: dict[str, int] = field(default_factory=dict)
    """Replacements by kind of secret."""
    skipped: list[SkippedLine] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)
    """Lines of record types that this version does not know, by type; they are kept."""
    failed_files: list[FailedFile] = field(default_factory=list)
    reports: dict[str, int] = field(default_factory=dict)
    """Of other tools' reports that were given by name: ``files``, ``findings``, ``suppressed``, ``tests`` and
    ``failed`` tests; empty where none was."""
    seconds: float = 0.0
    oldest_log: date | None = None
    """Day of the oldest log file that was seen."""
    deletion_after_days: int | None = None
    """After how many days without use the agent deletes its own logs; None where it keeps them."""
