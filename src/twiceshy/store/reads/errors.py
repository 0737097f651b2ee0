"""One error, wherever it happened: how often, where, and what the agent did next."""

import sqlite3

from twiceshy.records import ids
from twiceshy.records.look import ErrorHistory, Example, Followed
from twiceshy.records.text import Scrubbed
from twiceshy.store.reads.columns import time

FINGERPRINT_BYTES = 8
FOLLOWED_OF = 1000
"""Newest failures whose next step is looked at: enough to rank what follows, and bounded (guess)."""


def errors_beginning(connection: sqlite3.Connection, start: ids.Beginning, limit: int) -> list[tuple[bytes, Scrubbed]]:
    """The errors whose id begins so, at most ``limit``: fingerprint and message."""
    low, high = start.bounds(FINGERPRINT_BYTES)
    rows = connection.execute(
        """SELECT fingerprint, max(coalesce(message, '')) FROM result
        WHERE failure IS NOT NULL AND fingerprint BETWEEN ? AND ? GROUP BY fingerprint LIMIT ?""",
        (low, high, limit),
    )
    return [(fingerprint, Scrubbed(message)) for fingerprint, message in rows]


def error_history(connection: sqlite3.Connection, fingerprint: bytes, message: Scrubbed, examples: int) -> ErrorHistory:
    """Every time one error happened: how often, the newest examples, and what the agent did next."""
    count, sessions, first_at, last_at = connection.execute(
        """SELECT count(*), count(DISTINCT session_id), min(at), max(at) FROM result
        WHERE failure IS NOT NULL AND fingerprint = ?""",
        (fingerprint,),
    ).fetchone()
    rows = connection.execute(
        """SELECT r.at, s.uid, p.name, coalesce(c.tool, ''), coalesce(c.command, c.path, c.query, c.input, ''), r.text
        FROM result r JOIN session s ON s.id = r.session_id JOIN project p ON p.id = s.project_id
          LEFT JOIN call c ON c.uid = r.uid
        WHERE r.failure IS NOT NULL AND r.fingerprint = ? ORDER BY r.at DESC LIMIT ?""",
        (fingerprint, examples),
    )
    return ErrorHistory(
        id=ids.short(ids.ERROR, fingerprint),
        fingerprint=fingerprint,
        message=message,
        count=count,
        sessions=sessions,
        first_at=time(first_at),
        last_at=time(last_at),
        examples=[
            Example(
                at=time(at),
                session=ids.short(ids.SESSION, uid),
                project=project,
                tool=Scrubbed(tool),
                about=Scrubbed(about),
                text=Scrubbed(text),
            )
            for at, uid, project, tool, about, text in rows
        ],
        followed=_followed(connection, fingerprint),
    )


def _followed(connection: sqlite3.Connection, fingerprint: bytes) -> list[Followed]:
    """The next call in the same dialogue after each failure, by what it does."""
    rows = connection.execute(
        """WITH failed AS (
          SELECT r.session_id, r.rank, c.agent_run, c.tool, coalesce(c.command, c.path, c.query, c.input) AS about
          FROM result r JOIN call c ON c.uid = r.uid
          WHERE r.failure IS NOT NULL AND r.fingerprint = :it ORDER BY r.at DESC LIMIT :most),
        after AS (
          SELECT f.tool, f.about, (
            SELECT n.id FROM call n WHERE n.session_id = f.session_id AND n.rank > f.rank
              AND n.agent_run IS f.agent_run ORDER BY n.rank LIMIT 1) AS id
          FROM failed f)
        SELECT CASE WHEN n.id IS NULL THEN 'nothing more'
            WHEN n.tool = a.tool AND coalesce(n.command, n.path, n.query, n.input) = a.about
              THEN 'the same tool on the same thing'
            ELSE n.action END AS what,
          count(*), count(r.failure), coalesce(sum(r.fingerprint = :it AND r.failure IS NOT NULL), 0)
        FROM after a LEFT JOIN call n ON n.id = a.id LEFT JOIN result r ON r.uid = n.uid
        GROUP BY what ORDER BY count(*) DESC, what""",
        {"it": fingerprint, "most": FOLLOWED_OF},
    )
    return [Followed(action=what, count=count, failed=failed, same_error=same) for what, count, failed, same in rows]
