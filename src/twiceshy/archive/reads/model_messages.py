# ruff: noqa: S608  # what is put into the statements are constants of this package
"""What sessions used: each message of a model with its tokens, and the tool calls to share out what has no time."""

import sqlite3
from collections.abc import Collection, Mapping
from itertools import chain
from operator import attrgetter
from typing import Any

import orjson

from twiceshy.archive.reads.columns import IN_SCOPE, scope_values
from twiceshy.archive.reads.sessions import read_title
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scope
from twiceshy.records.spending import ModelMessage, SpendingSession, TokenCounts

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
    """Return every model message of the sessions in scope that used a token, session by session.

    What is known of subagents whose logs are missing is among them.
    """
    return _read_messages(connection, f"SELECT s.id FROM {_SESSIONS}", scope_values(scope))


def read_first_requests(connection: sqlite3.Connection) -> list[tuple[int, int, str, int]]:
    """Return each real session's row id, its project's, its agent, and the tokens of its first request's prompt."""
    return connection.execute(
        """SELECT s.id, s.project_id, s.agent, u.input + u.cache_write + u.cache_read FROM session s
        JOIN usage u ON u.id = (SELECT id FROM usage WHERE session_id = s.id
          AND input + cache_write + cache_read > 0 ORDER BY at, id LIMIT 1)
        WHERE s.real = 1"""
    ).fetchall()


def read_messages_of(connection: sqlite3.Connection, sessions: Collection[int]) -> list[ModelMessage]:
    """Return the same of sessions by their row ids."""
    picked = "SELECT value FROM json_each(:sessions)"
    return _read_messages(connection, picked, {"sessions": orjson.dumps(list(sessions)).decode()})


def _read_messages(connection: sqlite3.Connection, picked: str, values: Mapping[str, Any]) -> list[ModelMessage]:
    rows = connection.execute(
        f"""SELECT session_id, at, model, cost, unended, input, output, cache_write, cache_read, cache_write_1h
        FROM usage WHERE session_id IN ({picked})
          AND (input + output + cache_write + cache_read > 0 OR cost > 0)
        ORDER BY session_id""",
        values,
    )
    found = (
        ModelMessage(session, parse_time(at), model, TokenCounts(*counts), cost, bool(unended))
        for session, at, model, cost, unended, *counts in rows
    )
    return sorted(chain(found, read_lost_agents(connection, picked, values)), key=attrgetter("session"))


def read_lost_agents(connection: sqlite3.Connection, picked: str, values: Mapping[str, Any]) -> list[ModelMessage]:
    """Return what results state of subagents whose logs are missing: one message each, which is a part of its tokens.

    A subagent is here once a reply or a call of its run is stored.

    Args:
        connection: of the store.
        picked: a statement that gives the row ids of sessions.
        values: what it is asked with.
    """
    marks = connection.execute(
        f"""SELECT session_id, at, name, text FROM mark WHERE kind = 'subagent' AND json_valid(text)
        AND session_id IN ({picked})""",
        values,
    ).fetchall()
    here = connection.execute(
        f"""WITH told AS (SELECT DISTINCT session_id FROM mark WHERE kind = 'subagent' AND session_id IN ({picked}))
        SELECT session_id, lower(hex(agent_run)) FROM reply WHERE agent_run NOTNULL AND session_id IN told
        UNION SELECT session_id, lower(hex(agent_run)) FROM call WHERE agent_run NOTNULL AND session_id IN told""",
        values,
    )
    known = set(here) if marks else set()
    found: dict[tuple[int, str], ModelMessage] = {}
    for session, at, model, text in marks:
        run, *counts = orjson.loads(text)
        taken, output, written, hour, read = counts or [0] * 5
        tokens = TokenCounts(taken, output, written, read, hour)
        last = found.get((session, run))
        if (session, run) not in known and (last is None or last.tokens.total < tokens.total):  # sent off again
            found[session, run] = ModelMessage(session, parse_time(at), model, tokens, partial=True, lost_agent=True)
    return list(found.values())
