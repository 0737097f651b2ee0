"""What is older than a day that the user set: which sessions, how much of each kind, and how many bytes of it.

Bytes are those of the values, as what a file gives back is known only when it was written anew.
"""

import sqlite3
from collections.abc import Iterator

from twiceshy.archive.db import Store
from twiceshy.archive.reads.body_references import find_references
from twiceshy.archive.rows import BODY_PLACES, COLUMNS
from twiceshy.records import ids
from twiceshy.records.upkeep import Expired

_AT_ONCE = 500
"""Texts a statement (guess, 2026-11-23)."""
_OLD = """(session_id IN (SELECT id FROM session WHERE first_at < :until AND last_at < :until)
  OR (session_id IN (SELECT id FROM session WHERE first_at < :until) AND at < :until))"""
"""Rows that ``archive.forget`` takes for an extent that has an end alone."""


def list_whole_sessions(connection: sqlite3.Connection, until: str) -> list[bytes]:
    """Return the sessions of which all is older."""
    rows = connection.execute("SELECT uid FROM session WHERE first_at < ?1 AND last_at < ?1 ORDER BY 1", (until,))
    return [uid for (uid,) in rows]


def list_expired(store: Store, until: str) -> Iterator[Expired]:
    """Yield what is older, by kind; kinds of which there is nothing are left out."""
    connection = store.connection
    whole = list_whole_sessions(connection, until)
    parts = connection.execute(
        "SELECT uid FROM session WHERE first_at < ?1 AND last_at >= ?1 ORDER BY 1", (until,)
    ).fetchall()
    for kind, uids in (("session", whole), ("part of a session", [uid for (uid,) in parts])):
        if uids:
            yield Expired(
                kind=kind, count=len(uids), bytes=None, ids=tuple(f"{ids.SESSION}-{uid.hex()}" for uid in uids)
            )
    for table, columns in COLUMNS.items():
        sizes = " + ".join(f"coalesce(length(CAST({column} AS BLOB)), 0)" for column in columns)
        sql = f"SELECT count(*), coalesce(sum({sizes}), 0) FROM {table} WHERE {_OLD}"  # noqa: S608  # literals of this room
        ((count, size),) = connection.execute(sql, {"until": until})
        if count:
            yield Expired(kind=table, count=count, bytes=size)
    texts = _find_texts(store, until)
    if texts:
        yield Expired(kind="long text", count=len(texts), bytes=sum(_measure_texts(store, texts)))


def _find_texts(store: Store, until: str) -> list[bytes]:
    """Return the long texts that nothing younger refers to, and those that nothing refers to at all."""
    if not store.has_bodies:
        return []
    kept = set[bytes]()
    for table, values in BODY_PLACES.items():
        for value in values:
            column = COLUMNS[table][value - 2]
            sql = f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL AND NOT coalesce({_OLD}, 0)"  # noqa: S608  # as above
            kept.update(key for (key,) in store.connection.execute(sql, {"until": until}))
    rows = store.bodies.connection.execute("SELECT hash FROM body")
    return [key for (key,) in rows if key not in kept]


def count_loose_texts(store: Store) -> int:
    """Count the long texts that nothing refers to."""
    if not store.has_bodies:
        return 0
    kept = set(find_references(store.connection))
    return sum(key not in kept for (key,) in store.bodies.connection.execute("SELECT hash FROM body"))


def _measure_texts(store: Store, texts: list[bytes]) -> Iterator[int]:
    for start in range(0, len(texts), _AT_ONCE):
        some = texts[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        sql = f"SELECT coalesce(sum(size), 0) FROM body WHERE hash IN ({marks})"  # noqa: S608  # question marks
        yield from (size for (size,) in store.bodies.connection.execute(sql, some))
