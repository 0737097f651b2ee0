"""When was the evidence there? Events by their uids, commits by their hashes."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from twiceshy.archive.times import parse_time

EVENT_DIGITS = 32
"""Hex digits of an event's uid, by definition in the schema."""


def read_event_times(connection: sqlite3.Connection, names: Iterable[str]) -> dict[str, datetime]:
    """Return the times of events and commits by their names in hexadecimal digits; unknown ones are left out.

    A call counts from when its result came back.
    """
    found: dict[str, datetime] = {}
    for name in dict.fromkeys(names):
        at = _read_event(connection, bytes.fromhex(name)) if len(name) == EVENT_DIGITS else None
        at = at or _read_commit(connection, name)
        if at is not None:
            found[name] = at
    return found


def _read_event(connection: sqlite3.Connection, uid: bytes) -> datetime | None:
    row = connection.execute(
        """SELECT coalesce((SELECT at FROM result WHERE uid = ?1), (SELECT at FROM call WHERE uid = ?1),
          (SELECT at FROM prompt WHERE uid = ?1), (SELECT at FROM mark WHERE uid = ?1))""",
        (uid,),
    ).fetchone()
    return parse_time(row[0])


def _read_commit(connection: sqlite3.Connection, name: str) -> datetime | None:
    """Return when a commit was made whose hash begins so."""
    row = connection.execute(
        "SELECT min(committed_at) FROM commit_ WHERE hash >= ?1 AND hash < ?1 || 'g'", (name,)
    ).fetchone()
    return parse_time(row[0])
