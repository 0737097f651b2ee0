"""Everything in the archive that is no event and may quote one: derived values, lessons, rules, runs, commits.

It knows no table by name but those that cannot quote anything, and those that belong to one session, so that a table
that a later version adds is put right without anyone thinking of it.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from functools import partial

from twiceshy.archive.restated_batch import KnownSearch
from twiceshy.archive.rows import TABLES

_LEFT_OUT = frozenset(
    {
        *(*TABLES, "session", "project", "project_alias", "meta", "migration", "source_tally", "skipped"),
        *("session_source", "session_value", "session_copy", "forgotten", "forgotten_event", "exposure", "wait"),
    }
)
"""Events, which are restated row by row; names that tell things apart; hashes and counts."""
_COLUMNS = {"source": ("name",), "derived": ("value",)}
"""Of these tables only those columns hold texts; else every column of the type TEXT may."""
_OF_SESSION = {"session_executions": "session_id IN (SELECT id FROM session WHERE uid = :session)"}
"""Rows of one session, by table; of others every row may quote any session."""
_VALUES_AT_ONCE = 2000
"""Values of a column that are searched together (guess, 2026-11-22)."""
_DERIVED = "(key = :session OR key NOT IN (SELECT uid FROM session))"
"""Values derived of one session, and those of which only their maker knows whom they quote."""


def restate_tables(connection: sqlite3.Connection, searches: Mapping[bytes, KnownSearch]) -> bool:
    """Take the values of each session out of what may quote it; tell whether anything changed.

    The caller holds the transaction.
    """
    columns = list(_list_columns(connection))
    changed = False
    for session, search in searches.items():
        connection.create_function("restated", 1, partial(_restate_value, search), deterministic=True)
        for place in columns:
            whose = _DERIVED if place[0] == "derived" else _OF_SESSION.get(place[0], "1")
            given = {"session": session} if ":session" in whose else {}
            changed |= _restate_column(connection, place, whose, given, search)
        connection.create_function("restated", 1, None)
    if changed:
        connection.execute(
            "DELETE FROM lesson_vector"
        )  # made of words that may have changed, and made again at any time
    return changed


def restate_everything(connection: sqlite3.Connection, search: KnownSearch) -> bool:
    """Take what a search finds out of all that may quote any session; tell whether anything changed.

    The caller holds the transaction.
    """
    connection.create_function("restated", 1, partial(_restate_value, search), deterministic=True)
    changed = [_restate_column(connection, place, "1", {}, search) for place in list(_list_columns(connection))]
    connection.create_function("restated", 1, None)
    if any(changed):
        connection.execute("DELETE FROM lesson_vector")
    return any(changed)


def _list_columns(connection: sqlite3.Connection) -> Iterable[tuple[str, str]]:
    """Yield table and column of everything that may hold a text."""
    names = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
    for table, sql in names:
        if table in _LEFT_OUT or table.startswith(("sqlite_", "words")) or str(sql).startswith("CREATE VIRTUAL"):
            continue
        if table in _COLUMNS:
            yield from ((table, column) for column in _COLUMNS[table])
            continue
        for _, column, kind, *_ in connection.execute(f'PRAGMA table_info("{table}")').fetchall():
            if kind == "TEXT":
                yield table, column


def _restate_column(
    connection: sqlite3.Connection,
    place: tuple[str, str],
    whose: str,
    given: Mapping[str, bytes],
    search: KnownSearch,
) -> bool:
    """Restate one column of the rows that ``whose`` means; tell whether anything in it changed."""
    table, column = place
    cursor = connection.execute(f'SELECT "{column}" FROM "{table}" WHERE {whose}', given)  # noqa: S608  # names of the schema
    while some := cursor.fetchmany(_VALUES_AT_ONCE):
        if search.replace([_read_text(value) for (value,) in some]):
            break
    else:
        return False
    sql = f'UPDATE OR IGNORE "{table}" SET "{column}" = restated("{column}") WHERE {whose}'  # noqa: S608  # as above
    connection.execute(sql, given)
    return True


def _read_text(value: object) -> str:
    """Return the text of a value; nothing where it holds none."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "ignore")
    return value if isinstance(value, str) else ""


def _restate_value(search: KnownSearch, value: object) -> str | bytes | None:
    """Return a value of a column without the session's values."""
    text = _read_text(value)
    after = search.replace([text]).get(0, text)
    return after.encode() if isinstance(value, bytes) else value if value is None else after
