"""What a scope without sessions missed: the projects and agents there are, and the newest and oldest day."""

import sqlite3
from dataclasses import replace

from twiceshy.archive.reads.columns import IN_SCOPE, scope_values
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scope
from twiceshy.records.views import ScopeSurroundings


def has_sessions(connection: sqlite3.Connection, scope: Scope) -> bool:
    """Tell whether a stored session is in scope."""
    found = connection.execute(
        f"SELECT 1 FROM session s JOIN project p ON p.id = s.project_id WHERE {IN_SCOPE} LIMIT 1",  # noqa: S608  # a constant
        scope_values(scope),
    ).fetchone()
    return found is not None


def read_surroundings(connection: sqlite3.Connection, scope: Scope) -> ScopeSurroundings:
    """Return what is stored around a scope: names, the newest used first, and the days of its project and agent."""
    timeless = replace(scope, since=None, until=None)
    first, last = connection.execute(
        f"""SELECT min(coalesce(s.first_at, s.last_at)), max(coalesce(s.last_at, s.first_at))
        FROM session s JOIN project p ON p.id = s.project_id WHERE {IN_SCOPE}""",  # noqa: S608  # a constant
        scope_values(timeless),
    ).fetchone()
    projects = connection.execute(
        """SELECT p.name FROM session s JOIN project p ON p.id = s.project_id
        GROUP BY p.name ORDER BY max(coalesce(s.last_at, s.first_at)) DESC, p.name"""
    )
    agents = connection.execute("SELECT agent FROM session GROUP BY agent ORDER BY count(*) DESC, agent")
    return ScopeSurroundings(
        projects=[name for (name,) in projects],
        agents=[name for (name,) in agents],
        knows_project=has_sessions(connection, Scope(project=scope.project)),
        knows_agent=has_sessions(connection, Scope(agent=scope.agent)),
        first_at=parse_time(first),
        last_at=parse_time(last),
    )
