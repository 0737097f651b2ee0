"""A user's own question in SQL, on a connection that cannot change anything.

Three locks, each enough: the file is opened read-only, ``query_only`` is on, and an authorizer refuses whatever is not
reading, so that an attached file or a setting cannot open another way. ``body(hash)`` gives a long text. A question
without end (a recursion, a join of everything with everything) is stopped after its time.
"""

import sqlite3
import time
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.base.errors import UsageError

_READ_ACTIONS = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
_PRAGMAS = frozenset({"data_version", "table_info", "table_xinfo", "table_list", "index_list", "index_info"})
"""Those that only tell; full text search asks for the first by itself."""
_STEPS = 100_000
"""Steps of SQLite's machine between two looks at the clock: some milliseconds (guess, 2026-11-22)."""
Value = None | int | float | str | bytes


class QueryResult(NamedTuple):
    """Rows, and whether there were more than asked for."""

    columns: list[str]
    rows: list[tuple[Value, ...]]
    more: bool


def ask(store: Store, sql: str, limit: int, timeout_s: float = 0.0) -> QueryResult:
    """Run a SELECT and return its first ``limit`` rows; 0 means all. It may take ``timeout_s``; 0 means for ever.

    Raises:
        UsageError: SQLite does not understand it, it would do more than read, or it takes too long.
    """
    connection = store.connection
    if timeout_s:
        end = time.monotonic() + timeout_s
        connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    connection.create_function("body", 1, lambda key: None if key is None else str(store.body(bytes(key))))
    connection.set_authorizer(_authorize)
    try:
        cursor = connection.execute(sql)
        rows = cursor.fetchall() if limit == 0 else cursor.fetchmany(limit + 1)
        columns = [column[0] for column in cursor.description or ()]
        cursor.close()
    except sqlite3.DatabaseError as exc:
        code = getattr(exc, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_INTERRUPT:
            raise UsageError(f"no answer within {timeout_s:g} s; ask for less, or give more: --timeout 600.") from exc
        if isinstance(exc, sqlite3.ProgrammingError) or code is None or code & 0xFF in _MISTAKES:
            raise UsageError(f"{_reason(exc)}. `twiceshy sql --schema` shows every table.") from exc
        raise
    except sqlite3.Warning as exc:
        raise UsageError(f"{exc} `twiceshy sql --schema` shows every table.") from exc
    finally:
        connection.set_authorizer(None)
        connection.set_progress_handler(None, 0)
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
