"""Notes of git's hooks: written once each, and read by project."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator

from twiceshy.archive.batch_insert import find_or_add_project
from twiceshy.archive.forget_rules import ForgetRules
from twiceshy.archive.reads.commits import OF_PROJECT
from twiceshy.archive.rows import hash_body, project_name
from twiceshy.archive.table import ColumnForm, Table
from twiceshy.archive.times import format_time
from twiceshy.base.values import Scrubbed
from twiceshy.records.git_notes import GitNote, Rewritten

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
