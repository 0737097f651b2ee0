"""OpenCode's SQLite database, read beside a running OpenCode and never written.

Rows are updated in place while a part grows, so a read takes the sessions that changed since the last one, each in one
piece, and of those the rows that changed. A database that nothing is being written to is opened as immutable: that
leaves no file beside it.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple

import orjson

from twiceshy.base.errors import SourceChanged, SourceError
from twiceshy.base.foreign_files import require_regular
from twiceshy.logs.base import Batch, Source
from twiceshy.logs.journal import Journal, Record
from twiceshy.logs.log_files import RecordTally
from twiceshy.logs.opencode.dialogue import Dialogue
from twiceshy.records.ingest import Cursor

_MAGIC: Final = b"SQLite format 3\0"
_TABLES: Final = frozenset({"session", "message", "part"})
_CHANGED: Final = """
    SELECT s.id, s.parent_id, s.directory, s.title, s.version, s.time_created, max(x.at) AS at
    FROM session s JOIN (
        SELECT session_id, max(CAST(time_updated AS INTEGER)) AS at FROM message GROUP BY session_id
        UNION ALL SELECT session_id, max(CAST(time_updated AS INTEGER)) FROM part GROUP BY session_id
    ) x ON x.session_id = s.id
    GROUP BY s.id HAVING at > ? ORDER BY at, s.id"""
_PLAIN_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'create virtual%'"
_NEWEST: Final = """
    SELECT max(CAST(at AS INTEGER))
    FROM (SELECT time_updated AS at FROM message UNION ALL SELECT time_updated FROM part)"""
_MESSAGES: Final = (
    "SELECT id, CAST(time_updated AS INTEGER), data FROM message WHERE session_id = ? ORDER BY time_created, id"
)
_PARTS: Final = "SELECT id, message_id, data FROM part WHERE session_id = ? AND time_updated >= ? ORDER BY id"


class _ReadState(NamedTuple):
    """How far a database was read, in milliseconds since the epoch."""

    since: int
    """Rows that were last changed before are stored."""
    at: int
    """Sessions that were last changed until then are read in this pass."""


LONGEST_S: Final = 300.0
"""Seconds for one read; what a column computes is somebody's own (guess, 2026-11-24: 256 MB take 5)."""
_STEPS: Final = 200
"""Steps of SQLite's machine between two looks at the clock (guess, 2026-11-24: a few rows)."""
_LONGEST_VALUE: Final = 64 << 20
"""Bytes of one value; a longer one ends the read (guess, 2026-11-22: the longest seen has 2 MB)."""


def is_database(head: bytes) -> bool:
    """Tell whether a file begins as an SQLite database does."""
    return head.startswith(_MAGIC)


def holds_sessions(path: Path) -> bool:
    """Tell whether a database has the tables that OpenCode keeps its sessions in."""
    try:
        with closing(_open(path)) as connection:
            found = {name for (name,) in connection.execute(_PLAIN_TABLES)}
            columns = {row[1] for row in connection.execute("PRAGMA table_info(part)")}
    except (sqlite3.Error, OSError):
        return False
    return found >= _TABLES and columns >= {"message_id", "session_id", "time_updated", "data"}


