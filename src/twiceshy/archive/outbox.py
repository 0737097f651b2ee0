"""Keep rows until a team's server has them: put in the caller's transaction, taken out when they are answered."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

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
