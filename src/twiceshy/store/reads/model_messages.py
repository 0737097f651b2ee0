# ruff: noqa: S608  # what is put into the statements are constants of this package
"""What sessions used: each message of a model with its tokens, and the tool calls to share out what has no time."""

import sqlite3

from twiceshy.records.spending import ModelMessage, SpendingSession, TokenCounts
from twiceshy.records.values import Scope
from twiceshy.store.reads.columns import IN_SCOPE, scope_values
from twiceshy.store.reads.sessions import read_title
from twiceshy.store.times import parse_time

_SESSIONS = f"session s JOIN project p ON p.id = s.project_id WHERE s.real = 1 AND {IN_SCOPE}"


def read_spending_sessions(connection: sqlite3.Connection, scope: Scope) -> list[SpendingSession]:
    """Return the sessions in scope."""
    rows = connection.execute(
        f"""SELECT s.id, s.uid, p.name, s.title, s.first_at, (SELECT count(*) FROM call c WHERE c.session_id = s.id)
        FROM {_SESSIONS} ORDER BY s.id""",
        scope_values(scope),
    )
    return [
        SpendingSession(id_, uid, project, read_title(connection, id_, title), parse_time(first_at), calls)
        for id_, uid, project, title, first_at, calls in rows.fetchall()
    ]


def find_session_row(connection: sqlite3.Connection, native_id: str) -> int | None:
    """Return the row id of the newest session that its agent knows by this id; None where none is stored."""
    row = connection.execute(
        "SELECT id FROM session WHERE native_id = ? ORDER BY coalesce(last_at, first_at) DESC LIMIT 1", (native_id,)
    ).fetchone()
    return None if row is None else int(row[0])


def read_model_messages(connection: sqlite3.Connection, scope: Scope) -> list[ModelMessage]:
    """Return every model message of the sessions in scope that used a token, session by session."""
    rows = connection.execute(
        f"""SELECT session_id, at, model, cost, unended, input, output, cache_write, cache_read, cache_write_1h
        FROM usage
        WHERE session_id IN (SELECT s.id FROM {_SESSIONS})
          AND (input + output + cache_write + cache_read > 0 OR cost > 0)
        ORDER BY session_id""",
        scope_values(scope),
    )
    return [
        ModelMessage(session, parse_time(at), model, TokenCounts(*counts), cost, bool(unended))
        for session, at, model, cost, unended, *counts in rows
    ]
