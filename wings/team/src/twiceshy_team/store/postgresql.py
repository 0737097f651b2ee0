"""A server's PostgreSQL: pooled connections, one transaction a request, each of which sees one team.

Which team that is, is set for the transaction alone: behind a pool nothing of it is left for whoever comes next.
Nothing depends on what a connection was used for before, so that a pool of another program may stand in between.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from twiceshy.base.errors import StoreBusy, StoreCorrupt, StoreError, StoreUnwritable
from twiceshy.records.team import WireRow
from twiceshy_team.store.base import SqlValue, Statements, TransactionClash
from twiceshy_team.store.postgresql_setup import check_server
from twiceshy_team.store.row_statements import (
    list_additions,
    list_staged,
    make_values,
    name_stage,
    name_type,
    write_put,
)
from twiceshy_team.store.team_database import TeamDatabase

_NAMES = re.compile(r"(?<![:\w]):([a-z_]+)")
_MOST_CONNECTIONS = 8
"""Of one server process (guess, 2026-11-23: four for each of two cores)."""
_WAIT_S = 5.0
"""Seconds until a request gets a connection, else it is told to come again (guess, 2026-11-23)."""
_LONGEST = "20s"
"""Of one statement (guess, 2026-11-23: a client waits 10 s for its whole answer)."""
_MEMORY = "32MB"
"""For one sorting or grouping (measured on 2026-11-23: with PostgreSQL's 4 MB a year of commands went to the disk)."""
_TEAM = "CAST(:team AS uuid)"
_CLASHES = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
_BUSY = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.QueryCanceled,
    psycopg.errors.TooManyConnections,
)


def open_postgresql(url: str, most_connections: int = _MOST_CONNECTIONS) -> TeamDatabase:
    """Open a server's database, which is at our schema and does not trust us more than it must.

    Raises:
        StoreError: its schema is older or newer, or the role of the URL could see every team.
        StoreUnwritable: it cannot be reached.
    """
    return TeamDatabase(Postgresql(url, most_connections))


class Postgresql:
    """The contract ``base.Database``."""

    def __init__(self, url: str, most_connections: int = _MOST_CONNECTIONS) -> None:
        """Check the database and open the first connection."""
        with translate_errors(), psycopg.connect(url, connect_timeout=int(_WAIT_S)) as connection:
            check_server(connection)
        self._pool = ConnectionPool(
            url,
            min_size=1,
            max_size=most_connections,
            timeout=_WAIT_S,
            open=True,
            check=ConnectionPool.check_connection,
            # Behind pgbouncer a statement that was prepared on one connection is not there on the next.
            kwargs={"prepare_threshold": None},
        )

    @contextmanager
    def begin(self, team: str = "", *, token: bytes = b"", write: bool = False) -> Iterator[Statements]:
        """Open a transaction that sees one team, or the one token, and commit it at the end of the block."""
        with translate_errors(), self._pool.connection() as connection:
            connection.execute(
                "SELECT set_config('app.team', %s, true), set_config('app.token', %s, true), "
                "set_config('statement_timeout', %s, true), set_config('transaction_read_only', %s, true), "
                "set_config('work_mem', %s, true)",
                (team, token.hex(), _LONGEST, "off" if write else "on", _MEMORY),
            )
            yield PostgresqlStatements(connection, team)

    @contextmanager
    def begin_operator(self) -> Iterator[Statements]:
        """Open a transaction that sees the list of teams."""
        with translate_errors(), self._pool.connection() as connection:
            connection.execute("SELECT set_config('app.operator', 'on', true)")
            yield PostgresqlStatements(connection, "")

    def close(self) -> None:
        """Give back every connection."""
        self._pool.close()


