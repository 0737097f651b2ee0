"""One error, wherever it happened: how often, where, and what the agent did next."""

import sqlite3

from twiceshy.archive.reads.columns import IN_SCOPE, scope_values
from twiceshy.archive.times import parse_time
from twiceshy.base.model_names import name_model
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.records import ids
from twiceshy.records.figures import ModelTries, RepeatedMistake
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


# What the report asks about mistakes: which came again and what they cost, and how often each model's calls fail.

# ruff: noqa: S608  # what is put into the statements are constants of this package


_SESSIONS = f"session s JOIN project p ON p.id = s.project_id WHERE s.real = 1 AND {IN_SCOPE}"
_OCCURRENCES = "mistake_occurrences o JOIN mistake_patterns m ON m.id = o.pattern_id"


def read_repeated_mistakes(connection: sqlite3.Connection, scope: Scope, most_s: float) -> list[RepeatedMistake]:
    """Return lessons seen in more than one session in scope, those that took longest to put right first.

    Args:
        connection: of the store.
        scope: which sessions.
        most_s: seconds above which a time is not known: who comes back the next day was not busy with it.
    """
    rows = connection.execute(
        f"""SELECT l.id, coalesce(r.description, l.description), count(*), count(DISTINCT o.session),
          total(o.cost_s) FILTER (WHERE o.cost_s <= :most_s), count(*) FILTER (WHERE o.cost_s <= :most_s),
          max(o.timestamp)
        FROM {_OCCURRENCES} JOIN lesson l ON l.id = m.vector_db_id LEFT JOIN lesson_review r ON r.lesson = l.id
        WHERE coalesce(r.state, '') NOT IN ('deleted', 'muted') AND o.session IN (SELECT s.uid FROM {_SESSIONS})
        GROUP BY l.id HAVING count(DISTINCT o.session) > 1
        ORDER BY 5 DESC, count(*) DESC, l.id""",
        {**scope_values(scope), "most_s": most_s},
    )
    return [
        RepeatedMistake(
            id=f"l-{key.hex()[:8]}",
            says=Scrubbed(says),
            times=times,
            sessions=sessions,
            seconds=seconds,
            known=known,
            last_at=parse_time(last),
        )
        for key, says, times, sessions, seconds, known, last in rows
    ]


def count_repeats(connection: sqlite3.Connection, scope: Scope) -> tuple[int, int]:
    """Return how many mistakes in scope, each once a session, an earlier session had made; and how many in all."""
    again, all_of_them = connection.execute(
        f"""WITH made AS (
          SELECT m.vector_db_id AS lesson, o.session AS session, min(o.timestamp) AS at FROM {_OCCURRENCES}
          WHERE o.timestamp IS NOT NULL GROUP BY 1, 2
        ), placed AS (SELECT session, row_number() OVER (PARTITION BY lesson ORDER BY at, session) AS place FROM made)
        SELECT total(place > 1), count(*) FROM placed WHERE session IN (SELECT s.uid FROM {_SESSIONS})""",
        scope_values(scope),
    ).fetchone()
    return int(again), int(all_of_them)


def count_tries_by_model(connection: sqlite3.Connection, scope: Scope) -> list[ModelTries]:
    """Count calls and failures by session and tool; a session counts for the model with most of its messages."""
    rows = connection.execute(
        f"""WITH counted AS (
          SELECT u.session_id AS session, u.model AS model, count(*) AS n FROM usage u
          WHERE u.session_id IN (SELECT s.id FROM {_SESSIONS}) GROUP BY 1, 2
        ), main AS (
          SELECT session, model FROM (SELECT session, model,
            row_number() OVER (PARTITION BY session ORDER BY n DESC, model) AS place FROM counted) WHERE place = 1
        )
        SELECT c.session_id, s.project_id, main.model, c.tool, count(*), total(r.failure = 'error')
        FROM call c JOIN main ON main.session = c.session_id JOIN session s ON s.id = c.session_id
        LEFT JOIN result r ON r.uid = c.uid
        WHERE coalesce(r.failure, '') NOT IN ('cascade', 'rejected')
        GROUP BY 1, 2, 3, 4""",
        scope_values(scope),
    )
    return [
        ModelTries(session, project, name_model(model), tool, calls, int(failed))
        for session, project, model, tool, calls, failed in rows
    ]
