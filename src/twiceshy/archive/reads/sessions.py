"""Sessions. Ids are looked up by range, as people type only their beginning."""

import json
import sqlite3
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from twiceshy.archive.reads.columns import IN_SCOPE, scope_values
from twiceshy.archive.times import format_time, parse_time
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.records import ids
from twiceshy.records.figures import SessionCount
from twiceshy.records.views import SessionLine, SessionList
from twiceshy.records.workflow import SessionPlace

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


# When the sessions in scope were, and how many there are of each project.

_SESSIONS = f"session s JOIN project p ON p.id = s.project_id WHERE s.real = 1 AND {IN_SCOPE}"


def read_last_times(connection: sqlite3.Connection, scope: Scope) -> list[datetime]:
    """Return the time of the last event of each session in scope that has one."""
    rows = connection.execute(f"SELECT coalesce(s.last_at, s.first_at) FROM {_SESSIONS}", scope_values(scope))  # noqa: S608  # constants
    return [at for (text,) in rows if (at := parse_time(text)) is not None]


def read_span(connection: sqlite3.Connection, scope: Scope) -> tuple[int, datetime | None, datetime | None]:
    """Return how many sessions are in scope, and the times of their first and last event."""
    count, first_at, last_at = connection.execute(
        f"SELECT count(*), min(s.first_at), max(s.last_at) FROM {_SESSIONS}",  # noqa: S608  # constants
        scope_values(scope),
    ).fetchone()
    return count, parse_time(first_at), parse_time(last_at)


def count_imitations(connection: sqlite3.Connection, scope: Scope) -> int:
    """Return how many sessions in scope another writer made."""
    (count,) = connection.execute(
        f"SELECT count(*) FROM session s JOIN project p ON p.id = s.project_id WHERE s.real = 0 AND {IN_SCOPE}",  # noqa: S608  # constants
        scope_values(scope),
    ).fetchone()
    return int(count)


def count_by_project(connection: sqlite3.Connection, scope: Scope) -> list[SessionCount]:
    """Return each project's name with its sessions in scope, most first."""
    rows = connection.execute(
        f"SELECT p.name, count(*) FROM {_SESSIONS} GROUP BY p.id ORDER BY 2 DESC, 1",  # noqa: S608  # constants
        scope_values(scope),
    )
    return [SessionCount(*row) for row in rows]


def read_lively_sessions(connection: sqlite3.Connection, since: datetime) -> frozenset[bytes]:
    """Return the uids of the sessions in which something happened since then."""
    rows = connection.execute("SELECT uid FROM session WHERE last_at > ?", (format_time(since),))
    return frozenset(uid for (uid,) in rows)


def list_by_begin(connection: sqlite3.Connection) -> list[bytes]:
    """Return the uids of all sessions, the first begun first; those without a time before the others, by their uid.

    The order is the same in every store that has them, whatever was stored first.
    """
    return [uid for (uid,) in connection.execute("SELECT uid FROM session ORDER BY coalesce(first_at, ''), uid")]


# Where sessions worked: their folders and projects, newest first.

_PLACE = """
SELECT s.uid, p.identity, p.name, s.agent, coalesce(s.cwd, ''), coalesce(s.last_at, s.first_at),
  coalesce((SELECT model FROM reply WHERE session_id = s.id AND model IS NOT NULL GROUP BY model
    ORDER BY count(*) DESC LIMIT 1), '')
FROM session s JOIN project p ON p.id = s.project_id
"""


def read_newest(connection: sqlite3.Connection, scope: Scope, limit: int) -> list[SessionPlace]:
    """Return the newest sessions in scope; logs that only imitate an agent are left out."""
    rows = connection.execute(
        f"""{_PLACE} WHERE s.real = 1 AND {IN_SCOPE}
        ORDER BY coalesce(s.last_at, s.first_at) DESC, s.id DESC LIMIT :limit""",
        {**scope_values(scope), "limit": limit},
    )
    return [_make_place(row) for row in rows]


def list_project_folders(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return each project's identity with a folder where it was worked in, the one of the newest session first."""
    return connection.execute(
        """SELECT p.identity, s.cwd FROM session s JOIN project p ON p.id = s.project_id
        WHERE s.real = 1 AND s.cwd IS NOT NULL
        GROUP BY p.id, s.cwd ORDER BY max(coalesce(s.last_at, s.first_at)) DESC, s.cwd"""
    ).fetchall()


def list_named_files(connection: sqlite3.Connection, uid: bytes) -> list[str]:
    """Return the files that a session's calls named."""
    return [
        path
        for (path,) in connection.execute(
            """SELECT DISTINCT c.path FROM call c JOIN session s ON s.id = c.session_id
            WHERE s.uid = ? AND c.path IS NOT NULL""",
            (uid,),
        )
    ]


def read_place(connection: sqlite3.Connection, uid: bytes) -> SessionPlace:
    """Return the place of one stored session."""
    return _make_place(connection.execute(f"{_PLACE} WHERE s.uid = ?", (uid,)).fetchone())


def _make_place(row: tuple[bytes, str, str, str, str, str | None, str]) -> SessionPlace:
    uid, project, name, agent, cwd, at, model = row
    return SessionPlace(
        session=uid,
        id=ids.shorten(ids.SESSION, uid),
        project=project,
        project_name=name,
        agent=agent,
        model=model,
        cwd=cwd,
        at=parse_time(at),
    )
