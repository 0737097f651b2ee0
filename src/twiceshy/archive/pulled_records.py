"""What others told of a project. Only look verbs read it; of what was accepted, agents may be told too."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from twiceshy.archive.times import format_time, parse_moment
from twiceshy.base.values import Scrubbed
from twiceshy.records.pulled import PulledCount, PulledRow

_COLUMNS = "id, writer, type, at, session, commit_hash, line, accepted_at"


def put_pulled(connection: sqlite3.Connection, project: Scrubbed, rows: Iterable[PulledRow]) -> int:
    """Store facts that are not stored yet; return how many were new. The caller commits."""
    before = connection.total_changes
    connection.executemany(
        """INSERT INTO pulled_record (project, id, writer, type, at, session, commit_hash, line)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
        [
            (project, one.id, one.writer, one.type, format_time(one.at), one.session, one.commit_hash, one.line)
            for one in rows
        ],
    )
    return connection.total_changes - before


def remove_pulled(connection: sqlite3.Connection, project: str, ids: Iterable[bytes]) -> int:
    """Remove facts; return how many there were. The caller commits."""
    before = connection.total_changes
    connection.executemany("DELETE FROM pulled_record WHERE project = ? AND id = ?", [(project, key) for key in ids])
    return connection.total_changes - before


def accept_pulled(connection: sqlite3.Connection, project: str, ids: Iterable[bytes], at: datetime) -> int:
    """Note that agents may be told of facts; return of how many that was new. The caller commits."""
    before = connection.total_changes
    connection.executemany(
        "UPDATE pulled_record SET accepted_at = ? WHERE project = ? AND id = ? AND accepted_at IS NULL",
        [(format_time(at), project, key) for key in ids],
    )
    return connection.total_changes - before


def list_pulled_ids(connection: sqlite3.Connection, project: str) -> frozenset[bytes]:
    """Return the ids of all that others told of a project."""
    return frozenset(key for (key,) in connection.execute("SELECT id FROM pulled_record WHERE project = ?", (project,)))


def read_pulled(connection: sqlite3.Connection, project: str | None, types: Sequence[str] = ()) -> list[PulledRow]:
    """Return what others told of a project (None: of any), of some types (none given: of all), the oldest first."""
    marks = ", ".join("?" * len(types))
    rows = connection.execute(
        f"""SELECT {_COLUMNS} FROM pulled_record
        WHERE (?1 IS NULL OR project = ?1) {f"AND type IN ({marks})" if types else ""} ORDER BY at, id""",  # noqa: S608  # constants of ours and marks
        (project, *types),
    )
    return [_make_row(row) for row in rows]


def read_accepted(connection: sqlite3.Connection, project: str, types: Sequence[str]) -> list[PulledRow]:
    """Return what others told of a project, of these types, and a person here accepted; the oldest first."""
    rows = connection.execute(
        f"""SELECT {_COLUMNS} FROM pulled_record WHERE project = ? AND accepted_at IS NOT NULL
        AND type IN ({", ".join("?" * len(types))}) ORDER BY at, id""",  # noqa: S608  # constants of ours and marks
        (project, *types),
    )
    return [_make_row(row) for row in rows]


def list_pulled_projects(connection: sqlite3.Connection) -> list[str]:
    """Return the identities of the projects of which others told."""
    return [name for (name,) in connection.execute("SELECT DISTINCT project FROM pulled_record ORDER BY 1")]


def count_pulled(connection: sqlite3.Connection, project: str) -> list[PulledCount]:
    """Return how much each writer told of a project."""
    rows = connection.execute(
        """SELECT writer, type, count(*), count(accepted_at) FROM pulled_record WHERE project = ?
        GROUP BY writer, type ORDER BY writer, type""",
        (project,),
    )
    return [PulledCount(*row) for row in rows]


def _make_row(row: tuple[bytes, str, str, str, str, str, str, str | None]) -> PulledRow:
    """Return the record of a row.

    Raises:
        DamagedValue: its time is none.
    """
    key, writer, kind, at, session, commit_hash, line, accepted_at = row
    return PulledRow(
        id=key,
        writer=writer,
        type=kind,
        at=parse_moment(at),
        session=session,
        commit_hash=commit_hash,
        line=Scrubbed(line),
        accepted=accepted_at is not None,
    )
