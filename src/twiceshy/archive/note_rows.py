"""Write what was noted: by agents' hooks, git's, CI systems and people; each once, none that is to be forgotten."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import blake2b

from twiceshy.archive.batch_insert import find_or_add_project
from twiceshy.archive.db import Store
from twiceshy.archive.forget_rules import ForgetRules
from twiceshy.archive.reads.commits import OF_PROJECT
from twiceshy.archive.rows import clean, hash_body, project_name
from twiceshy.archive.table import ColumnForm, Table
from twiceshy.archive.times import format_time
from twiceshy.base.values import Scrubbed
from twiceshy.records.commits import Revert, StoredCiResult
from twiceshy.records.git_hooks import GitNote, Rewritten
from twiceshy.records.outcomes import Rating
from twiceshy.records.upkeep import Exposure

# Notes of git's hooks: written once each, and read by project.

_NOTES = Table(
    "git_note",
    GitNote,
    "uid repository event at hash word ancestors",
    keys="project_id",
    forms={"ancestors": ColumnForm(" ".join, lambda text: tuple(text.split()))},
)


def put_git_notes(connection: sqlite3.Connection, identity: Scrubbed, notes: Iterable[GitNote]) -> int:
    """Store notes of a project's repository; return how many were new. The caller holds the transaction."""
    key = hash_body(identity.encode())
    rules = [rule for rule in ForgetRules(connection).rules if rule.session is None and rule.project in (None, key)]
    kept = [one for one in notes if not any(rule.covers(format_time(one.at)) for rule in rules)]
    if not kept:
        return 0
    project = find_or_add_project(connection, identity, project_name(identity))
    new = 0
    for one in kept:
        added = connection.execute(_NOTES.insert("OR IGNORE"), (project, *_NOTES.pack(one))).rowcount
        new += added
        if added:
            rows = [(one.uid, place, *pair) for place, pair in enumerate(one.rewritten)]
            connection.executemany("INSERT INTO git_rewrite (note, place, old, new) VALUES (?, ?, ?, ?)", rows)
    return new


def read_git_notes(connection: sqlite3.Connection, identity: str) -> Iterator[GitNote]:
    """Yield all notes of the project with that identity or alias, oldest first."""
    pairs: defaultdict[bytes, list[Rewritten]] = defaultdict(list)
    select = f"SELECT {_NOTES.select()} FROM git_note WHERE {OF_PROJECT} ORDER BY at, uid"  # noqa: S608  # literals of this room
    of_notes = f"""SELECT note, old, new FROM git_rewrite WHERE note IN (SELECT uid FROM git_note WHERE {OF_PROJECT})
        ORDER BY note, place"""  # noqa: S608  # as above
    for note, old, new in connection.execute(of_notes, (identity,)):
        pairs[note].append(Rewritten(old, new))
    for row in connection.execute(select, (identity,)).fetchall():
        yield _NOTES.unpack(row, rewritten=tuple(pairs[row[0]]))


# Write what hooks noted: each note once, and none that the user asked to forget.

_EXPOSURE = Table(
    "exposure", Exposure, forms={"path_keys": ColumnForm(lambda keys: keys or None, lambda keys: keys or b"")}
)


def put(store: Store, found: Iterable[Exposure]) -> int:
    """Store hook notes for good; return how many were new."""
    with store.begin_writing() as connection:
        rules = ForgetRules(connection)
        before = connection.total_changes
        connection.executemany(
            _EXPOSURE.insert("OR IGNORE"),
            [_EXPOSURE.pack(one) for one in found if not rules.cover_note(one.session, one.at)],
        )
        return connection.total_changes - before


def read_owned(connection: sqlite3.Connection, owners: Iterable[str]) -> Iterator[Exposure]:
    """Yield all notes of the sessions whose agent was one of these processes, oldest first."""
    rows = connection.execute(
        f"""SELECT {_EXPOSURE.select()} FROM exposure WHERE session IN
          (SELECT session FROM exposure WHERE owner IN (SELECT value FROM json_each(?))) ORDER BY at""",  # noqa: S608  # literals of this room
        (json.dumps(sorted(set(owners))),),
    )
    return (_EXPOSURE.unpack(row) for row in rows)


def count_exposures(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return how many notes there are, and how many of them belong to a stored session."""
    (notes,) = connection.execute("SELECT count(*) FROM exposure").fetchone()
    (joined,) = connection.execute("SELECT count(*) FROM exposure e JOIN session s ON s.uid = e.session").fetchone()
    return notes, joined


# Writing what was said of commits: each answer once, and none that the user asked to forget.

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


# Writing what somebody said of a piece of work: one row a speaker and thing.


def put_rating(connection: sqlite3.Connection, one: Rating) -> None:
    """Store a rating in place of what the same speaker said before. The caller holds the transaction."""
    connection.execute(
        """INSERT OR REPLACE INTO rating (kind, uid, rated_by, session, value, comment, at)
        VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (
            one.kind,
            one.uid,
            one.rated_by.value,
            one.session,
            one.value,
            None if one.comment is None else clean(one.comment),
            format_time(one.at),
        ),
    )


_OF_GOING = """session IN (SELECT uid FROM session WHERE id IN (SELECT id FROM going WHERE whole))
  OR (session IN (SELECT uid FROM session WHERE id IN (SELECT id FROM going))
    AND ((at >= :since AND at < :until)
      OR (kind = 'c' AND uid IN (SELECT uid FROM prompt WHERE at >= :since AND at < :until))))"""
"""Ratings of what is to be forgotten; ``going`` is the table of ``archive.forget``."""
_TOUCHED = """SELECT p.vector_db_id FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
  WHERE o.session IN (SELECT uid FROM session WHERE id IN (SELECT id FROM going))"""
_PLACES = "SELECT p.name FROM session s JOIN project p ON p.id = s.project_id WHERE s.id IN (SELECT id FROM going)"


def count_going(connection: sqlite3.Connection, since: str, until: str) -> int:
    """Count the ratings that ``forget_ratings`` would delete."""
    given = {"since": since, "until": until}
    ((count,),) = connection.execute(f"SELECT count(*) FROM rating WHERE {_OF_GOING}", given)  # noqa: S608  # a literal
    return int(count)


def forget_ratings(connection: sqlite3.Connection, since: str, until: str) -> None:
    """Delete the ratings of sessions that go, and words about lessons and warnings that may quote them.

    The ratings of those stay, as a person's decisions do. Call it while sessions, rules and lessons are still there.
    """
    given = {"since": since, "until": until}
    connection.execute(f"DELETE FROM rating WHERE {_OF_GOING}", given)  # noqa: S608  # a literal
    connection.execute(f"UPDATE rating SET comment = NULL WHERE kind = 'l' AND uid IN ({_TOUCHED})")  # noqa: S608  # as above
    connection.execute(
        f"""UPDATE rating SET comment = NULL WHERE kind = 'w' AND EXISTS (SELECT 1 FROM going)
        AND NOT EXISTS (SELECT 1 FROM rule r WHERE r.id = rating.uid
          AND r.project <> '' AND r.project NOT IN ({_PLACES}) AND coalesce(r.lesson NOT IN ({_TOUCHED}), 1))"""  # noqa: S608  # as above
    )
