"""Reader: what every agent's leaf offers, and nothing more.

A leaf owns everything about its agent: where its logs lie, their format, the names of its tools. It never opens a file
for writing, never follows a log's words, and knows neither the store nor redaction: it yields ``RawEvent`` in memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from twiceshy.records.events import RawEvent
from twiceshy.records.sources import Cursor, Skipped, Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that a reader can read."""

    agent: str
    path: Path
    size: int
    """Bytes, when it was found."""
    mtime_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one call of ``read`` gave: events in log order, and where to go on."""

    events: list[RawEvent]
    cursor: Cursor
    tally: Tally
    skipped: list[Skipped]
    done: bool
    """False when ``limit_bytes`` stopped the read before the end of the file."""


class Reader(Protocol):
    """One agent's logs."""

    name: str
    """Key in ``capture.READERS`` and in the store: ``claude-code``, ``codex`` ..."""
    title: str
    """As people call it: ``Claude Code``."""

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Folders where this agent keeps its logs on this machine, existing or not. Reads nothing."""
        ...

    def find(self, root: Path) -> Iterator[Source]:
        """Log files below ``root`` (or ``root`` itself when it is a file); unreadable folders are passed over."""
        ...

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether the file, of which ``head`` is the first 64 KiB at most, is one of this agent's logs."""
        ...

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Events from ``cursor`` on, at most about ``limit_bytes`` of the file (always at least one line).

        Raises:
            SourceChanged: the file was cut or replaced since ``cursor``; read again from ``Cursor()``.
            SourceError: it cannot be opened or read.
        """
        ...
