"""Which projects are stored, by which identities each was known, and by what its code is known again."""

import sqlite3
from datetime import datetime
from typing import NamedTuple

from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scrubbed

_MOST_COMMITS, _MOST_FILES = 3, 50
"""Commits and files of a project that are looked for in a repository (guesses, 2026-11-24: one of them is enough)."""


class StoredProject(NamedTuple):
    """One project."""

    key: int
    """Of its row."""
    name: Scrubbed
    identities: tuple[Scrubbed, ...]
    """Its own first, then those that turned out to mean the same."""


def list_projects(connection: sqlite3.Connection) -> list[StoredProject]:
    """Return all projects, by name."""
    other: dict[int, list[Scrubbed]] = {}
    for key, identity in connection.execute("SELECT project_id, identity FROM project_alias ORDER BY identity"):
        other.setdefault(key, []).append(Scrubbed(identity))
    rows = connection.execute("SELECT id, name, identity FROM project ORDER BY name, identity")
    return [
        StoredProject(key, Scrubbed(name), (Scrubbed(identity), *other.get(key, ()))) for key, name, identity in rows
    ]


class ProjectFolder(NamedTuple):
    """A folder in which a project's sessions worked."""

    project: int
    identity: str
    name: str
    folder: str
    """As it is stored."""


def list_folders(connection: sqlite3.Connection) -> list[ProjectFolder]:
    """Return the folders of all projects, by project, those of the newest sessions first."""
    return [
        ProjectFolder(*row)
        for row in connection.execute(
            """SELECT p.id, p.identity, p.name, s.cwd FROM session s JOIN project p ON p.id = s.project_id
            WHERE s.cwd IS NOT NULL GROUP BY p.id, s.cwd ORDER BY p.id, max(coalesce(s.last_at, s.first_at, '')) DESC"""
        )
    ]


def find_project_id(connection: sqlite3.Connection, identity: str) -> int | None:
    """Return the project with that identity or alias; None where there is none."""
    row = connection.execute(
        """SELECT project_id FROM project_alias WHERE identity = ?1
        UNION ALL SELECT id FROM project WHERE identity = ?1""",
        (identity,),
    ).fetchone()
    return None if row is None else int(row[0])


def list_commits(connection: sqlite3.Connection, project: int) -> list[str]:
    """Return hashes of a project's stored commits, the roots and the newest first."""
    return [
        name
        for (name,) in connection.execute(
            "SELECT hash FROM commit_ WHERE project_id = ? ORDER BY parents <> '', committed_at DESC LIMIT ?",
            (project, _MOST_COMMITS),
        )
    ]


def list_files(connection: sqlite3.Connection, project: int) -> list[str]:
    """Return files that a project's sessions changed or read, the newest sessions' first."""
    return [
        path
        for (path,) in connection.execute(
            """SELECT DISTINCT c.path FROM call c JOIN session s ON s.id = c.session_id
            WHERE s.project_id = ? AND c.path IS NOT NULL ORDER BY c.id DESC LIMIT ?""",
            (project, _MOST_FILES),
        )
    ]


def may_be_alias(connection: sqlite3.Connection, identity: str, project: int) -> bool:
    """Tell whether an identity could be an alias of the project, and is not yet; not one that a project has itself."""
    known = connection.execute("SELECT project_id FROM project_alias WHERE identity = ?", (identity,)).fetchone()
    own = connection.execute("SELECT 1 FROM project WHERE identity = ?", (identity,)).fetchone()
    return bool(identity) and own is None and known != (project,)


# Sessions of projects: by which agent, where and since when.


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
