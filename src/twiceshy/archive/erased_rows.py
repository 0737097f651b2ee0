"""What leaves this store leaves a team's server too: a tombstone for each record that was ever put into the outbox.

It is put in the transaction that removes the record. What of it still waits is taken out of the outbox. A store that
never had anything to send has no marks, and nothing happens.
"""

import sqlite3
from collections.abc import Collection, Iterable
from datetime import datetime

from twiceshy.archive import outbox
from twiceshy.archive.db import Store
from twiceshy.archive.lost_rows import drop_witness, put_tombstones
from twiceshy.privacy.wire.wire_rows import make_row_id

_OF_A_RUN = ("match_event", "output_sample", "feedback")
"""Kinds of rows that a server erases with their run."""

_STORED_IDS = {
    "session": "SELECT 'session', uid FROM session",
    "lesson": """SELECT 'lesson', id FROM lesson UNION ALL
      SELECT 'lesson', lesson FROM lesson_review WHERE state = 'deleted' UNION ALL
      SELECT 'lesson vote', key FROM team_knowledge WHERE kind = 'lesson'""",
}
"""By kind what rows may stay, as the parts of their ids; what a person decided about a lesson holds no word of it."""


def erase_gone_runs(connection: sqlite3.Connection, reason: str, now: datetime) -> int:
    """Put a tombstone for each run that was put into the outbox and is not stored any more; return how many."""
    gone = [
        key
        for (key,) in connection.execute(
            """SELECT id FROM outbox_mark WHERE kind = 'execution' AND rev >= 0
            AND id NOT IN (SELECT execution_id FROM executions)"""
        )
    ]
    if gone:
        marks = ", ".join("?" * len(_OF_A_RUN))
        waiting = connection.execute(
            f"""SELECT id, json_extract(CAST(body AS TEXT), '$.data.execution') FROM outbox WHERE kind IN ({marks})""",  # noqa: S608  # question marks
            _OF_A_RUN,
        ).fetchall()
        runs = {key.hex() for key in gone}
        connection.executemany("DELETE FROM outbox WHERE id = ?", [(key,) for key, run in waiting if run in runs])
    return _put_tombstones(connection, gone, reason, now)


def erase_gone(store: Store, reason: str, now: datetime) -> int:
    """Put tombstones for runs, sessions and lessons that were put into the outbox and are gone; return how many.

    Facts that wait leave the outbox, as any may hold words of what is gone; those that are still true are put again
    when they are found again. The caller holds the transaction. ``reason``: a word that says why.
    """
    connection = store.connection
    erased = erase_gone_runs(connection, reason, now)
    for kind, stored_ids in _STORED_IDS.items():
        if _has_any(connection, kind):
            present = [make_row_id(store.salt, name, key) for name, key in connection.execute(stored_ids)]
            erased += erase_missing(connection, kind, present, reason, now)
    connection.execute("UPDATE outbox_mark SET hash = x'' WHERE id IN (SELECT id FROM outbox WHERE kind = 'fact')")
    connection.execute("DELETE FROM outbox WHERE kind = 'fact'")
    return erased


def erase_missing(
    connection: sqlite3.Connection, kind: str, present: Iterable[bytes], reason: str, now: datetime
) -> int:
    """Put a tombstone for each record of a kind that is not present; return how many.

    ``present``: ids of all that are, as ``make_row_id`` made them.
    """
    living = {outbox.find_mark(connection, key).id for key in present}
    marked = connection.execute("SELECT id FROM outbox_mark WHERE kind = ? AND rev >= 0", (kind,)).fetchall()
    return _put_tombstones(connection, [key for (key,) in marked if key not in living], reason, now)


def _has_any(connection: sqlite3.Connection, kind: str) -> bool:
    return connection.execute("SELECT 1 FROM outbox_mark WHERE kind = ? LIMIT 1", (kind,)).fetchone() is not None


def _put_tombstones(connection: sqlite3.Connection, gone: Collection[bytes], reason: str, now: datetime) -> int:
    connection.executemany("DELETE FROM outbox WHERE id = ?", [(key,) for key in gone])
    connection.executemany(
        "UPDATE outbox_mark SET rev = ?, hash = x'' WHERE id = ?", [(outbox.ERASED, key) for key in gone]
    )
    put_tombstones(connection, gone, reason, now)
    drop_witness(connection, gone)
    return len(gone)
