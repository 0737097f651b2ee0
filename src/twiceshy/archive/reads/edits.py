"""The edits of sessions with the texts before and after, for what judges them."""

import json
import sqlite3
from collections.abc import Iterable

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import StoredEdit

_COMMAND = 480
"""Characters of a command from which on it may go on behind what its row shows. Guess of 2026-11-21: a
placeholder at the end of ``rows.COMMAND`` characters was left out."""
MAY_WRITE = f"""(c.action = 'run' AND (c.command LIKE '%<<%' OR c.command LIKE '%echo%>%' OR c.command LIKE '%printf%>%'
  OR c.command LIKE '%tee %' OR length(c.command) > {_COMMAND}))"""
"""Calls whose command may write a text of its own to a file; a shell's line has to be read to know."""


def read_edits(connection: sqlite3.Connection, sessions: Iterable[bytes]) -> dict[bytes, list[StoredEdit]]:
    """Return the edits of each session, in their order; a session without edits is left out."""
    found: dict[bytes, list[StoredEdit]] = {}
    rows = connection.execute(
        """SELECT s.uid, e.uid, e.call, e.path, e.path_key, e.before, e.after, e.partial, e.created, e.deleted,
          e.added + e.removed, (julianday(e.at) - 2440587.5) * 86400, e.rank
        FROM edit e JOIN session s ON s.id = e.session_id
        WHERE hex(s.uid) IN (SELECT value FROM json_each(?)) ORDER BY s.id, e.rank, e.id""",
        (json.dumps([uid.hex().upper() for uid in sessions]),),
    )
    for session, uid, call, path, path_key, before, after, partial, created, deleted, lines, at, rank in rows:
        found.setdefault(session, []).append(
            StoredEdit(
                session,
                uid,
                call,
                Scrubbed(path),
                path_key,
                before,
                after,
                bool(partial),
                bool(created),
                bool(deleted),
                lines,
                at,
                rank,
            )
        )
    return found


def count_edits(connection: sqlite3.Connection) -> dict[bytes, int]:
    """Return how many edits each real session has, file-writing commands included; the newest session first.

    Sessions with neither are left out.
    """
    return dict(
        connection.execute(
            f"""SELECT s.uid, count(*) FROM (
              SELECT session_id FROM edit UNION ALL SELECT session_id FROM call c WHERE {MAY_WRITE}
            ) one JOIN session s ON s.id = one.session_id WHERE s.real = 1
            GROUP BY s.id ORDER BY s.last_at DESC, s.id"""  # noqa: S608  # a constant
        ).fetchall()
    )
