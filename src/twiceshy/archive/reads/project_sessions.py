"""Sessions of projects: by which agent, where and since when."""

import sqlite3
from datetime import datetime
from typing import NamedTuple

from twiceshy.archive.times import parse_time


class ProjectSession(NamedTuple):
    """One session of a project."""

    uid: bytes
    project_identity: str
    agent: str
    cwd: str
    at: datetime
    """Its beginning."""


def read_project_sessions(connection: sqlite3.Connection) -> list[ProjectSession]:
    """Return the dated sessions of all projects, the newest first; logs that only imitate an agent are left out."""
    rows = connection.execute(
        """SELECT s.uid, p.identity, s.agent, coalesce(s.cwd, ''), coalesce(s.first_at, s.last_at) AS at
        FROM session s JOIN project p ON p.id = s.project_id WHERE s.real = 1 AND at IS NOT NULL
        ORDER BY at DESC, s.id DESC"""
    )
    return [
        ProjectSession(uid, identity, agent, cwd, at)
        for uid, identity, agent, cwd, text in rows
        if (at := parse_time(text)) is not None
    ]
