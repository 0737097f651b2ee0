"""Where sessions worked: their folders and projects, newest first."""

import sqlite3

from twiceshy.records import ids
from twiceshy.records.look import Scope
from twiceshy.records.workflow import SessionPlace
from twiceshy.store.reads.columns import IN_SCOPE, scope_values, time

_PLACE = """
SELECT s.uid, p.identity, p.name, s.agent, coalesce(s.cwd, ''), coalesce(s.last_at, s.first_at),
  coalesce((SELECT model FROM reply WHERE session_id = s.id AND model IS NOT NULL GROUP BY model
    ORDER BY count(*) DESC LIMIT 1), '')
FROM session s JOIN project p ON p.id = s.project_id
"""


def newest(connection: sqlite3.Connection, scope: Scope, limit: int) -> list[SessionPlace]:
    """The newest sessions in scope; those that something imitating an agent wrote are left out."""
    rows = connection.execute(
        f"""{_PLACE} WHERE s.real = 1 AND {IN_SCOPE}
        ORDER BY coalesce(s.last_at, s.first_at) DESC, s.id DESC LIMIT :limit""",
        {**scope_values(scope), "limit": limit},
    )
    return [_place(row) for row in rows]


def place_of(connection: sqlite3.Connection, uid: bytes) -> SessionPlace:
    """The place of one stored session."""
    return _place(connection.execute(f"{_PLACE} WHERE s.uid = ?", (uid,)).fetchone())


def _place(row: tuple[bytes, str, str, str, str, str | None, str]) -> SessionPlace:
    uid, project, name, agent, cwd, at, model = row
    return SessionPlace(
        session=uid,
        id=ids.short(ids.SESSION, uid),
        project=project,
        project_name=name,
        agent=agent,
        model=model,
        cwd=cwd,
        at=time(at),
    )
