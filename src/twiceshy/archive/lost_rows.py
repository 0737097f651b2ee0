"""Have made again what a server lost: it was put back to an older state, and does not hold what it had taken.

The hash of a record's mark is emptied: then it differs from whatever the store holds now, and is put again, as its next
revision where it may change. What was erased is erased again at once.
"""

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime

from twiceshy.archive import outbox
from twiceshy.privacy.wire.wire_rows import make_row_id
from twiceshy.records.team import WireRow

WITNESS = "witness"
"""Name of the note that holds a row which a server surely had."""
_SESSIONS = "team-session"
"""Kind of ``derived``: as they were when they were put (defined by ``wings.team.sync.fill_outbox``)."""
_NOT_THERE = b"\0"
"""In place of the hash of a run that is not to be looked for again."""


def mark_lost(connection: sqlite3.Connection, now: datetime) -> int:
    """Have every record that a server had put again; return how many. The caller commits."""
    lost = connection.execute("UPDATE outbox_mark SET hash = x'', sent = 0 WHERE rev >= 0 AND sent = 1").rowcount
    connection.execute("DELETE FROM derived WHERE kind = ?", (_SESSIONS,))
    erased = connection.execute("SELECT id FROM outbox_mark WHERE rev = ?", (outbox.ERASED,)).fetchall()
    put_tombstones(connection, [key for (key,) in erased], "gone", now)
    return lost + len(erased)


def list_lost_runs(connection: sqlite3.Connection) -> set[bytes]:
    """Return the ids of runs that are to be put again."""
    return {
        key
        for (key,) in connection.execute(
            "SELECT id FROM outbox_mark WHERE kind = 'execution' AND rev >= 0 AND hash = x''"
        )
    }


def end_lost_runs(connection: sqlite3.Connection) -> None:
    """Look for none any more: all that are still stored were put. The caller commits."""
    connection.execute(
        "UPDATE outbox_mark SET hash = ? WHERE kind = 'execution' AND rev >= 0 AND hash = x''", (_NOT_THERE,)
    )


def put_tombstones(connection: sqlite3.Connection, gone: Collection[bytes], reason: str, now: datetime) -> None:
    """Put a tombstone for each id; ``reason`` is a word. The caller commits."""
    rows = [
        WireRow(
            kind="tombstone",
            id=make_row_id(key, "tombstone"),
            rev=0,
            at=now,
            data={"target": key.hex(), "reason": reason},
        )
        for key in gone
    ]
    outbox.put_rows(connection, rows, now)


def drop_witness(connection: sqlite3.Connection, gone: Collection[bytes]) -> None:
    """Keep no row as witness that is erased, or that may hold words of what is. The caller commits."""
    found = connection.execute("SELECT value FROM sync_note WHERE name = ?", (WITNESS,)).fetchone()
    if found is None or not gone:
        return
    line = json.loads(found[0])
    if bytes.fromhex(line["id"]) in gone or line["kind"] not in _OF_THEMSELVES:
        connection.execute("DELETE FROM sync_note WHERE name = ?", (WITNESS,))


_OF_THEMSELVES = frozenset({"execution", "session", "lesson", "trial", "effect"})
"""Kinds of rows that hold nothing of records with another id."""
