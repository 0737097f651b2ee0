"""What was said of a project's commits."""

import sqlite3
from collections.abc import Iterator

from twiceshy.archive import commit_fates
from twiceshy.archive.db import Store
from twiceshy.archive.reads.commits import OF_PROJECT
from twiceshy.archive.times import parse_moment
from twiceshy.base.values import Scrubbed
from twiceshy.records.codec import read_value
from twiceshy.records.commit_verdicts import CiResult, Revert, StoredCiResult

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
