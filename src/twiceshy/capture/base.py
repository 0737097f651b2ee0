"""Reader: what the module of every agent offers, and nothing more.

A leaf owns everything about its agent: where its logs lie, their format, the names of its tools. It never opens a file
for writing, never follows a log's words, and knows neither the store nor redaction: it yields ``RawEvent`` in memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from twiceshy.records.events import RawEvent
from twiceshy.records.ingest import Cursor, LineTally, UnreadableLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A log file that a reader can read."""

    agent: str
    path: Path
    size: int
    """Bytes, when it was found."""
    mtime_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The answer of one call of ``read``: events in log order, and where to go on."""

    events: list[RawEvent]
    cursor: Cursor
    tally: LineTally
    skipped: list[UnreadableLine]
    done: bool
    """False when ``limit_bytes`` stopped the read before the end of the file."""


class Reader(Protocol):
    """One agent's logs."""

    name: str
    """Key in ``capture.READERS`` and in the store: ``claude-code``, ``codex`` ..."""
    title: str
    """As people call it: ``Claude Code``."""

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Return the folders where this agent keeps its logs, existing or not. Reads nothing."""
        ...

    def find(self, root: Path) -> Iterator[Source]:
        """Yield the log files below ``root`` (or ``root`` itself, if a file); skip unreadable folders."""
        ...

    def recognises(self, path: Path, head: bytes) -> bool:
        """Tell whether the file is one of this agent's logs; ``head`` is its first 64 KiB at most."""
        ...

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Return events from ``cursor`` on, of about ``limit_bytes`` of the file (always at least one line).

        Raises:
            SourceChanged: the file was cut or replaced since ``cursor``; read again from ``Cursor()``.
            SourceError: it cannot be opened or read.
        """
        ...
