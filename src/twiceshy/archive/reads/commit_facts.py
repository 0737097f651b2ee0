"""What is told of the stored commits of a project."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta, timezone
from typing import TypedDict

from twiceshy.archive.reads.commits import OF_PROJECT, read_stored_commits
from twiceshy.archive.times import parse_moment
from twiceshy.base.values import Scrubbed
from twiceshy.records.codec import read_value
from twiceshy.records.commit_facts import CommitFacts, CommitLook
from twiceshy.records.commits import StoredCommit
from twiceshy.stats.commit_gaps import CommitTime, measure_gaps


def read_commit_facts(connection: sqlite3.Connection, identity: str) -> Iterator[CommitFacts]:
    """Yield the commits of the project, oldest first; those whose message was not read whole yet are left out."""
    gaps = _read_gaps(connection, identity)
    for one in read_stored_commits(connection, identity):
        if one.tree is not None:
            yield state_facts(one, gaps.get(one.hash))


def state_facts(one: StoredCommit, seconds_since_last: float | None = None) -> CommitFacts:
    """Return what is told of a stored commit."""
    return CommitFacts(
        hash=one.hash,
        message=Scrubbed(f"{one.subject}\n\n{one.body}" if one.body else one.subject),
        timestamp=one.authored_at.astimezone(timezone(timedelta(minutes=one.authored_offset_min))),
        committed_at=one.committed_at,
        files_changed=tuple(file.path for file in one.files),
        **_count_lines(one),
        parent_count=len(one.parents),
        seconds_since_last_commit=seconds_since_last,
        branch=one.branch,
        amends=one.amends,
        patch_id=one.patch_id,
        tree=one.tree,
    )


class _LineCounts(TypedDict):
    insertions: int | None
    deletions: int | None
    binary: tuple[Scrubbed, ...]


def _count_lines(one: StoredCommit) -> _LineCounts:
    """Return the sums over its files; nothing where the clone lacks their contents."""
    counted = [file for file in one.files if file.added is not None]
    if one.files and not counted and one.patch_id is None:
        return _LineCounts(insertions=None, deletions=None, binary=())
    return _LineCounts(
        insertions=sum(file.added or 0 for file in counted),
        deletions=sum(file.removed or 0 for file in counted),
        binary=tuple(file.path for file in one.files if file.added is None),
    )


def list_commit_projects(connection: sqlite3.Connection, name: str | None) -> list[str]:
    """Return the identities of the projects that have commits, or of those with this in their name."""
    rows = connection.execute(
        """SELECT identity FROM project WHERE id IN (SELECT project_id FROM commit_)
        AND (?1 IS NULL OR identity = ?1 OR instr(lower(name), lower(?1))) ORDER BY identity""",
        (name,),
    )
    return [identity for (identity,) in rows]


def read_authors(connection: sqlite3.Connection, identity: str) -> dict[str, bytes]:
    """Return the salted hash of each commit's author."""
    select = f"SELECT hash, author FROM commit_ WHERE {OF_PROJECT}"  # noqa: S608  # a constant of that module
    return dict(connection.execute(select, (identity,)))


def read_looks(connection: sqlite3.Connection, identity: str) -> list[CommitLook]:
    """Return as much of the project's commits as shows which of them take others back, oldest first."""
    select = f"""SELECT hash, parents, tree, committed_at,
      CASE WHEN instr(body, 'This reverts commit ') THEN body ELSE '' END
      FROM commit_ WHERE {OF_PROJECT} ORDER BY committed_at, id"""  # noqa: S608  # a constant of that module
    with read_value("commit"):
        return [
            CommitLook(name, tuple(parents.split()), tree, parse_moment(at), body)
            for name, parents, tree, at, body in connection.execute(select, (identity,))
        ]


def _read_gaps(connection: sqlite3.Connection, identity: str) -> dict[str, float]:
    """Return how long after its author's last commit each commit was made."""
    select = f"""SELECT hash, substr(parents, 1, instr(parents || ' ', ' ') - 1), author,
      CAST(strftime('%s', authored_at) AS INTEGER) FROM commit_ WHERE {OF_PROJECT}"""  # noqa: S608  # a constant
    return measure_gaps(CommitTime(*row) for row in connection.execute(select, (identity,)))
