"""A store with sessions' names and nothing of what happened in them, in which the lessons of many stores are merged."""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple


class ThinSession(NamedTuple):
    """One session, as far as lessons need it."""

    uid: bytes
    agent: str
    project: str
    """Its identity."""
    project_name: str
    first_at: str | None
    """As the store writes times."""
    last_at: str | None
    real: bool
    team: str
    person: str


class ShownBy(NamedTuple):
    """In whose work a lesson was seen."""

    lesson: bytes
    team: str
    person: str
    observations: int
    sessions: int


def insert_sessions(connection: sqlite3.Connection, sessions: Iterable[ThinSession]) -> None:
    """Insert sessions with their projects, numbered as they come. The caller holds the transaction."""
    connection.execute(
        """CREATE TEMP TABLE IF NOT EXISTS session_owner (session BLOB PRIMARY KEY, team TEXT NOT NULL,
          person TEXT NOT NULL) WITHOUT ROWID"""
    )
    projects: dict[str, int] = {}
    for one in sessions:
        if one.project not in projects:
            connection.execute("INSERT INTO project (identity, name) VALUES (?, ?)", (one.project, one.project_name))
            projects[one.project] = len(projects) + 1
        connection.execute(
            """INSERT INTO session (uid, agent, native_id, project_id, first_at, last_at, real)
            VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (one.uid, one.agent, one.uid.hex(), projects[one.project], one.first_at, one.last_at, one.real),
        )
        connection.execute("INSERT INTO temp.session_owner VALUES (?, ?, ?)", (one.uid, one.team, one.person))


def read_shown_by(connection: sqlite3.Connection) -> list[ShownBy]:
    """Return for each lesson in whose work it was seen, and how often."""
    rows = connection.execute(
        """SELECT p.vector_db_id, w.team, w.person, count(*), count(DISTINCT o.session)
        FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
        JOIN temp.session_owner w ON w.session = o.session GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
    )
    return [ShownBy(*row) for row in rows]