def source_of(path: Path) -> Source | None:
    """Return the database as a source, with what was written last and is not in the main file; None if it is gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    size, mtime_ns = status.st_size, status.st_mtime_ns
    try:
        log = _log_of(path).stat()
        size, mtime_ns = size + log.st_size, max(mtime_ns, log.st_mtime_ns)
    except OSError:
        pass
    return Source(agent="opencode", path=path, size=size, mtime_ns=mtime_ns)


def read_database(path: Path, cursor: Cursor, journal: Journal, limit_bytes: int) -> Batch:
    """Return the events of sessions that changed since the cursor, of about ``limit_bytes`` of rows.

    Raises:
        SourceChanged: it was replaced by another or an older one.
        SourceError: it cannot be read, or has other columns.
    """
    before = _parse_state(cursor.state)
    journal.rank_count = cursor.rank_count
    reading = _DatabaseRead(journal, before.since)
    try:
        with closing(_open(path)) as connection:
            done, at = reading.read_sessions(connection, before.at, limit_bytes)
    except (sqlite3.Error, OSError) as error:
        raise SourceError(f"cannot read {str(path)!r}: {error}") from error
    after = _ReadState(max(at, before.since), max(at, before.since) - 1) if done else _ReadState(before.since, at)
    tally = reading.records
    return Batch(
        events=journal.batch_events(),
        cursor=Cursor(
            offset=cursor.offset + max(reading.size, 1),
            line=cursor.line + tally.count,
            rank_count=journal.rank_count,
            state=orjson.dumps([f"{number:x}" for number in after]).decode(),
        ),
        tally=tally.tally(journal.unknown),
        skipped=tally.skipped,
        done=done,
    )


class _DatabaseRead:
    """Takes the rows of changed sessions into a journal."""

    def __init__(self, journal: Journal, since: int) -> None:
        self.journal = journal
        self.since = since
        self.dialogue = Dialogue(journal)
        self.records = RecordTally(journal, self.take)
        self.size = 0
        """Bytes of the rows that were read."""

    def read_sessions(self, connection: sqlite3.Connection, at: int, limit_bytes: int) -> tuple[bool, int]:
        """Read sessions in the order of their last change; return whether all were, and when the last one changed.

        Sessions of one moment are read together, as the next read begins behind a moment.
        """
        newest = connection.execute(_NEWEST).fetchone()[0]
        if self.since and (newest is None or newest < self.since):
            raise SourceChanged("the database was replaced since it was read; it is read again")
        for native, parent, directory, title, version, created, changed in connection.execute(_CHANGED, (at,)):
            if self.size >= limit_bytes and changed != at:
                return False, at
            info = {"parentID": parent, "directory": directory, "title": title, "version": version}
            self.journal.rank_ms = 0  # a session's order is its own
            self.dialogue.begin(native, info | {"time": {"created": created}}, several=True)
            for record in self.rows_of(connection, native):
                self.records.add(record)
            at = changed
        return True, at

    def rows_of(self, connection: sqlite3.Connection, session: str) -> Iterator[object]:
        """Yield the messages and parts of a session that changed, in order."""
        messages: dict[str, object] = {}
        changed = set()
        for name, updated, data in connection.execute(_MESSAGES, (session,)):
            messages[name] = _parse_row(data, id=name, sessionID=session)
            if updated >= self.since:
                changed.add(name)
                self.size += _measure(data)
        parts: dict[str, list[object]] = {}
        for name, message, data in connection.execute(_PARTS, (session, self.since)):
            self.size += _measure(data)
            part = _parse_row(data, id=name, messageID=message, sessionID=session)
            parts.setdefault(message, []).append({"part": part, "message": messages.get(message) or {}})
        for name, message in messages.items():
            if name in changed:
                yield {"message": message}
            yield from parts.pop(name, ())
        for orphans in parts.values():
            yield from orphans

    def take(self, record: Record) -> str:
        """Take a message or a part."""
        message = record["message"]
        return self.dialogue.part(record["part"], message) if "part" in record else self.dialogue.message(message)


def _parse_row(data: object, **ids: str) -> Record | None:
    """Return a row's object with the ids that stand in its other columns; None where it is no object."""
    try:
        found = orjson.loads(data) if isinstance(data, str | bytes) else None
    except ValueError:
        return None
    return found | ids if isinstance(found, dict) else None


def _measure(data: object) -> int:
    """Return how much a value counts; a column may hold anything."""
    return len(data) if isinstance(data, str | bytes) else 1


def _parse_state(state: str) -> _ReadState:
    """Return what the last read left."""
    if not state:
        return _ReadState(0, -1)
    since, at = (int(text, 16) for text in orjson.loads(state))
    return _ReadState(since, at)


def _log_of(path: Path) -> Path:
    """Return the file that SQLite writes first, before the main one."""
    return path.with_name(f"{path.name}-wal")


def _open(path: Path) -> sqlite3.Connection:
    """Open a database for reading; as immutable unless something waits to be moved into its main file."""
    log = _log_of(path)
    require_regular(path)  # SQLite would wait for a pipe for ever
    waiting = log.exists() and log.stat().st_size > 0
    address = f"{path.absolute().as_uri()}?mode=ro" + ("" if waiting else "&immutable=1")
    for beside in ("-wal", "-shm", "-journal") if waiting else ():
        if os.path.lexists(f"{path}{beside}"):
            require_regular(f"{path}{beside}")
    connection = sqlite3.connect(address, uri=True)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)  # a column can be an expression
    connection.execute("PRAGMA trusted_schema = OFF")
    until = monotonic() + LONGEST_S
    connection.set_progress_handler(lambda: monotonic() > until, _STEPS)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection
