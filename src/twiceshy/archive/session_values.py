"""What is kept of the secrets that sessions have shown: a length, a keyed hash, and what stands in their place."""

import sqlite3
from collections.abc import Iterable, Mapping

from twiceshy.archive.rows import RowBatch
from twiceshy.privacy.secrets.known_values import HashedValue

_LOOKED_UP = {"prompt": 4, "reply": 4, "call": 4}
"""Rows of a batch, by table, of which it is asked who has them already (guess, 2026-11-22): a copied log begins with
what is copied, and this is asked of every batch."""


def read_values(connection: sqlite3.Connection) -> dict[bytes, list[HashedValue]]:
    """Return everything that is kept, by the session's uid."""
    found: dict[bytes, list[HashedValue]] = {}
    for session, length, hash_, mark in connection.execute(
        "SELECT session, length, hash, placeholder FROM session_value ORDER BY session, hash"
    ):
        found.setdefault(session, []).append(HashedValue(length, hash_, mark))
    return found


def put_values(connection: sqlite3.Connection, values: Mapping[bytes, Iterable[HashedValue]]) -> None:
    """Keep the values of stored sessions (no others: one may be forgotten); a known one's placeholder may change."""
    connection.executemany(
        """INSERT INTO session_value (session, hash, length, placeholder)
        SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM session WHERE uid = ?1)
        ON CONFLICT DO UPDATE SET placeholder = excluded.placeholder""",
        [(session, one.hash, one.length, one.placeholder) for session, some in values.items() for one in some],
    )


def read_copies(connection: sqlite3.Connection) -> list[tuple[bytes, bytes]]:
    """Return the pairs of sessions whose logs hold the same events."""
    return connection.execute("SELECT session, other FROM session_copy ORDER BY 1, 2").fetchall()


def put_copies(connection: sqlite3.Connection, pairs: Iterable[tuple[bytes, bytes]]) -> None:
    """Keep pairs of sessions whose logs hold the same events."""
    connection.executemany(
        "INSERT INTO session_copy (session, other) VALUES (?, ?) ON CONFLICT DO NOTHING", sorted(pairs)
    )


def list_first_events(batch: RowBatch) -> list[tuple[str, bytes, bytes]]:
    """Return table, uid and session of the first events of each session in a batch."""
    found: list[tuple[str, bytes, bytes]] = []
    for table, most in _LOOKED_UP.items():
        left = dict.fromkeys(range(len(batch.sessions)), most)
        for row in batch.tables[table]:
            if left[place := int(row[0])]:  # type: ignore[arg-type]  # a session's place
                left[place] -= 1
                found.append((table, bytes(row[1]), batch.sessions[place]))  # type: ignore[arg-type]  # a uid
    return found


def find_owner(connection: sqlite3.Connection, table: str, uid: bytes) -> bytes | None:
    """Return the uid of the session that an event is stored under; None where it is not stored."""
    row = connection.execute(
        f"SELECT s.uid FROM {table} e JOIN session s ON s.id = e.session_id WHERE e.uid = ?",  # noqa: S608  # a literal of this room
        (uid,),
    ).fetchone()
    return row[0] if row else None
