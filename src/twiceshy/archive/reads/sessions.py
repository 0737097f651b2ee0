"""Sessions. Ids are looked up by range, as people type only their beginning."""

import json
import sqlite3
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from twiceshy.archive.reads.columns import IN_SCOPE, scope_values
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.records import ids
from twiceshy.records.views import SessionLine, SessionList

NAMED_REPOSITORIES = "named-repositories"
"""Note with the folders of repositories that a person named, as a JSON list: no session of this machine began there."""
_LONGEST_TITLE, _LONGEST_READ, _MOST_PROMPTS = 200, 4_000, 12
"""Characters of a title and of a prompt that is read for one, and prompts that are read (guesses, 2026-11-24)."""
_SESSION_BYTES = 16
"""Of a session, by definition in the schema."""

_LINE = """
SELECT s.uid, p.name, s.agent, s.first_at, s.last_at, s.title, s.real,
  (SELECT count(*) FROM prompt WHERE session_id = s.id AND human = 1),
  (SELECT count(*) FROM call WHERE session_id = s.id),
  (SELECT count(*) FROM result WHERE session_id = s.id AND failure IS NOT NULL AND failure <> 'cascade'),
  (SELECT count(*) FROM edit WHERE session_id = s.id),
  s.id
FROM session s JOIN project p ON p.id = s.project_id
"""
_NEWEST = "coalesce(s.last_at, s.first_at) DESC, s.id DESC"
_BEHIND = """(coalesce(s.last_at, s.first_at, ''), s.id) < (
  SELECT coalesce(a.last_at, a.first_at, ''), a.id FROM session a WHERE a.uid = :after)"""
"""Condition: it stands behind that session in the list."""
_OUTCOMES = {"": "1"} | {
    name: f"s.id IN (SELECT session_id FROM session_executions WHERE files_modified > 0 AND {condition})"  # noqa: S608
    for name, condition in (
        ("completed", "task_completed = 1"),
        ("not-completed", "task_completed = 0"),
        ("corrected", "corrections_needed > 0"),
        ("rolled-back", "rollback = 1"),
        ("tests-passed", "tests_green = 1"),
        ("tests-failed", "tests_green = 0"),
    )
}
"""Conditions by what became of the work, as ``read_outcomes`` tells it."""
SESSION_OUTCOMES = tuple(_OUTCOMES)[1:]
"""What sessions can be chosen by."""


def list_sessions(
    connection: sqlite3.Connection, scope: Scope, limit: int, *, outcome: str = "", after: bytes = b""
) -> SessionList:
    """Return the newest sessions in scope, by their last event.

    ``outcome``: only those with one of ``SESSION_OUTCOMES``; ``after``: only those that stand behind that session.
    """
    values = scope_values(scope) | {"after": after, "limit": limit + 1}
    chosen = f"{IN_SCOPE} AND {_OUTCOMES[outcome]}"
    total = connection.execute(
        f"SELECT count(*) FROM session s JOIN project p ON p.id = s.project_id WHERE {chosen}",  # noqa: S608
        values,
    ).fetchone()[0]
    rows = connection.execute(
        f"""{_LINE} WHERE s.id IN (
          SELECT s.id FROM session s JOIN project p ON p.id = s.project_id
          WHERE {chosen} AND {_BEHIND if after else "1"} ORDER BY {_NEWEST} LIMIT :limit)
        ORDER BY {_NEWEST}""",  # noqa: S608  # constants of this module
        values,
    ).fetchall()
    lines = [
        replace(_make_session_line(connection, row), outcomes=read_outcomes(connection, row[0])) for row in rows[:limit]
    ]
    return SessionList(sessions=lines, total=total, more=len(rows) > limit)


def find_sessions(connection: sqlite3.Connection, start: ids.IdPrefix, limit: int) -> list[SessionLine]:
    """Return the sessions whose id begins so, at most ``limit``."""
    low, high = start.bounds(_SESSION_BYTES)
    rows = connection.execute(f"{_LINE} WHERE s.uid BETWEEN ? AND ? ORDER BY s.uid LIMIT ?", (low, high, limit))
    return [_make_session_line(connection, row) for row in rows.fetchall()]


