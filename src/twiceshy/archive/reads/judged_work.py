"""What judging found of all sessions in scope at once: results, fates of calls, and the words of corrections."""

import sqlite3
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from twiceshy.archive import call_fates, session_results
from twiceshy.archive.db import Store
from twiceshy.archive.reads.columns import IN_SCOPE, scope_values
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scope
from twiceshy.records.outcomes import CallFates, SessionResult, Task

_FIRST_WORDS = 600
"""Characters of a prompt's row that are read (guess, 2026-11-22)."""
_AT_ONCE = 500
"""Prompts a statement (guess, 2026-11-22)."""


def read_results(connection: sqlite3.Connection, scope: Scope) -> dict[bytes, SessionResult]:
    """Return what became of each judged session in scope."""
    return {
        uid: session_results.decode_result(uid, value) for uid, value in _read(connection, scope, session_results.KIND)
    }


class PlacedTask(NamedTuple):
    """A task with where it begins."""

    place: int
    """Of its prompt, as ``Stamp.rank``."""
    task: Task


def read_placed_tasks(connection: sqlite3.Connection, scope: Scope) -> dict[bytes, list[PlacedTask]]:
    """Return the tasks of each judged session in scope that began with a prompt."""
    results = read_results(connection, scope)
    places = dict(
        connection.execute(
            f"""SELECT prompt.uid, prompt.rank FROM prompt JOIN session s ON s.id = prompt.session_id
            JOIN project p ON p.id = s.project_id WHERE s.real = 1 AND {IN_SCOPE}""",  # noqa: S608  # literals
            scope_values(scope),
        ).fetchall()
    )
    return {
        uid: [PlacedTask(places[task.prompt], task) for task in one.tasks if task.prompt in places]
        for uid, one in results.items()
        if one.tasks
    }


def count_commits(connection: sqlite3.Connection, scope: Scope) -> int:
    """Return how many commits agents made themselves in the sessions in scope."""
    row = connection.execute(
        f"""SELECT count(*) FROM call c JOIN session s ON s.id = c.session_id JOIN project p ON p.id = s.project_id
        JOIN result r ON r.uid = c.uid AND r.session_id = c.session_id
        WHERE c.head = 'git commit' AND r.failure IS NULL AND s.real = 1 AND {IN_SCOPE}""",  # noqa: S608  # literals
        scope_values(scope),
    ).fetchone()
    return int(row[0])


def read_fates(connection: sqlite3.Connection, scope: Scope) -> dict[bytes, CallFates]:
    """Return which calls of each judged session in scope did not stay."""
    return {uid: call_fates.decode_fates(value) for uid, value in _read(connection, scope, call_fates.KIND)}


def _read(connection: sqlite3.Connection, scope: Scope, kind: str) -> list[tuple[bytes, bytes]]:
    """Return session and value of a derived kind."""
    return connection.execute(
        f"""SELECT s.uid, d.value FROM session s JOIN project p ON p.id = s.project_id
        JOIN derived d ON d.kind = :kind AND d.key = s.uid WHERE s.real = 1 AND {IN_SCOPE}""",  # noqa: S608  # literals
        {**scope_values(scope), "kind": kind},
    ).fetchall()


def read_first_words(connection: sqlite3.Connection, prompts: Collection[bytes]) -> dict[bytes, str]:
    """Return the beginnings of these prompts; what a person said while refusing a call stands with the call."""
    wanted, found = list(prompts), dict[bytes, str]()
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        found |= dict(
            connection.execute(
                f"""SELECT uid, substr(text, 1, {_FIRST_WORDS}) FROM prompt WHERE uid IN ({marks})
                UNION ALL SELECT uid, substr(words, 1, {_FIRST_WORDS}) FROM result
                WHERE words IS NOT NULL AND uid IN ({marks})""",  # noqa: S608  # a constant, and marks
                [*some, *some],
            ).fetchall()
        )
    return found


# What was judged of the tasks of one session, with whose session it was.


class JudgedTasks(NamedTuple):
    """A judged session."""

    result: SessionResult
    project: str
    """Its project's identity."""
    project_name: str
    agent: str
    model: str
    """That wrote most replies; empty where the log does not say."""
    first_at: datetime | None
    last_at: datetime | None


def read_judged_tasks(store: Store, uid: bytes) -> JudgedTasks | None:
    """Return what was judged of a session; None where it was not, or no agent wrote it."""
    value = store.get_derived(session_results.KIND, uid)
    row = store.connection.execute(
        """SELECT p.identity, p.name, s.agent, coalesce((SELECT model FROM reply WHERE session_id = s.id
            AND model IS NOT NULL GROUP BY model ORDER BY count(*) DESC, model LIMIT 1), ''), s.first_at, s.last_at
        FROM session s JOIN project p ON p.id = s.project_id WHERE s.uid = ? AND s.real = 1""",
        (uid,),
    ).fetchone()
    if value is None or row is None:
        return None
    identity, name, agent, model, first_at, last_at = row
    result = session_results.decode_result(uid, value.value)
    return JudgedTasks(result, identity, name, agent, model, parse_time(first_at), parse_time(last_at))


# Which calls did not stay, of all sessions in scope at once.


def read_fates_in_scope(connection: sqlite3.Connection, scope: Scope) -> Mapping[bytes, CallFates]:
    """Return the calls that were corrected or rolled back, by session; nothing of one that was never judged."""
    rows = connection.execute(
        f"""SELECT s.uid, d.value FROM session s JOIN project p ON p.id = s.project_id
        JOIN derived d ON d.kind = :kind AND d.key = s.uid WHERE s.real = 1 AND {IN_SCOPE}""",  # noqa: S608  # literals
        {**scope_values(scope), "kind": call_fates.KIND},
    )
    return {uid: call_fates.decode_fates(value) for uid, value in rows}
