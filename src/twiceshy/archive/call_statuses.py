"""Store what each call of a session was, in the place of what its agent's log says."""

import sqlite3
from collections.abc import Callable, Iterable

from twiceshy.archive.error_messages import replace_words
from twiceshy.archive.rows import LONGEST_MESSAGE, clean, cut
from twiceshy.commands.telling import find_telling_line
from twiceshy.records.calls import CallStatus
from twiceshy.stats.text import fingerprint

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
