"""One error, wherever it happened: how often, where, and what the agent did next."""

import sqlite3

from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scrubbed
from twiceshy.records import ids
from twiceshy.records.views import ErrorHistory, Example, NextAction

_FINGERPRINT_BYTES = 8
"""By definition in ``stats.text.fingerprint``."""
_MOST_FAILURES = 1000
"""Newest failures whose next step is looked at. Guess of 2026-11-21: enough to rank what follows, and bounded."""


def find_errors(connection: sqlite3.Connection, start: ids.IdPrefix, limit: int) -> list[tuple[bytes, Scrubbed]]:
    """Return fingerprint and message of the errors whose id begins so, at most ``limit``."""
    low, high = start.bounds(_FINGERPRINT_BYTES)
    rows = connection.execute(
        """SELECT fingerprint, max(coalesce(message, '')) FROM result
        WHERE failure IS NOT NULL AND fingerprint BETWEEN ? AND ? GROUP BY fingerprint LIMIT ?""",
        (low, high, limit),
    )
    return [(fingerprint, Scrubbed(message)) for fingerprint, message in rows]


def read_error_history(
    connection: sqlite3.Connection, fingerprint: bytes, message: Scrubbed, examples: int
) -> ErrorHistory:
    """Return how often one error happened, its newest examples, and what the agent did next."""
    count, sessions, first_at, last_at = connection.execute(
        """SELECT count(*), count(DISTINCT session_id), min(at), max(at) FROM result
        WHERE failure IS NOT NULL AND fingerprint = ?""",
        (fingerprint,),
    ).fetchone()
    rows = connection.execute(
        """SELECT r.at, s.uid, r.uid, p.name, coalesce(c.tool, ''),
          coalesce(c.command, c.path, c.query, c.input, ''), r.text
        FROM result r JOIN session s ON s.id = r.session_id JOIN project p ON p.id = s.project_id
          LEFT JOIN call c ON c.uid = r.uid
        WHERE r.failure IS NOT NULL AND r.fingerprint = ? ORDER BY r.at DESC LIMIT ?""",
        (fingerprint, examples),
    )
    return ErrorHistory(
        id=ids.shorten(ids.ERROR, fingerprint),
        fingerprint=fingerprint,
        message=message,
        count=count,
        sessions=sessions,
        first_at=parse_time(first_at),
        last_at=parse_time(last_at),
        examples=[
            Example(
                at=parse_time(at),
                session=ids.shorten(ids.SESSION, session),
                project=project,
                tool=Scrubbed(tool),
                about=Scrubbed(about),
                text=Scrubbed(text),
                session_uid=session,
                uid=uid,
            )
            for at, session, uid, project, tool, about, text in rows
        ],
        followed=_read_next_actions(connection, fingerprint),
    )


def _read_next_actions(connection: sqlite3.Connection, fingerprint: bytes) -> list[NextAction]:
    """Return the next call in the same dialogue after each failure, by what it does."""
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
        {"it": fingerprint, "most": _MOST_FAILURES},
    )
    return [NextAction(action=what, count=count, failed=failed, same_error=same) for what, count, failed, same in rows]