def read_title(connection: sqlite3.Connection, session: int, title: str | None) -> Scrubbed:
    """Return what a session is called, by its row id and what its log calls it; empty where nothing says it."""
    from twiceshy.stats.text.session_titles import choose_title  # noqa: PLC0415  # only where sessions are stored

    prompts = connection.execute(
        """SELECT kind, human, substr(text, 1, ?) FROM prompt WHERE session_id = ? AND agent_run IS NULL
        AND (human = 1 OR kind IN ('plan', 'sdk', 'bare-command', 'subagent')) ORDER BY rank LIMIT ?""",
        (_LONGEST_READ, session, _MOST_PROMPTS),
    )
    return Scrubbed(choose_title(title, ((kind, bool(human), text) for kind, human, text in prompts))[:_LONGEST_TITLE])


def _make_session_line(connection: sqlite3.Connection, row: sqlite3.Row) -> SessionLine:
    uid, project, agent, first_at, last_at, title, real, prompts, calls, failures, edits, row_id = row
    words = read_title(connection, row_id, title)
    return SessionLine(
        id=ids.shorten(ids.SESSION, uid),
        uid=uid,
        project=project,
        agent=agent,
        first_at=parse_time(first_at),
        last_at=parse_time(last_at),
        prompts=prompts,
        calls=calls,
        failures=failures,
        edits=edits,
        title=words or None,
        real=bool(real),
    )


class SessionSetting(NamedTuple):
    """Where a session took place."""

    row: int
    """Its row id."""
    cwd: Scrubbed | None
    branch: Scrubbed | None
    version: Scrubbed | None
    """Of the agent."""


def read_setting(connection: sqlite3.Connection, session: bytes) -> SessionSetting:
    """Return where a stored session took place."""
    key, *texts = connection.execute(
        "SELECT id, cwd, branch, version FROM session WHERE uid = ?", (session,)
    ).fetchone()
    return SessionSetting(key, *(Scrubbed(text) if text else None for text in texts))


class KnownSession(NamedTuple):
    """A stored session, known by its row."""

    row: int
    """Its row id."""
    first_at: datetime | None


def find_row(connection: sqlite3.Connection, session: bytes) -> KnownSession | None:
    """Return the row of a session; None where it is not stored."""
    found = connection.execute("SELECT id, first_at FROM session WHERE uid = ?", (session,)).fetchone()
    return None if found is None else KnownSession(found[0], parse_time(found[1]))


def read_outcomes(connection: sqlite3.Connection, session: bytes) -> dict[str, str]:
    """Return the answer to each question about a judged session that changed files; NULL is unknown."""
    row = connection.execute(
        """SELECT task_completed, corrections_needed, rollback, tests_green FROM session_executions
        WHERE session_id = (SELECT id FROM session WHERE uid = ?) AND files_modified > 0""",
        (session,),
    ).fetchone()
    answers = {None: "unknown", 0: "no", 1: "yes"}
    names = ("completed", "corrected", "rolled_back", "tests_green")
    return {name: answers[one] for name, one in zip(names, row, strict=True)} if row else {}


def read_working_folders(connection: sqlite3.Connection) -> list[Scrubbed]:
    """Return every folder that a session began in, the one of the newest session first.

    Behind them stand the repositories that were named: their sessions began in folders of another machine.
    """
    rows = connection.execute(
        "SELECT cwd FROM session WHERE cwd IS NOT NULL GROUP BY cwd ORDER BY max(coalesce(last_at, first_at)) DESC, cwd"
    )
    return [*(Scrubbed(cwd) for (cwd,) in rows), *read_named_repositories(connection)]


def read_named_repositories(connection: sqlite3.Connection) -> list[Scrubbed]:
    """Return the folders of the repositories that a person named."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (NAMED_REPOSITORIES,)).fetchone()
    return [Scrubbed(folder) for folder in json.loads(row[0])] if row else []
