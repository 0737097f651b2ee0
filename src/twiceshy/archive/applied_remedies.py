"""Remedies that were written into files, with all that taking them out again needs."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from twiceshy.archive.times import format_time, parse_time
from twiceshy.records.codec import read_value
from twiceshy.records.insights import RemedyKind
from twiceshy.records.suggestions import AppliedRemedy

_COLUMNS = "id, path, kind, project, identity, text, applied_at, gap, created, folder_created, insertions, made, digest"


def put(connection: sqlite3.Connection, rows: Iterable[AppliedRemedy]) -> None:
    """Store remedies that are or were written, in place of older ones of the same file. The caller commits."""
    connection.executemany(
        f"INSERT OR REPLACE INTO applied_remedy ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  # a constant of ours
        [
            (
                *(row.id, str(row.path), row.kind.value, row.project, row.project_identity, row.text),
                *(format_time(row.applied_at), row.gap, row.created, row.folder_created),
                *(json.dumps(row.insertions), json.dumps(row.made), row.digest),
            )
            for row in rows
        ],
    )


def note_undone(connection: sqlite3.Connection, rows: Iterable[AppliedRemedy], at: datetime) -> None:
    """Note that remedies were taken out. The caller commits."""
    connection.executemany(
        "UPDATE applied_remedy SET undone_at = ? WHERE id = ? AND path = ?",
        [(format_time(at), row.id, str(row.path)) for row in rows],
    )


def list_applied(connection: sqlite3.Connection) -> list[AppliedRemedy]:
    """Return the remedies that were not taken out by us, in the order in which they were applied."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM applied_remedy WHERE undone_at IS NULL ORDER BY applied_at, path, id"  # noqa: S608  # as above
    )
    return [_make_applied(row) for row in rows]


def _make_applied(row: tuple[str, str, str, str, str, str, str | None, str, int, int, str, str, str]) -> AppliedRemedy:
    """Return the record of a row.

    Raises:
        DamagedValue: the row holds something else.
    """
    key, path, kind, project, identity, text, applied_at, gap, created, folder_created, insertions, made, digest = row
    with read_value("applied remedy"):
        return AppliedRemedy(
            id=key,
            path=Path(path),
            kind=RemedyKind(kind),
            project=project,
            project_identity=identity,
            text=text,
            applied_at=parse_time(applied_at),
            gap=gap,
            created=bool(created),
            folder_created=bool(folder_created),
            insertions=tuple((int(at), str(words)) for at, words in json.loads(insertions)),
            made=tuple(str(name) for name in json.loads(made)),
            digest=digest,
        )
