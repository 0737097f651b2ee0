"""Log files: how far each was read, and what became of its lines."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from twiceshy.archive.cursor_form import CURSOR
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scrubbed
from twiceshy.records.ingest import Cursor, UnreadableLine


class SourceCursor(NamedTuple):
    """A file that was read before. There are thousands: the cursor is only parsed for those that changed."""

    size: int
    mtime_ns: int
    cursor_text: str
    reader: int
    """Version of the agent's reader that read it."""
    rereading: bool
    """A newer reader has begun with it and not ended."""

    @property
    def cursor(self) -> Cursor:
        """How far the file was read."""
        return CURSOR.decode(self.cursor_text)


class OutdatedSource(NamedTuple):
    """A file that a newer reader may make more of."""

    id: int
    key: bytes
    agent: str
    name: Scrubbed
    """Its path."""
    mtime_ns: int
    cursor_text: str
    begun: bool
    """The present version has begun with it: what is left lies behind the cursor."""

    @property
    def cursor(self) -> Cursor:
        """How far the file was read."""
        return CURSOR.decode(self.cursor_text)


class SourceStates(NamedTuple):
    """The state of all log files that were read, to compare the disk with."""

    files: int
    last_read_at: datetime | None
    states: frozenset[tuple[str, int, int]]
    """Agent, size and mtime_ns of each file when it was last read."""


class SkippedLogLine(NamedTuple):
    """A line that could not be read, and in which file."""

    name: str
    agent: str
    line: UnreadableLine


class SourceTotals(NamedTuple):
    """All files together. Kinds are summed over files."""

    files: int
    bytes: int
    lines: int
    with_events: int
    duplicates: int
    """Events that were stored already when they were read."""
    skipped: int
    non_events: dict[str, int]
    unknown: dict[str, int]
    redacted: dict[str, int]


def read_cursors(connection: sqlite3.Connection) -> dict[bytes, SourceCursor]:
    """Return every file read so far, by the salted hash of its path, in one query."""
    rows = connection.execute("SELECT key, size, mtime_ns, cursor, reader, rereading FROM source")
    return {
        key: SourceCursor(size, mtime_ns, cursor, reader, bool(rereading))
        for key, size, mtime_ns, cursor, reader, rereading in rows
    }


def read_outdated(connection: sqlite3.Connection, versions: Mapping[str, int]) -> list[OutdatedSource]:
    """Return the files that an older version of their agent's reader read, or that a newer one has begun with."""
    rows = connection.execute("SELECT id, key, agent, name, mtime_ns, cursor, reader, rereading FROM source")
    return [
        OutdatedSource(id_, key, agent, Scrubbed(name), mtime_ns, cursor, reader >= versions.get(agent, 0))
        for id_, key, agent, name, mtime_ns, cursor, reader, rereading in rows
        if rereading or reader < versions.get(agent, 0)
    ]


def read_told_sessions(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    """Return which file told of which session: row ids of file and session."""
    return connection.execute("SELECT source_id, session_id FROM session_source").fetchall()


def read_totals(connection: sqlite3.Connection) -> SourceTotals:
    """Return what became of every line of every file."""
    ((files, size, lines, with_events, duplicates),) = connection.execute(
        """SELECT count(*), coalesce(sum(size), 0), coalesce(sum(lines), 0), coalesce(sum(with_events), 0),
          coalesce(sum(duplicates), 0) FROM source"""
    )
    ((skipped,),) = connection.execute("SELECT count(*) FROM skipped")
    kinds: dict[str, dict[str, int]] = {"non-event": {}, "unknown": {}, "redacted": {}}
    for class_, kind, count in connection.execute(
        "SELECT class, kind, sum(count) FROM source_tally GROUP BY class, kind ORDER BY 3 DESC, kind"
    ):
        kinds[class_][kind] = count
    return SourceTotals(
        files=files,
        bytes=size,
        lines=lines,
        with_events=with_events,
        duplicates=duplicates,
        skipped=skipped,
        non_events=kinds["non-event"],
        unknown=kinds["unknown"],
        redacted=kinds["redacted"],
    )


def read_states(connection: sqlite3.Connection) -> SourceStates:
    """Return every file as it was when it was last read."""
    states = frozenset(connection.execute("SELECT agent, size, mtime_ns FROM source"))
    ((files, last),) = connection.execute("SELECT count(*), max(read_at) FROM source")
    return SourceStates(files, parse_time(last), states)


def read_skipped_lines(
    connection: sqlite3.Connection, limit: int, *, ours: bool | None = None
) -> tuple[list[SkippedLogLine], int]:
    """Return lines that could not be read, by file and place, at most ``limit``; and how many there are.

    ``ours``: only those at which our code failed, or only the others; None takes both.
    """
    ((total,),) = connection.execute("SELECT count(*) FROM skipped WHERE ?1 IS NULL OR (place <> '') = ?1", (ours,))
    rows = connection.execute(
        """SELECT source.name, source.agent, skipped.offset, skipped.length, skipped.reason,
          skipped.place
        FROM skipped JOIN source ON source.id = skipped.source_id WHERE ?1 IS NULL OR (place <> '') = ?1
        ORDER BY source.name, skipped.offset LIMIT ?2""",
        (ours, limit),
    )
    found = [
        SkippedLogLine(name, agent, UnreadableLine(offset=offset, length=length, reason=reason, place=place))
        for name, agent, offset, length, reason, place in rows
    ]
    return found, total


def sqlite_version() -> tuple[int, int, int]:
    """Return the version of the SQLite that this Python brings."""
    major, minor, patch = sqlite3.sqlite_version_info
    return major, minor, patch
