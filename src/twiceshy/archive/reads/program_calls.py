"""Programs' calls among the occurrences of lessons: by project and time, to be forgotten."""

import sqlite3
from collections.abc import Collection
from datetime import datetime

from twiceshy.archive.times import format_time


def read_project_names(connection: sqlite3.Connection, project: str) -> list[str]:
    """Return the names of a project that is given by its name or identity."""
    rows = connection.execute("SELECT name FROM project WHERE identity = ?", (project,))
    return [project, *(name for (name,) in rows)]


def is_project(connection: sqlite3.Connection, project: str) -> bool:
    """Tell whether the archive has a project by that name or identity."""
    found = connection.execute(
        """SELECT 1 FROM project WHERE identity = ?1 OR name = ?1
        UNION SELECT 1 FROM project_alias WHERE identity = ?1 LIMIT 1""",
        (project,),
    )
    return found.fetchone() is not None


def count_program_calls(
    connection: sqlite3.Connection, projects: Collection[str] | None, since: datetime | None, until: datetime | None
) -> dict[bytes, int]:
    """Count programs' calls among each lesson's occurrences, in these projects (None: any) and times."""
    marks = "" if projects is None else f"AND o.project_path IN ({', '.join('?' * len(projects))})"
    return dict(
        connection.execute(
            f"""SELECT p.vector_db_id, count(*) FROM mistake_occurrences o
            JOIN mistake_patterns p ON p.id = o.pattern_id
            WHERE o.agent = 'program' AND o.timestamp >= ? AND o.timestamp < ? {marks} GROUP BY 1""",  # noqa: S608  # only marks
            (format_time(since) or "0000", format_time(until) or "9999", *(projects or ())),
        ).fetchall()
    )
