"""Writing what was said of commits: each answer once, and none that the user asked to forget."""

import sqlite3
from collections.abc import Iterable
from hashlib import blake2b

from twiceshy.archive.batch_insert import find_or_add_project
from twiceshy.archive.rows import clean, project_name
from twiceshy.archive.times import format_time
from twiceshy.base.values import Scrubbed
from twiceshy.records.commit_verdicts import Revert, StoredCiResult

_UID_BYTES = 16  # by definition: as every id of the store


def add_ci_results(connection: sqlite3.Connection, identity: Scrubbed, results: Iterable[StoredCiResult]) -> int:
    """Store what CI systems said; return how many answers were new. The caller holds the transaction."""
    project = find_or_add_project(connection, identity, project_name(identity))
    return sum(_add_ci_result(connection, project, one) for one in results)


def _add_ci_result(connection: sqlite3.Connection, project: int, one: StoredCiResult) -> bool:
    texts = (one.workflow, one.job, one.run_id, one.run_number, one.message)
    values = (
        one.commit_hash,
        format_time(one.at),
        one.result,
        one.tests_passed,
        one.tests_failed,
        one.coverage,
        one.duration_s,
        *(None if text is None else clean(text) for text in texts),
    )
    uid = blake2b(repr((project, *values)).encode("utf-8", "backslashreplace"), digest_size=_UID_BYTES).digest()
    added = connection.execute(
        """INSERT INTO ci_result (uid, project_id, commit_hash, at, result, tests_passed, tests_failed, coverage,
          duration_s, workflow, job, run_id, run_number, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (uid) DO NOTHING""",
        (uid, project, *values),
    )
    return bool(added.rowcount)


def add_told_revert(connection: sqlite3.Connection, identity: Scrubbed, told: Revert) -> bool:
    """Store that a commit was taken back; return whether that was new. The caller holds the transaction."""
    project = find_or_add_project(connection, identity, project_name(identity))
    added = connection.execute(
        """INSERT INTO told_revert (project_id, commit_hash, by_hash, at) VALUES (?, ?, ?, ?)
        ON CONFLICT (project_id, commit_hash) DO UPDATE SET by_hash = excluded.by_hash, at = excluded.at
        WHERE excluded.by_hash IS NOT NULL AND by_hash IS NOT excluded.by_hash""",
        (project, told.commit_hash, told.by, format_time(told.at)),
    )
    return bool(added.rowcount)
