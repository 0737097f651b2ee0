"""Where sessions worked: their folders and projects, newest first."""

import sqlite3

from twiceshy.archive.reads.columns import IN_SCOPE, scope_values
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scope
from twiceshy.records import ids
from twiceshy.records.workflow import SessionPlace

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
