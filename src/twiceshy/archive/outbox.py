"""Keep rows until a team's server has them: put in the caller's transaction, taken out when they are answered."""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.times import format_time, parse_moment
from twiceshy.privacy.wire.wire_rows import encode_row, make_row_id
from twiceshy.records.team import OutboxState, RowAnswer, WaitingRow, WireRow

_FIRST_TO_GO = ("output_sample", "match_event")
"""Kinds that leave an outbox that is too large, in this order; the others, which count something, never do."""

_FULL = "full since"
"""Name of a note."""
ERASED = -1
"""Revision of what a tombstone was put for (as defined by the schema, 2026-11-23)."""


def put_rows(connection: sqlite3.Connection, rows: Iterable[WireRow], now: datetime) -> int:
    """Put rows into the outbox; return how many were new. The caller commits."""
    before = connection.total_changes
    connection.executemany(
        "INSERT OR IGNORE INTO outbox (id, rev, kind, body, made_at) VALUES (?, ?, ?, ?, ?)",
        [(row.id, row.rev, row.kind, encode_row(row), format_time(now)) for row in rows],
    )
    return connection.total_changes - before


def put_once(connection: sqlite3.Connection, rows: Sequence[WireRow], now: datetime) -> int:
    """Put rows that never change and are erased by their own id; return how many were new. The caller commits.

    What was put before is not put again, whether or not it still waits; but what a server lost is: its mark is empty.
    """
    new = [
        row
        for row in rows
        if connection.execute(
            """INSERT INTO outbox_mark (id, kind, rev, hash) VALUES (?1, ?2, 0, ?3)
            ON CONFLICT (id) DO UPDATE SET hash = ?3 WHERE rev >= 0 AND hash = x''""",
            (row.id, row.kind, _hash_data(row)),
        ).rowcount
    ]
    return put_rows(connection, new, now)


def put_changes(connection: sqlite3.Connection, rows: Iterable[WireRow], now: datetime) -> int:
    """Put the rows whose data differ from what was put last, each as its next revision; return how many there were.

    An older revision that still waits leaves: the newer one says it all. The ``rev`` of ``rows`` is not looked at.
    What was erased and is there again gets another id, as a server never takes an erased one. The caller commits.
    """
    changed = 0
    for row in rows:
        digest = _hash_data(row)
        known = find_mark(connection, row.id)
        if known.hash == digest:
            continue
        rev = known.rev + 1
        connection.execute("DELETE FROM outbox WHERE id = ?", (known.id,))
        put_rows(connection, [WireRow(kind=row.kind, id=known.id, rev=rev, at=row.at, data=row.data)], now)
        connection.execute(
            """INSERT INTO outbox_mark (id, kind, rev, hash) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (id) DO UPDATE SET rev = ?3, hash = ?4""",
            (known.id, row.kind, rev, digest),
        )
        changed += 1
    return changed


class OutboxMark(NamedTuple):
    """What was put last of one record."""

    id: bytes
    """As the server knows it."""
    rev: int
    """-1: nothing yet."""
    hash: bytes


def find_mark(connection: sqlite3.Connection, key: bytes) -> OutboxMark:
    """Return what was put last under an id, or under the one that took its place when it was erased."""
    while True:
        found = connection.execute("SELECT rev, hash FROM outbox_mark WHERE id = ?", (key,)).fetchone()
        if found is None or found[0] != ERASED:
            return OutboxMark(key, -1, b"") if found is None else OutboxMark(key, *found)
        key = make_row_id(key, "again")


def _hash_data(row: WireRow) -> bytes:
    """Return 16 bytes that are equal for equal data."""
    text = encode_row(WireRow(kind=row.kind, id=row.id, rev=0, at=_NO_TIME, data=row.data))
    return blake2b(text, digest_size=16, person=b"wire data").digest()


_NO_TIME = parse_moment("2000-01-01T00:00:00.000Z")
"""In place of a row's time, which is no part of what it says."""


def read_due(connection: sqlite3.Connection, now: datetime, most: int) -> list[WaitingRow]:
    """Return rows that may be tried now: those first that were tried least, then those that wait longest."""
    rows = connection.execute(
        """SELECT id, rev, kind, body, tries FROM outbox WHERE refused IS NULL AND next_at <= ?
        ORDER BY tries, made_at, id LIMIT ?""",
        (format_time(now), most),
    )
    return [WaitingRow(id=key, rev=rev, kind=kind, body=body, tries=tries) for key, rev, kind, body, tries in rows]


