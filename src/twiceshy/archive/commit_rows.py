"""Writing commits: each once for its project, and none that the user asked to forget."""

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from twiceshy.archive.batch_insert import find_or_add_project
from twiceshy.archive.forget_rules import ForgetRules
from twiceshy.archive.reads.commits import OF_PROJECT
from twiceshy.archive.rows import clean, hash_body, project_name
from twiceshy.archive.times import format_time
from twiceshy.base.values import Scrubbed
from twiceshy.records.commits import StoredCommit


def add_commits(connection: sqlite3.Connection, identity: Scrubbed, commits: Iterable[StoredCommit]) -> int:
    """Store commits of a project; return how many were new.

    The caller holds the transaction; give parents first, so that any part of it is closed.
    """
    key = hash_body(identity.encode())
    rules = [rule for rule in ForgetRules(connection).rules if rule.session is None and rule.project in (None, key)]
    kept = [one for one in commits if not any(rule.covers(format_time(one.committed_at)) for rule in rules)]
    if not kept:
        return 0
    project = find_or_add_project(connection, identity, project_name(identity))
    return sum(_add(connection, project, one) for one in kept)


_FILLED_IN = "commits_filled_in_"
"""Note in the store, with a project's number behind it: how often something was added to commits that it had."""


class CommitPlace(NamedTuple):
    """Where a commit was made."""

    hash: str
    branch: Scrubbed | None
    amends: str | None


def place_commits(connection: sqlite3.Connection, identity: Scrubbed, places: Iterable[CommitPlace]) -> None:
    """Add where commits were made, where that is not stored yet. The caller holds the transaction."""
    done = connection.executemany(
        f"""UPDATE commit_ SET branch = coalesce(branch, ?3), amends = coalesce(amends, ?4) WHERE {OF_PROJECT}
          AND hash = ?2 AND (branch IS NOT coalesce(branch, ?3) OR amends IS NOT coalesce(amends, ?4))""",  # noqa: S608  # a constant of the reads
        [(identity, one.hash, _clean_or_none(one.branch), one.amends) for one in places],
    )
    _count_filling(connection, identity, done.rowcount)


def put_messages(connection: sqlite3.Connection, identity: Scrubbed, commits: Iterable[StoredCommit]) -> int:
    """Add the whole messages of commits that are stored with their subjects alone; return how many there were."""
    done = connection.executemany(
        f"UPDATE commit_ SET body = ?3, tree = ?4 WHERE {OF_PROJECT} AND hash = ?2 AND tree IS NULL",  # noqa: S608  # as above
        [(identity, one.hash, _clean_or_none(one.body), one.tree) for one in commits],
    )
    _count_filling(connection, identity, done.rowcount)
    return done.rowcount


def _count_filling(connection: sqlite3.Connection, identity: str, rows: int) -> None:
    """Note that commits were added to, so that nobody has to read them all to see it."""
    if rows > 0:
        connection.execute(
            f"""INSERT INTO meta (key, value) SELECT '{_FILLED_IN}' || id, '1' FROM project
              WHERE {OF_PROJECT.replace("project_id", "id", 1)}
            ON CONFLICT (key) DO UPDATE SET value = value + 1""",  # noqa: S608  # constants
            (identity,),
        )


def count_fillings(connection: sqlite3.Connection, identity: str) -> list[tuple[str]]:
    """Return how often something was added to the stored commits of a project."""
    return connection.execute(
        f"""SELECT value FROM meta WHERE key IN (SELECT '{_FILLED_IN}' || id FROM project
          WHERE {OF_PROJECT.replace("project_id", "id", 1)})""",  # noqa: S608  # constants
        (identity,),
    ).fetchall()


def _clean_or_none(text: Scrubbed | None) -> str | None:
    return None if text is None else clean(text)


def _add(connection: sqlite3.Connection, project: int, one: StoredCommit) -> bool:
    row = connection.execute(
        """INSERT INTO commit_ (project_id, hash, parents, author, authored_at, authored_offset_min, committed_at,
          subject, trailers, patch_id, body, tree, branch, amends) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (project_id, hash) DO NOTHING RETURNING id""",
        (
            *(
                project,
                one.hash,
                " ".join(one.parents),
                one.author,
                format_time(one.authored_at),
                one.authored_offset_min,
            ),
            *(format_time(one.committed_at), clean(one.subject), clean(json.dumps(one.trailers, ensure_ascii=False))),
            *(one.patch_id, _clean_or_none(one.body), one.tree, _clean_or_none(one.branch), one.amends),
        ),
    ).fetchone()
    if row is None:
        return False
    connection.executemany(
        # Two names that differ only in a secret are one after redaction.
        """INSERT INTO commit_file (commit_id, path, old_path, added, removed, added_hashes) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (commit_id, path) DO NOTHING""",
        [
            (
                row[0],
                clean(f.path),
                None if f.old_path is None else clean(f.old_path),
                f.added,
                f.removed,
                f.added_hashes,
            )
            for f in one.files
        ],
    )
    return True
