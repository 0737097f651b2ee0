"""Store what each call of a session was, in the place of what its agent's log says."""

import sqlite3
from collections.abc import Callable, Iterable
from typing import NamedTuple

from twiceshy.archive.rows import LONGEST_MESSAGE, SEARCHED, clean, cut
from twiceshy.commands.telling import find_telling_line
from twiceshy.records.attempts import CallStatus
from twiceshy.stats.text import fingerprint
from twiceshy.stats.text.fingerprint import fingerprint as fingerprint_fingerprint

# The line that says what went wrong in each failed call, found again from the stored output.


class StoredFailure(NamedTuple):
    """A failed call, as it is stored."""

    id: int
    uid: bytes
    """``ToolCall.call``."""
    tool: str
    exit_code: int | None
    text: str
    body: bytes | None
    message: str | None
    fingerprint: bytes | None
    failure: str


def read_failures(connection: sqlite3.Connection, after: int, limit: int) -> list[StoredFailure]:
    """Return the next failures behind an id, at most ``limit``."""
    rows = connection.execute(
        """SELECT r.id, r.uid, coalesce(c.tool, ''), r.exit_code, r.text, r.body, r.message, r.fingerprint, r.failure
        FROM result r LEFT JOIN call c ON c.uid = r.uid
        WHERE r.failure IS NOT NULL AND r.id > ? ORDER BY r.id LIMIT ?""",
        (after, limit),
    )
    return [StoredFailure(*row) for row in rows]


def read_later_output(connection: sqlite3.Connection, run: bytes) -> list[tuple[str, bytes | None]]:
    """Return what the calls that waited for a command gave back, in order: each text, or the body that holds it."""
    return connection.execute(
        """SELECT r.text, r.body FROM wait w JOIN call c ON c.id = w.call_id JOIN result r ON r.uid = c.uid
        WHERE w.run = ? ORDER BY c.rank, c.id""",
        (run,),
    ).fetchall()


def put_messages(connection: sqlite3.Connection, found: Iterable[tuple[StoredFailure, str]]) -> int:
    """Store the line and the fingerprint of each failure; return how many differ. The caller holds the transaction."""
    changed = 0
    for one, line in found:
        message = clean(cut(line, LONGEST_MESSAGE))
        key = fingerprint_fingerprint(message, one.tool)
        if (message, key) == (one.message, one.fingerprint):
            continue
        changed += 1
        connection.execute("UPDATE result SET message = ?, fingerprint = ? WHERE id = ?", (message, key, one.id))
        replace_words(connection, one.id, one.message, message)
    return changed


def replace_words(connection: sqlite3.Connection, key: int, before: str | None, after: str | None) -> None:
    """Take a result's old words out of the search, which needs them again to do so, and put the new ones in."""
    place = key * 4 + SEARCHED["result"]
    if before == after:
        return
    if before:
        connection.execute("INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", (place, before))
    if after:
        connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (place, after))


KIND = "calls"
"""Kind of ``derived``: which sessions were judged."""


def put_statuses(connection: sqlite3.Connection, changed: Iterable[CallStatus], whole: Callable[[bytes], str]) -> None:
    """Store what calls were; ``whole`` reads a long text. The caller holds the transaction."""
    for one in changed:
        connection.execute(
            "UPDATE call SET action = ?, masked = ? WHERE uid = ?", (one.action, int(one.masked), one.uid)
        )
        if one.action == "wait":
            connection.execute(
                "INSERT OR REPLACE INTO wait (call_id, run) SELECT id, ? FROM call WHERE uid = ?", (one.run, one.uid)
            )
        _put_result(connection, one, whole)


def _put_result(connection: sqlite3.Connection, one: CallStatus, whole: Callable[[bytes], str]) -> None:
    """Store how a call ended, with the line that says why where it failed after all."""
    row = connection.execute(
        "SELECT r.id, r.failure, r.message, c.tool, r.text, r.body FROM result r JOIN call c ON c.uid = r.uid "
        "WHERE r.uid = ?",
        (one.uid,),
    ).fetchone()
    if row is None:
        return
    key, before, known, tool, text, body = row
    message = known
    found = None
    if one.failure is None:
        message = None
    elif before is None or one.said or message is None:
        said = one.said or (text if body is None else whole(body))
        message = clean(cut(find_telling_line(said, one.exit_code, one.failure), LONGEST_MESSAGE))
    replace_words(connection, key, known, message)
    if message is not None:
        found = fingerprint.fingerprint(message, tool)
    connection.execute(
        "UPDATE result SET failure = ?, exit_code = ?, message = ?, fingerprint = ? WHERE id = ?",
        (one.failure, one.exit_code, message, found, key),
    )
