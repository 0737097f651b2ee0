"""A server's SQLite file: for a small team on one machine, and for trying a server out."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from twiceshy.archive.connect import open_writable
from twiceshy.archive.storage_errors import translate_errors
from twiceshy.archive.times import format_time
from twiceshy.records.team import WireRow
from twiceshy_team.store.base import SqlValue, Statements
from twiceshy_team.store.row_statements import list_additions, list_staged, make_values, name_stage, write_put
from twiceshy_team.store.team_database import TeamDatabase

STEPS = Path(__file__).parent / "migrations" / "sqlite"


def open_sqlite(path: Path) -> TeamDatabase:
    """Open a server's file; make it, and bring it to the newest schema, where need be.

    Raises:
        StoreTooNew: a newer version wrote it.
    """
    return TeamDatabase(Sqlite(path))


class Sqlite:
    """The contract ``base.Database``: one connection, one transaction at a time."""

    def __init__(self, path: Path) -> None:
        """Open the file."""
        self._path = path
        self._turn = Lock()
        self._connection = open_writable(path, STEPS, durable=True, shared=True)

    @contextmanager
    def begin(self, team: str = "", *, token: bytes = b"", write: bool = False) -> Iterator[Statements]:  # noqa: ARG002  # every statement names its team or token itself
        """Open a transaction for one team, or for the one token, and commit it at the end of the block."""
        with self._turn, translate_errors(self._path):
            self._connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            try:
                yield SqliteStatements(self._connection, team)
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def begin_operator(self) -> Iterator[Statements]:
        """Open a transaction that sees the list of teams."""
        with self.begin() as found:
            yield found

    def close(self) -> None:
        """Close the file."""
        with self._turn:
            self._connection.close()


class SqliteStatements:
    """The contract ``base.Statements``."""

    def __init__(self, connection: sqlite3.Connection, team: str) -> None:
        """Take a connection within a transaction."""
        self._connection = connection
        self._team = team

    def run(self, sql: str, values: Mapping[str, SqlValue] | None = None) -> list[tuple[Any, ...]]:
        """Run a statement; return its rows, none where it gives none."""
        return self._connection.execute(sql, _make_storable({**(values or {}), "team": self._team})).fetchall()

    def hold(self, *parts: bytes, shared: bool = False) -> None:
        """Do nothing: who writes has the whole file."""

    def put_rows(self, kind: str, rows: Sequence[WireRow], values: Mapping[str, SqlValue]) -> set[bytes]:
        """Insert those rows of one kind that are new, and sum them; return their ids."""
        stage, columns = name_stage(kind), [column.name for column in list_staged(kind)]
        self._connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {stage} ({', '.join(columns)})")
        self._connection.execute(f"DELETE FROM {stage}")  # noqa: S608  # of the table of kinds
        now = values["now"]
        self._connection.executemany(
            f"INSERT INTO {stage} VALUES ({', '.join('?' * len(columns))})",  # noqa: S608  # as above
            make_values("sqlite", rows, now),  # type: ignore[arg-type]  # a time
        )
        new = [key for (key,) in self.run(f"{write_put(kind, ':team')} RETURNING id", values)]
        ids = self.stage_ids(new)
        source = f"(SELECT * FROM {kind} WHERE team_id = :team AND id IN (SELECT id FROM {ids})) AS put"  # noqa: S608  # as above
        for sql in list_additions(kind, source):
            self.run(sql, values)
        return set(new)

    def stage_ids(self, ids: Sequence[bytes]) -> str:
        """Put ids into a temporary table; return its name."""
        self._connection.execute("CREATE TEMP TABLE IF NOT EXISTS stage_ids (id)")
        self._connection.execute("DELETE FROM stage_ids")
        self._connection.executemany("INSERT INTO stage_ids VALUES (?)", [(key,) for key in ids])
        return "stage_ids"


def _make_storable(values: Mapping[str, SqlValue]) -> dict[str, SqlValue]:
    """Return values with times and days as texts that sort."""
    return {
        name: format_time(value)
        if isinstance(value, datetime)
        else value.isoformat()
        if isinstance(value, date)
        else value
        for name, value in values.items()
    }
