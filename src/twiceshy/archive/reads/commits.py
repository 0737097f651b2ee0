"""The stored commits of a project."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from twiceshy.archive.times import parse_moment
from twiceshy.base.values import Scrubbed
from twiceshy.records.codec import read_value
from twiceshy.records.commits import Commit, CommitFile, StoredCommit

OF_PROJECT = """project_id = coalesce((SELECT project_id FROM project_alias WHERE identity = ?1),
  (SELECT id FROM project WHERE identity = ?1))"""


def read_tips(connection: sqlite3.Connection, identity: str) -> frozenset[str]:
    """Return the hashes of the commits that are nobody's parent: everything behind them is stored."""
    select = f"SELECT hash, parents FROM commit_ WHERE {OF_PROJECT}"  # noqa: S608  # a constant of this module
    rows = connection.execute(select, (identity,)).fetchall()
    return frozenset({row[0] for row in rows}.difference(*(row[1].split() for row in rows)))


def read_hashes(connection: sqlite3.Connection, identity: str) -> frozenset[str]:
    """Return the hashes of all commits of the project."""
    select = f"SELECT hash FROM commit_ WHERE {OF_PROJECT}"  # noqa: S608  # a constant of this module
    return frozenset(name for (name,) in connection.execute(select, (identity,)))


def list_unread_messages(connection: sqlite3.Connection, identity: str) -> list[str]:
    """Return the hashes of the commits that were stored when only their subjects were read."""
    select = f"SELECT hash FROM commit_ WHERE {OF_PROJECT} AND tree IS NULL ORDER BY id"  # noqa: S608  # as above
    return [name for (name,) in connection.execute(select, (identity,))]


def list_unread_projects(connection: sqlite3.Connection) -> list[Scrubbed]:
    """Return the identities of the projects that have such commits."""
    rows = connection.execute(
        "SELECT identity FROM project WHERE id IN (SELECT project_id FROM commit_ WHERE tree IS NULL) ORDER BY identity"
    )
    return [Scrubbed(identity) for (identity,) in rows]


def read_commit_times(connection: sqlite3.Connection, identity: str) -> dict[str, datetime]:
    """Return when each commit of the project was made, by its hash."""
    select = f"SELECT hash, committed_at FROM commit_ WHERE {OF_PROJECT}"  # noqa: S608  # a constant of this module
    with read_value("commit"):
        return {name: parse_moment(at) for name, at in connection.execute(select, (identity,))}


def read_stored_commits(connection: sqlite3.Connection, identity: str) -> Iterator[StoredCommit]:
    """Yield all commits of the project with that identity or alias, oldest first."""
    select = f"""SELECT id, hash, parents, author, authored_at, authored_offset_min, committed_at, subject, trailers,
      patch_id, body, tree, branch, amends FROM commit_ WHERE {OF_PROJECT} ORDER BY committed_at, id"""  # noqa: S608  # a constant of this module
    for row in connection.execute(select, (identity,)).fetchall():
        yield _decode_commit(row, _read_files(connection, row[0]))


def _decode_commit(row: tuple[Any, ...], files: tuple[CommitFile[Scrubbed], ...]) -> StoredCommit:
    with read_value("commit"):
        return Commit(
            hash=row[1],
            parents=tuple(row[2].split()),
            author=row[3],
            authored_at=parse_moment(row[4]),
            authored_offset_min=row[5],
            committed_at=parse_moment(row[6]),
            subject=Scrubbed(row[7]),
            trailers=tuple((Scrubbed(name), Scrubbed(value)) for name, value in json.loads(row[8])),
            patch_id=row[9],
            files=files,
            body=None if row[10] is None else Scrubbed(row[10]),
            tree=row[11],
            branch=None if row[12] is None else Scrubbed(row[12]),
            amends=row[13],
        )


def _read_files(connection: sqlite3.Connection, commit_id: int) -> tuple[CommitFile[Scrubbed], ...]:
    """Return the files of a commit, by path."""
    return tuple(
        CommitFile(
            path=Scrubbed(path),
            old_path=None if old is None else Scrubbed(old),
            added=added,
            removed=removed,
            added_hashes=hashes,
        )
        for path, old, added, removed, hashes in connection.execute(
            """SELECT path, old_path, added, removed, added_hashes FROM commit_file WHERE commit_id = ?
            ORDER BY path""",
            (commit_id,),
        )
    )
