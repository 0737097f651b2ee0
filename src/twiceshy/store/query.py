"""A user's own question in SQL, on a connection that cannot change anything.

Three locks, each enough: the file is opened read-only, ``query_only`` is on, and an authorizer refuses whatever is not
reading, so that an attached file or a setting cannot open another way. ``body(hash)`` gives a long text.
"""

import sqlite3
from typing import NamedTuple

from twiceshy.errors import UsageError
from twiceshy.store.db import Store

_READ_ACTIONS = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
_PRAGMAS = frozenset({"data_version", "table_info", "table_xinfo", "table_list", "index_list", "index_info"})
"""Those that only tell; full text search asks for the first by itself."""
Value = None | int | float | str | bytes


class QueryResult(NamedTuple):
    """Rows, and whether there were more than asked for."""

    columns: list[str]
    rows: list[tuple[Value, ...]]
    more: bool


def ask(store: Store, sql: str, limit: int) -> QueryResult:
    """Run a SELECT and return its first ``limit`` rows; 0 means all.

    Raises:
        UsageError: SQLite does not understand it, or it would do more than read.
    """
    connection = store.connection
    connection.create_function("body", 1, lambda key: None if key is None else str(store.body(bytes(key))))
    connection.set_authorizer(_authorize)
    try:
        cursor = connection.execute(sql)
        rows = cursor.fetchall() if limit == 0 else cursor.fetchmany(limit + 1)
        columns = [column[0] for column in cursor.description or ()]
        cursor.close()
    except sqlite3.DatabaseError as exc:
        code = getattr(exc, "sqlite_errorcode", None)
        if isinstance(exc, sqlite3.ProgrammingError) or code is None or code & 0xFF in _MISTAKES:
            raise UsageError(f"{_reason(exc)}. `twiceshy sql --schema` shows every table.") from exc
        raise
    except sqlite3.Warning as exc:
        raise UsageError(f"{exc} `twiceshy sql --schema` shows every table.") from exc
    finally:
        connection.set_authorizer(None)
    more = limit > 0 and len(rows) > limit
    return QueryResult(columns, rows[:limit] if more else rows, more)


_MISTAKES = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_TOOBIG})


def _reason(exc: sqlite3.Error) -> str:
    if str(exc) in {"not authorized", "attempt to write a readonly database"}:
        return "only reading is allowed here"
    return f"SQLite does not understand that: {exc}".rstrip(".")


def _authorize(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    if action in _READ_ACTIONS:
        return sqlite3.SQLITE_DENY if second == "load_extension" else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
        return sqlite3.SQLITE_OK  # how a virtual table's columns are declared; a real UPDATE of it is refused anyway
    return sqlite3.SQLITE_DENY
