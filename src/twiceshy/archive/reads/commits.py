"""The stored commits of a project."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, TypedDict

from twiceshy.archive import commit_fates
from twiceshy.archive.db import Store
from twiceshy.archive.times import format_time, parse_moment
from twiceshy.base.values import Scrubbed
from twiceshy.records.codec import read_value
from twiceshy.records.commits import (
    CiResult,
    Commit,
    CommitFacts,
    CommitFile,
    CommitLook,
    Revert,
    StoredCiResult,
    StoredCommit,
)
from twiceshy.stats.commit_gaps import CommitTime, measure_gaps

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


# What is told of the stored commits of a project.


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


# Which commit of a project was the newest at a time?

_DIGITS = 9
"""Hex digits of a commit's hash as it is shown. Guess of 2026-11-22: what git shows of a repository of some years."""


def read_commits_at(
    connection: sqlite3.Connection, moments: Iterable[tuple[str, datetime]]
) -> Mapping[tuple[str, datetime], str]:
    """Return the newest commit at each moment of a project, abbreviated; nothing where none is stored."""
    select = f"""SELECT hash FROM commit_ WHERE {OF_PROJECT} AND committed_at <= ?2
      ORDER BY committed_at DESC, id DESC LIMIT 1"""  # noqa: S608  # a constant of that module
    found = {}
    for identity, at in moments:
        row = connection.execute(select, (identity, format_time(at))).fetchone()
        if row is not None:
            found[identity, at] = str(row[0])[:_DIGITS]
    return found


# What was said of a project's commits.

_LINES_TAKEN_BACK = "revert-lines"
"""As ``records.commits.Reversal.kind``."""


def read_ci_results(
    connection: sqlite3.Connection, identity: str, commit_hash: str | None = None
) -> list[StoredCiResult]:
    """Return what CI systems said of the project's commits, or of one of them; oldest first."""
    select = f"""SELECT commit_hash, at, result, tests_passed, tests_failed, coverage, duration_s, workflow, job,
      run_id, run_number, message FROM ci_result WHERE {OF_PROJECT} AND (?2 IS NULL OR commit_hash = ?2)
      ORDER BY at, uid"""  # noqa: S608  # a constant of that module
    found = []
    for row in connection.execute(select, (identity, commit_hash)):
        with read_value("CI result"):
            texts = [None if text is None else Scrubbed(text) for text in row[7:]]
            found.append(
                CiResult(
                    commit_hash=row[0],
                    at=parse_moment(row[1]),
                    result=row[2],
                    tests_passed=row[3],
                    tests_failed=row[4],
                    coverage=row[5],
                    duration_s=row[6],
                    workflow=texts[0],
                    job=texts[1],
                    run_id=texts[2],
                    run_number=texts[3],
                    message=texts[4],
                )
            )
    return found


def read_undone_commits(store: Store, identity: str) -> Iterator[tuple[str, str]]:
    """Yield the commits of sessions whose lines a later commit took out to leave what was before, each with that."""
    select = f"SELECT uid FROM session WHERE {OF_PROJECT}"  # noqa: S608  # a constant of that module
    for (uid,) in store.connection.execute(select, (identity,)).fetchall():
        fate = commit_fates.fate_of_session(store, uid)
        for one in fate.undone if fate is not None else ():
            if one.kind == _LINES_TAKEN_BACK:
                yield one.commit_hash, one.by


def read_told_reverts(connection: sqlite3.Connection, identity: str) -> list[Revert]:
    """Return the commits of which a person said that they were taken back; oldest word first."""
    select = f"""SELECT commit_hash, by_hash, at FROM told_revert WHERE {OF_PROJECT}
      ORDER BY at, commit_hash"""  # noqa: S608  # a constant of that module
    with read_value("revert"):
        return [
            Revert(commit_hash=row[0], by=row[1], at=parse_moment(row[2]))
            for row in connection.execute(select, (identity,))
        ]
