"""The calls that prove something, in the order in which they are asked for."""

import sqlite3
from collections.abc import Sequence

from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scrubbed
from twiceshy.records import ids
from twiceshy.records.figures import CallLine

_AT_ONCE = 500
"""Calls that one statement asks for. SQLite takes at least 999 values (its documentation, 2026-11-22)."""


def read_proof_calls(connection: sqlite3.Connection, uids: Sequence[bytes]) -> list[CallLine]:
    """Return the calls with these uids, in this order; those that were forgotten are left out."""
    found: dict[bytes, CallLine] = {}
    for start in range(0, len(uids), _AT_ONCE):
        some = uids[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = connection.execute(
            f"""SELECT c.uid, c.at, s.uid, c.tool, coalesce(c.path, c.command, c.query, ''), coalesce(r.failure, ''),
              coalesce(r.message, '')
            FROM call c JOIN session s ON s.id = c.session_id LEFT JOIN result r ON r.uid = c.uid
            WHERE c.uid IN ({marks})""",  # noqa: S608  # only question marks
            some,
        )
        for uid, at, session, tool, about, failure, message in rows:
            found[uid] = CallLine(
                parse_time(at),
                ids.shorten(ids.SESSION, session),
                Scrubbed(tool),
                Scrubbed(about),
                failure,
                Scrubbed(message),
            )
    return [found[uid] for uid in uids if uid in found]
