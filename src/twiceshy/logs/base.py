"""Reader: what the module of every agent offers, and nothing more.

A leaf owns everything about its agent: where its logs lie, their format, the names of its tools. It never opens a file
for writing, never follows a log's words, and knows neither the store nor redaction: it yields ``RawEvent`` in memory.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Protocol

from twiceshy.records.events import RawEvent, Session
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
    starts: Sequence[tuple[int, int]] = ()
    """Of each line that gave events: how many events stood before them (sessions not counted), and its offset."""

    def offset_of(self, place: int) -> int | None:
        """Return where the line begins that gave the event at this place; None where that is not known."""
        sessions = sum(isinstance(event, Session) for event in self.events)
        found = bisect_right(self.starts, place - sessions, key=itemgetter(0))
        return self.starts[found - 1][1] if found and place >= sessions else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRetention:
    """How an agent deletes its own logs."""

    setting: str
    """Which of its settings says when, as people know it."""
    read_days: Callable[[Mapping[str, str], Path], int]
    """Returns the days without a write after which a log is deleted, from the environment and the home folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentTraits:
    """What analyses must know of an agent besides its logs; a reader names what differs from these."""

    marks_people: bool = False
    """The log's structure says what a person typed: only such words may be told to anyone as a person's. On a page of
    text whoever gets a line printed can write one that looks like it."""
    own_tools: frozenset[str] | None = None
    """Tools whose errors the client words, where its older logs tell a refusal by such words only; None where a field
    tells it."""
    call_prefix: str = ""
    """How ids of calls begin that its model's API made: no other id is unique beyond its session."""
    command_limit_s: float = math.inf
    """Seconds after which a command is ended that names no limit."""
    keeps_folder: bool | None = None
    """A command begins in the folder where the last one ended; False: in the session's own; None: nobody knows."""
    reads_are_texts: bool = False
    """What a read returns is stored as the file has it, without line numbers or a frame."""
    marks_failures: bool = False
    """Of a command that failed it always says so: one without a word about its status ended with 0."""
    waits: frozenset[str] = frozenset()
    """Its tools that wait for a running command, type into it or end it."""
    refuses_unread: bool = False
    """Its own tools refuse an edit of a file that was not read."""
    sends_templates: bool = False
    """Its client fills a command's template; older versions stored that as words behind a command."""
    version: int = 1
    """Of what the reader makes of a log. Raise it when unchanged logs give something else: they are read again, and
    each event keeps its place by its uid, so uids must stay as they are."""
    asks: tuple[str, ...] = ()
    """How a call's stored input begins that asks for more rights than the agent has; a person grants or refuses."""
    resumes_in_copies: bool = False
    """A log that names two sessions is the second's, and begins with a copy of the first."""
    retention: LogRetention | None = None
    """None for an agent that keeps its logs."""


class Reader(Protocol):
    """One agent's logs."""

    name: str
    """Key in ``capture.READERS`` and in the store: ``claude-code``, ``codex`` ..."""
    title: str
    """As people call it: ``Claude Code``."""
    traits: AgentTraits
    """How it works, where that matters beyond its logs."""

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