def read_all(connection: sqlite3.Connection) -> Iterator[WaitingRow]:
    """Yield every row that waits, whether or not it may be tried now, those first that wait longest."""
    for key, rev, kind, body, tries in connection.execute(
        "SELECT id, rev, kind, body, tries FROM outbox WHERE refused IS NULL ORDER BY made_at, id"
    ):
        yield WaitingRow(id=key, rev=rev, kind=kind, body=body, tries=tries)


def settle(connection: sqlite3.Connection, answers: Iterable[RowAnswer]) -> None:
    """Take out what the server has, and keep with its reason what it refuses. The caller commits."""
    for answer in answers:
        if answer.verdict == "refused":
            connection.execute(
                "UPDATE outbox SET refused = ? WHERE id = ? AND rev = ?", (answer.why, answer.id, answer.rev)
            )
        else:
            connection.execute("DELETE FROM outbox WHERE id = ? AND rev = ?", (answer.id, answer.rev))
            connection.execute("UPDATE outbox_mark SET sent = 1 WHERE id = ?", (answer.id,))


def has_refused(connection: sqlite3.Connection) -> bool:
    """Tell whether a server refused some row that is still here."""
    return connection.execute("SELECT 1 FROM outbox WHERE refused IS NOT NULL LIMIT 1").fetchone() is not None


def postpone(connection: sqlite3.Connection, rows: Sequence[WaitingRow], until: datetime) -> None:
    """Note that rows were tried in vain, and when they may be tried again. The caller commits."""
    connection.executemany(
        "UPDATE outbox SET tries = tries + 1, next_at = ? WHERE id = ? AND rev = ?",
        [(format_time(until), row.id, row.rev) for row in rows],
    )


def drop_rows(connection: sqlite3.Connection, rows: Iterable[WaitingRow]) -> None:
    """Take out rows that may not leave any more. The caller commits."""
    connection.executemany("DELETE FROM outbox WHERE id = ? AND rev = ?", [(row.id, row.rev) for row in rows])


def retry_refused(connection: sqlite3.Connection) -> None:
    """Let rows be tried again that a server refused: it is another one now. The caller commits."""
    connection.execute("UPDATE outbox SET refused = NULL, tries = 0, next_at = '' WHERE refused IS NOT NULL")


def end_waiting(connection: sqlite3.Connection, after: datetime) -> None:
    """Let rows be tried now that were to wait until later than ``after``: a clock may have been wrong.

    The caller commits.
    """
    connection.execute("UPDATE outbox SET next_at = '' WHERE next_at > ?", (format_time(after),))


def bound_size(connection: sqlite3.Connection, most: int) -> int:
    """Drop samples of output, then matches, the oldest first, until the outbox has ``most`` bytes; return how many.

    Rows that count something are never dropped, so it may stay larger. The caller commits.
    """
    (size,) = connection.execute("SELECT coalesce(sum(length(body)), 0) FROM outbox").fetchone()
    dropped = 0
    for kind in _FIRST_TO_GO:
        if size <= most:
            break
        rows = connection.execute(
            "SELECT id, rev, length(body) FROM outbox WHERE kind = ? ORDER BY made_at, id", (kind,)
        ).fetchall()
        for key, rev, length in rows:
            if size <= most:
                break
            connection.execute("DELETE FROM outbox WHERE id = ? AND rev = ?", (key, rev))
            size -= length
            dropped += 1
    return dropped


def note_full(connection: sqlite3.Connection, since: datetime | None) -> None:
    """Note since when runs are recorded and not put, as the outbox is full; None: there is room. The caller commits."""
    connection.execute("DELETE FROM sync_note WHERE name = ?", (_FULL,))
    if since is not None:
        connection.execute("INSERT INTO sync_note (name, value) VALUES (?, ?)", (_FULL, format_time(since)))


def read_full_since(connection: sqlite3.Connection) -> datetime | None:
    """Return since when runs are recorded and not put; None where each is put."""
    found = connection.execute("SELECT value FROM sync_note WHERE name = ?", (_FULL,)).fetchone()
    return None if found is None else parse_moment(found[0])


