"""Remove long texts that nothing refers to from their packs, and give free space back to the disk.

Only while no ingest is at work (its texts are there before its rows): the caller holds that lock.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from twiceshy.archive.db import ARCHIVE, BODIES, Store
from twiceshy.archive.reads.body_references import find_references
from twiceshy.archive.restated_bodies import is_stored, read_pack, rewrite_pack
from twiceshy.archive.rows import hash_body
from twiceshy.archive.storage_errors import translate_errors
from twiceshy.base.errors import StoreBusy, StoreCorrupt

_PACKS_AT_ONCE = 64
"""Packs rewritten in one transaction. Guess of 2026-11-21: some 32 MB of text."""
_DUE = "sweep-due"


def mark_due(connection: sqlite3.Connection) -> None:
    """Note for `doctor` that a sweep is due, until ``sweep`` has ended. The caller holds the transaction."""
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, '1')", (_DUE,))


def is_due(connection: sqlite3.Connection) -> bool:
    """Tell whether something was forgotten whose traces are still on the disk."""
    return connection.execute("SELECT 1 FROM meta WHERE key = ?", (_DUE,)).fetchone() is not None


def sweep(store: Store, *, thorough: bool) -> int:
    """Remove texts that nothing refers to and free their space; return how many were removed.

    Args:
        store: writable; no ingest is at work on it.
        thorough: both files are written anew, so that nothing is left of what was deleted, wherever SQLite moved it.

    Raises:
        StoreBusy: a reader keeps an old state alive, so that traces stay in the log until the next `cleanup`.
    """
    taken = _take_out(store)
    _reclaim(store.connection, store.home / ARCHIVE, thorough=thorough)
    if store.has_bodies:
        _reclaim(store.bodies.connection, store.home / BODIES, thorough=thorough)
    with store.begin_writing() as connection:
        connection.execute("DELETE FROM meta WHERE key = ?", (_DUE,))
    with translate_errors(store.home / ARCHIVE):
        store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return taken


def _take_out(store: Store) -> int:
    if not store.has_bodies:
        return 0
    connection = store.bodies.connection
    with translate_errors(store.home / BODIES):
        connection.execute("CREATE TEMP TABLE wanted (hash BLOB PRIMARY KEY) WITHOUT ROWID")
        try:
            connection.execute("BEGIN")
            connection.executemany(
                "INSERT OR IGNORE INTO wanted (hash) VALUES (?)", ((key,) for key in find_references(store.connection))
            )
            connection.execute("COMMIT")
            loose = "FROM body WHERE hash NOT IN (SELECT hash FROM wanted)"
            ((taken,),) = connection.execute(f"SELECT count(*) {loose}")  # the line above
            touched = [id_ for (id_,) in connection.execute(f"SELECT DISTINCT pack_id {loose}")]
            for start in range(0, len(touched), _PACKS_AT_ONCE):
                with store.begin_writing_bodies():
                    _rewrite(connection, touched[start : start + _PACKS_AT_ONCE])
            with store.begin_writing_bodies():
                connection.execute("DELETE FROM pack WHERE id NOT IN (SELECT pack_id FROM body)")
        finally:
            connection.execute("DROP TABLE wanted")
    store.bodies.forget_frames()
    return int(taken)


def _rewrite(connection: sqlite3.Connection, ids: list[int]) -> None:
    """Rewrite these packs without the texts that are not wanted; delete a pack that has no other.

    A pack may hold texts that are stored elsewhere too, so each is taken from its own place, never by adding up sizes.
    """
    for id_ in ids:
        wanted = {
            key: text
            for key, text in read_pack(connection, id_).items()
            if connection.execute("SELECT 1 FROM wanted WHERE hash = ?", (key,)).fetchone()
        }
        rewrite_pack(connection, id_, wanted)


def drop_damaged(store: Store) -> int:
    """Take out texts that are not what their address says, so that reading their log again stores them."""
    with translate_errors(store.home / BODIES), store.begin_writing_bodies():
        connection = store.bodies.connection
        found = list(find_damaged(connection))
        connection.executemany("DELETE FROM body WHERE hash = ?", ((key,) for key in found))
    store.bodies.forget_frames()
    return len(found)


def find_damaged(connection: sqlite3.Connection) -> Iterator[bytes]:
    """Yield addresses of texts that hash to another one; a pack that cannot be unpacked is another fault.

    An address that leads to another stored text is none: texts were put right there, and rows still have to follow.
    """
    for (id_,) in connection.execute("SELECT id FROM pack").fetchall():
        try:
            texts = read_pack(connection, id_)
        except StoreCorrupt:
            continue
        for key, text in texts.items():
            real = hash_body(text)
            if real != key and not is_stored(connection, real):
                yield key


def _reclaim(connection: sqlite3.Connection, path: Path, *, thorough: bool) -> None:
    """Cut off free pages and empty the write-ahead log."""
    with translate_errors(path):
        if thorough:
            connection.execute("VACUUM")
        else:
            connection.execute("PRAGMA incremental_vacuum").fetchall()
        ((busy, _, _),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if busy:
        raise StoreBusy(
            f"what was asked is removed, but another process still reads {path}, so traces stay in its -wal file. "
            "Run `twiceshy cleanup` when that process has ended."
        )


def measure_store(home: Path) -> int:
    """Return the bytes of the store's files and their logs."""
    files = [home / (name + end) for name in (ARCHIVE, BODIES) for end in ("", "-wal")]
    return sum(path.stat().st_size for path in files if path.exists())
