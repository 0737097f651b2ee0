"""What others told of a project. Only look verbs read it; of what was accepted, agents may be told too."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from twiceshy.archive.times import format_time, parse_moment
from twiceshy.base.values import Scrubbed
from twiceshy.records.memory import MemoryEntry, PulledCount, PulledRow

_COLUMNS = "id, writer, type, at, session, commit_hash, line, accepted_at"


def put_pulled(connection: sqlite3.Connection, project: Scrubbed, rows: Iterable[PulledRow]) -> int:
    """Store facts that are not stored yet; return how many were new. The caller commits."""
    before = connection.total_changes
    connection.executemany(
        """INSERT INTO pulled_record (project, id, writer, type, at, session, commit_hash, line)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
        [
            (project, one.id, one.writer, one.type, format_time(one.at), one.session, one.commit_hash, one.line)
            for one in rows
        ],
    )
    return connection.total_changes - before


def remove_pulled(connection: sqlite3.Connection, project: str, ids: Iterable[bytes]) -> int:
    """Remove facts; return how many there were. The caller commits."""
    before = connection.total_changes
    connection.executemany("DELETE FROM pulled_record WHERE project = ? AND id = ?", [(project, key) for key in ids])
    return connection.total_changes - before


def accept_pulled(connection: sqlite3.Connection, project: str, ids: Iterable[bytes], at: datetime) -> int:
    """Note that agents may be told of facts; return of how many that was new. The caller commits."""
    before = connection.total_changes
    connection.executemany(
        "UPDATE pulled_record SET accepted_at = ? WHERE project = ? AND id = ? AND accepted_at IS NULL",
        [(format_time(at), project, key) for key in ids],
    )
    return connection.total_changes - before


def list_pulled_ids(connection: sqlite3.Connection, project: str) -> frozenset[bytes]:
    """Return the ids of all that others told of a project."""
    return frozenset(key for (key,) in connection.execute("SELECT id FROM pulled_record WHERE project = ?", (project,)))


def read_pulled(connection: sqlite3.Connection, project: str | None, types: Sequence[str] = ()) -> list[PulledRow]:
    """Return what others told of a project (None: of any), of some types (none given: of all), the oldest first."""
    marks = ", ".join("?" * len(types))
    rows = connection.execute(
        f"""SELECT {_COLUMNS} FROM pulled_record
        WHERE (?1 IS NULL OR project = ?1) {f"AND type IN ({marks})" if types else ""} ORDER BY at, id""",  # noqa: S608  # constants of ours and marks
        (project, *types),
    )
    return [_make_row(row) for row in rows]


def read_accepted(connection: sqlite3.Connection, project: str, types: Sequence[str]) -> list[PulledRow]:
    """Return what others told of a project, of these types, and a person here accepted; the oldest first."""
    rows = connection.execute(
        f"""SELECT {_COLUMNS} FROM pulled_record WHERE project = ? AND accepted_at IS NOT NULL
        AND type IN ({", ".join("?" * len(types))}) ORDER BY at, id""",  # noqa: S608  # constants of ours and marks
        (project, *types),
    )
    return [_make_row(row) for row in rows]


def list_pulled_projects(connection: sqlite3.Connection) -> list[str]:
    """Return the identities of the projects of which others told."""
    return [name for (name,) in connection.execute("SELECT DISTINCT project FROM pulled_record ORDER BY 1")]


def count_pulled(connection: sqlite3.Connection, project: str) -> list[PulledCount]:
    """Return how much each writer told of a project."""
    rows = connection.execute(
        """SELECT writer, type, count(*), count(accepted_at) FROM pulled_record WHERE project = ?
        GROUP BY writer, type ORDER BY writer, type""",
        (project,),
    )
    return [PulledCount(*row) for row in rows]


def _make_row(row: tuple[bytes, str, str, str, str, str, str, str | None]) -> PulledRow:
    """Return the record of a row.

    Raises:
        DamagedValue: its time is none.
    """
    key, writer, kind, at, session, commit_hash, line, accepted_at = row
    return PulledRow(
        id=key,
        writer=writer,
        type=kind,
        at=parse_moment(at),
        session=session,
        commit_hash=commit_hash,
        line=Scrubbed(line),
        accepted=accepted_at is not None,
    )


# Which facts of ours lie in which repository's memory.

_ENTRY_COLUMNS = "made, written, type, at, session, commit_hash, pushed"
_FIRST, _LAST = "0000", "9999"  # sort before and after every time


def put_entries(connection: sqlite3.Connection, memory: bytes, entries: Iterable[MemoryEntry]) -> None:
    """Note that facts lie in a memory. The caller commits."""
    connection.executemany(
        f"INSERT OR REPLACE INTO memory_entry (memory, {_ENTRY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  # a constant of ours
        [
            (memory, one.made, one.written, one.type, format_time(one.at), one.session, one.commit_hash, one.pushed)
            for one in entries
        ],
    )


def remove_entries(connection: sqlite3.Connection, memory: bytes, made: Iterable[bytes]) -> None:
    """Note that facts lie there no more. The caller commits."""
    connection.executemany("DELETE FROM memory_entry WHERE memory = ? AND made = ?", [(memory, key) for key in made])


def read_entries(
    connection: sqlite3.Connection, memory: bytes, *, besides: Iterable[str] = ()
) -> Iterator[MemoryEntry]:
    """Yield the facts that lie in a memory; ``besides``: types that are left out."""
    left = tuple(besides)
    rows = connection.execute(
        f"""SELECT {_ENTRY_COLUMNS} FROM memory_entry WHERE memory = ? AND type NOT IN ({", ".join("?" * len(left))})
        ORDER BY made""",  # noqa: S608  # constants of ours and marks
        (memory, *left),
    )
    return (_make_entry(row) for row in rows)


def find_entries(
    connection: sqlite3.Connection,
    memory: bytes,
    sessions: Sequence[str] | None,
    since: datetime | None,
    until: datetime | None,
) -> list[MemoryEntry]:
    """Return the facts of some sessions (None: of any, and of none), in a time, that lie in a memory."""
    rows = connection.execute(
        f"SELECT {_ENTRY_COLUMNS} FROM memory_entry WHERE memory = ? AND at >= ? AND at < ? ORDER BY made",  # noqa: S608  # as above
        (memory, format_time(since) or _FIRST, format_time(until) or _LAST),
    )
    wanted = None if sessions is None else frozenset(sessions)
    return [one for one in map(_make_entry, rows) if wanted is None or one.session in wanted]


def note_pushed(connection: sqlite3.Connection, memory: bytes, place: bytes) -> None:
    """Note that all that lies in a memory is in another place too. The caller commits."""
    connection.execute("UPDATE memory_entry SET pushed = ? WHERE memory = ?", (place, memory))


def _make_entry(row: tuple[bytes, bytes, str, str, str, str, bytes | None]) -> MemoryEntry:
    """Return the record of a row.

    Raises:
        DamagedValue: its time is none.
    """
    made, written, kind, at, session, commit_hash, pushed = row
    return MemoryEntry(made, written, kind, parse_moment(at), session, commit_hash, pushed)
