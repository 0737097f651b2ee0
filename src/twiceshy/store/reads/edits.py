"""The edits of sessions with the texts before and after, for what judges them."""

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from twiceshy.records.text import Scrubbed

AT_ONCE = 500


class StoredEdit(NamedTuple):
    """One file changed by one successful call."""

    session: bytes
    uid: bytes
    call: bytes
    path: Scrubbed
    path_key: bytes
    before: bytes | None
    """Body; None where it is not known."""
    after: bytes | None
    partial: bool
    """Only fragments are known."""
    created: bool
    deleted: bool
    lines: int
    """Put in and taken out."""
    at: float | None
    """Seconds since the epoch."""


def edits(connection: sqlite3.Connection, sessions: Iterable[bytes]) -> dict[bytes, list[StoredEdit]]:
    """By session, in their order; a session without edits is left out."""
    found: dict[bytes, list[StoredEdit]] = {}
    rows = connection.execute(
        """SELECT s.uid, e.uid, e.call, e.path, e.path_key, e.before, e.after, e.partial, e.created, e.deleted,
          e.added + e.removed, (julianday(e.at) - 2440587.5) * 86400
        FROM edit e JOIN session s ON s.id = e.session_id
        WHERE hex(s.uid) IN (SELECT value FROM json_each(?)) ORDER BY s.id, e.rank, e.id""",
        (json.dumps([uid.hex().upper() for uid in sessions]),),
    )
    for session, uid, call, path, path_key, before, after, partial, created, deleted, lines, at in rows:
        found.setdefault(session, []).append(
            StoredEdit(
                session, uid, call, Scrubbed(path), path_key, before, after,
                bool(partial), bool(created), bool(deleted), lines, at,
            )
        )  # fmt: skip
    return found


def counts(connection: sqlite3.Connection) -> dict[bytes, int]:
    """How many edits each real session has, those without left out; the newest session first."""
    return dict(
        connection.execute(
            """SELECT s.uid, count(*) FROM edit e JOIN session s ON s.id = e.session_id WHERE s.real = 1
            GROUP BY s.id ORDER BY s.last_at DESC, s.id"""
        ).fetchall()
    )
