"""What was said of a project's commits."""

import sqlite3

from twiceshy.records.codec import read_value
from twiceshy.records.commit_verdicts import CiResult, StoredCiResult, ToldRevert
from twiceshy.records.values import Scrubbed
from twiceshy.store.reads.commits import OF_PROJECT
from twiceshy.store.times import parse_moment


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


def read_told_reverts(connection: sqlite3.Connection, identity: str) -> list[ToldRevert]:
    """Return the commits of which a person said that they were taken back; oldest word first."""
    select = f"""SELECT commit_hash, by_hash, at FROM told_revert WHERE {OF_PROJECT}
      ORDER BY at, commit_hash"""  # noqa: S608  # a constant of that module
    with read_value("revert"):
        return [
            ToldRevert(commit_hash=row[0], by=row[1], at=parse_moment(row[2]))
            for row in connection.execute(select, (identity,))
        ]