class PostgresqlStatements:
    """The contract ``base.Statements``."""

    def __init__(self, connection: psycopg.Connection[Any], team: str) -> None:
        """Take a connection whose transaction sees the team."""
        self._connection = connection
        self._team = team

    def run(self, sql: str, values: Mapping[str, SqlValue] | None = None) -> list[tuple[Any, ...]]:
        """Run a statement; return its rows, none where it gives none."""
        cursor = self._connection.execute(_rename_values(sql), {**(values or {}), "team": self._team})
        return cursor.fetchall() if cursor.description else []

    def hold(self, *parts: bytes, shared: bool = False) -> None:
        """Wait until nobody else holds this, and hold it until the end."""
        key = blake2b(b"\0".join((self._team.encode(), *parts)), digest_size=8, person=b"team lock").digest()
        mode = "_shared" if shared else ""
        self._connection.execute(
            f"SELECT pg_advisory_xact_lock{mode}(%s)",  # of two literals
            (int.from_bytes(key, signed=True),),
        )

    def put_rows(self, kind: str, rows: Sequence[WireRow], values: Mapping[str, SqlValue]) -> set[bytes]:
        """Insert those rows of one kind that are new, and sum them; return their ids."""
        now = values["now"]
        staged = make_values("postgresql", rows, now)  # type: ignore[arg-type]  # a time
        with self._connection.cursor() as cursor:
            cursor.execute(_write_stage(kind))
            with cursor.copy(f"COPY {name_stage(kind)} FROM STDIN") as copy:
                for row in staged:
                    copy.write_row(row)
        return {bytes(key) for (key,) in self.run(_write_put_and_sum(kind), values)}

    def stage_ids(self, ids: Sequence[bytes]) -> str:
        """Put ids into a temporary table; return its name."""
        self._connection.execute("CREATE TEMP TABLE IF NOT EXISTS stage_ids (id bytea NOT NULL) ON COMMIT DELETE ROWS")
        self._connection.execute("DELETE FROM stage_ids")
        self._connection.execute("INSERT INTO stage_ids SELECT unnest(%s::bytea[])", (list(ids),))
        return "stage_ids"


@cache
def _rename_values(sql: str) -> str:
    portable = sql.replace("%", "%%").replace("json_each(", "jsonb_each_text(")
    return _NAMES.sub(r"%(\1)s", portable)


@cache
def _write_stage(kind: str) -> str:
    columns = ", ".join(f"{column.name} {name_type('postgresql', column)}" for column in list_staged(kind))
    return f"CREATE TEMP TABLE IF NOT EXISTS {name_stage(kind)} ({columns}) ON COMMIT DELETE ROWS"


@cache
def _write_put_and_sum(kind: str) -> str:
    """Return one statement that inserts what is staged and sums what was inserted."""
    sums = "".join(f", sum_{place} AS ({sql})" for place, sql in enumerate(list_additions(kind, "put")))
    return f"WITH put AS ({write_put(kind, _TEAM)} RETURNING *){sums} SELECT id FROM put"  # noqa: S608  # literals of this room


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turn what the driver raises into our own errors, without what it says of rows."""
    try:
        yield
    except PoolTimeout:
        raise StoreBusy(
            f"the server's database gave no connection within {_WAIT_S:.0f} s: it is away, or too many ask at once. "
            "Nothing was stored; try again later."
        ) from None
    except _CLASHES as exc:
        raise TransactionClash(
            f"requests stood in each other's way in the server's database ({type(exc).__name__}). Nothing was stored; "
            "try again."
        ) from None
    except _BUSY as exc:
        raise StoreBusy(
            f"the server's database was too busy ({type(exc).__name__}). Nothing was stored; try again later."
        ) from None
    except psycopg.OperationalError as exc:
        raise StoreUnwritable(
            f"the server's database cannot be reached or takes nothing now ({_describe(exc)}). "
            "Nothing of this request was stored; try again when it is back."
        ) from None
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn, psycopg.errors.InsufficientPrivilege) as exc:
        raise StoreError(
            f"the server's database is not as this version knows it ({_describe(exc)}). "
            "Nothing of this request was stored. Bring it up to date: twiceshy serve migrate"
        ) from None
    except psycopg.errors.DataCorrupted as exc:
        raise StoreCorrupt(f"the server's database is damaged ({_describe(exc)}). Restore it from a dump.") from None
    except psycopg.Error as exc:
        raise StoreError(
            f"the server's database did not accept a statement ({_describe(exc)}). Nothing of this request was stored."
        ) from None


def _describe(exc: psycopg.Error) -> str:
    """Return an error's name and code: its message may quote a row."""
    return f"{type(exc).__name__}{f', SQLSTATE {exc.sqlstate}' if exc.sqlstate else ''}"
