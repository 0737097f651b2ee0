"""Which facts of ours lie in which repository's memory."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from twiceshy.archive.times import format_time, parse_moment
from twiceshy.records.pulled import MemoryEntry

_COLUMNS = "made, written, type, at, session, commit_hash, pushed"
_FIRST, _LAST = "0000", "9999"  # sort before and after every time


def put_entries(connection: sqlite3.Connection, memory: bytes, entries: Iterable[MemoryEntry]) -> None:
    """Note that facts lie in a memory. The caller commits."""
    connection.executemany(
        f"INSERT OR REPLACE INTO memory_entry (memory, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  # a constant of ours
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
        f"""SELECT {_COLUMNS} FROM memory_entry WHERE memory = ? AND type NOT IN ({", ".join("?" * len(left))})
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
        f"SELECT {_COLUMNS} FROM memory_entry WHERE memory = ? AND at >= ? AND at < ? ORDER BY made",  # noqa: S608  # as above
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