def measure_size(connection: sqlite3.Connection) -> int:
    """Return the bytes of all rows."""
    ((size,),) = connection.execute("SELECT coalesce(sum(length(body)), 0) FROM outbox")
    return int(size)


def read_state(connection: sqlite3.Connection, now: datetime) -> OutboxState:
    """Return what waits, in numbers."""
    waiting: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    size = 0
    oldest: str | None = None
    for kind, why, rows, length, first in connection.execute(
        "SELECT kind, refused, count(*), sum(length(body)), min(made_at) FROM outbox GROUP BY kind, refused"
    ):
        size += length
        if why is None:
            waiting[kind] += rows
            oldest = min(filter(None, (oldest, first)))
        else:
            refused[why] += rows
    (due,) = connection.execute(
        "SELECT count(*) FROM outbox WHERE refused IS NULL AND next_at <= ?", (format_time(now),)
    ).fetchone()
    return OutboxState(
        rows=dict(waiting),
        size=size,
        oldest_at=None if oldest is None else parse_moment(oldest),
        refused=dict(refused),
        due=due,
    )


# Have made again what a server lost: it was put back to an older state, and does not hold what it had taken.
#
# The hash of a record's mark is emptied: then it differs from whatever the store holds now, and is put again, as its
# next revision where it may change. What was erased is erased again at once.

WITNESS = "witness"
"""Name of the note that holds a row which a server surely had."""
_SESSIONS = "team-session"
"""Kind of ``derived``: as they were when they were put (defined by ``twiceshy_team.sync.fill_outbox``)."""
_NOT_THERE = b"\0"
"""In place of the hash of a run that is not to be looked for again."""


def mark_lost(connection: sqlite3.Connection, now: datetime) -> int:
    """Have every record that a server had put again; return how many. The caller commits."""
    lost = connection.execute("UPDATE outbox_mark SET hash = x'', sent = 0 WHERE rev >= 0 AND sent = 1").rowcount
    connection.execute("DELETE FROM derived WHERE kind = ?", (_SESSIONS,))
    erased = connection.execute("SELECT id FROM outbox_mark WHERE rev = ?", (ERASED,)).fetchall()
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
    put_rows(connection, rows, now)


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


# What leaves this store leaves a team's server too: a tombstone for each record that was ever put into the outbox.
#
# It is put in the transaction that removes the record. What of it still waits is taken out of the outbox. A store that
# never had anything to send has no marks, and nothing happens.

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
    living = {find_mark(connection, key).id for key in present}
    marked = connection.execute("SELECT id FROM outbox_mark WHERE kind = ? AND rev >= 0", (kind,)).fetchall()
    return _put_tombstones(connection, [key for (key,) in marked if key not in living], reason, now)


def _has_any(connection: sqlite3.Connection, kind: str) -> bool:
    return connection.execute("SELECT 1 FROM outbox_mark WHERE kind = ? LIMIT 1", (kind,)).fetchone() is not None


def _put_tombstones(connection: sqlite3.Connection, gone: Collection[bytes], reason: str, now: datetime) -> int:
    connection.executemany("DELETE FROM outbox WHERE id = ?", [(key,) for key in gone])
    connection.executemany("UPDATE outbox_mark SET rev = ?, hash = x'' WHERE id = ?", [(ERASED, key) for key in gone])
    put_tombstones(connection, gone, reason, now)
    drop_witness(connection, gone)
    return len(gone)


# Read and write how sending stands: the server's last answer, when to try again, how far its knowledge was taken.


def read_notes(connection: sqlite3.Connection) -> dict[str, str]:
    """Return every note by its name."""
    return dict(connection.execute("SELECT name, value FROM sync_note").fetchall())


def put_notes(connection: sqlite3.Connection, notes: Mapping[str, str]) -> None:
    """Write notes in place of older ones; an empty one is taken away. The caller commits."""
    for name, value in notes.items():
        if value:
            connection.execute("INSERT OR REPLACE INTO sync_note (name, value) VALUES (?, ?)", (name, value))
        else:
            connection.execute("DELETE FROM sync_note WHERE name = ?", (name,))
