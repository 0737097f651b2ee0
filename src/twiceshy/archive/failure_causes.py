"""Why something failed: by the system, the installation or a damaged store, or by a bug of ours.

It is asked last, about an exception that no module named. A fault that a whole store cannot raise is not called a bug
before the store was looked through: first what SQLite itself can tell, then whether every table is as the migrations
made it, and whether every text and time in it can be read.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive import migrate
from twiceshy.archive.db import ARCHIVE, BODIES
from twiceshy.archive.storage_errors import WHAT_TO_DO, translate_storage_error
from twiceshy.archive.times import parse_time
from twiceshy.base.errors import StoreCorrupt, StoreTooNew, TwiceshyError
from twiceshy.base.host import explain_refusal
from twiceshy.records.codec import DamagedValue

_DATABASES = ((ARCHIVE, migrate.ARCHIVE), (BODIES, migrate.BODIES))
_LARGEST = 1 << 53
"""Whole numbers up to here are exact as floating point numbers too (IEEE 754 standard); no count here is larger."""


class _Column(NamedTuple):
    table: str
    name: str
    kind: str
    required: bool


def explain_failure(error: BaseException, home: Path | None) -> TwiceshyError | None:
    """Return our error for a cause outside of this program; None where it is a bug of ours.

    Args:
        error: what no module has named.
        home: the data folder, once it is known.
    """
    if (refusal := explain_refusal(error)) is not None:
        return refusal
    if isinstance(error, sqlite3.Error | DamagedValue | UnicodeEncodeError):
        return translate_storage_error(error, (home or Path()) / ARCHIVE)
    damage = find_damage(home) if home is not None else None
    return None if damage is None else StoreCorrupt(f"{damage}. {WHAT_TO_DO}")


def find_damage(home: Path) -> str | None:
    """Return which file of the store is damaged, and how; None where all are whole or there are none."""
    for name, steps in _DATABASES:
        path = home / name
        try:
            if not path.is_file():
                continue
            if path.stat().st_size == 0:
                return f"{path} is damaged (it is empty)"
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
                fault = _find_fault(connection, steps)
        except (sqlite3.DatabaseError, UnicodeDecodeError, DamagedValue) as error:
            fault = "" if _is_refused(error) else str(error)
        except (OSError, MemoryError, StoreTooNew):  # nobody can tell
            continue
        if fault:
            return f"{path} is damaged ({fault})"
    return None


def _is_refused(error: Exception) -> bool:
    """Tell whether SQLite could not look, for a lock, memory or the disk, which says nothing about the file."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}


def _find_fault(connection: sqlite3.Connection, steps: Path) -> str:
    """Return what is wrong with an open database; empty where nothing is."""
    ((said, *_),) = connection.execute("PRAGMA integrity_check(1)").fetchmany(1)
    if said != "ok":
        return str(said)
    with closing(sqlite3.connect(":memory:")) as fresh:
        pending = migrate.find_pending(connection, migrate.list_names(steps), Path())  # an older store is no damage
        for step in migrate.read_migrations(steps):
            if step.name in pending:
                continue
            for statement in migrate.split_statements(step.sql):
                fresh.execute(statement)
        wanted = list(_list_columns(fresh))
    there = {(column.table, column.name) for column in _list_columns(connection)}
    for column in wanted:
        if (column.table, column.name) not in there:
            return f"it has no {column.table}.{column.name}"
        if fault := _find_odd_value(connection, column):
            return f"{column.table}.{column.name}: {fault}"
    return ""


def _list_columns(connection: sqlite3.Connection) -> Iterator[_Column]:
    """Yield the columns of ordinary tables."""
    names = connection.execute(
        "SELECT name FROM sqlite_schema "
        "WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    ).fetchall()
    for (table,) in names:
        for _, name, kind, required, *_ in connection.execute("SELECT * FROM pragma_table_info(?)", (table,)):
            yield _Column(table, name, kind, bool(required))


def _find_odd_value(connection: sqlite3.Connection, column: _Column) -> str:
    """Return why a value of the column was never written by us; empty where all may have been."""
    table, name = ('"' + word.replace('"', '""') + '"' for word in column[:2])
    if column.kind == "INTEGER":
        rows = connection.execute(f"SELECT {name} FROM {table} WHERE abs({name} / 2) > ? LIMIT 1", (_LARGEST // 2,))  # noqa: S608  # names of the schema, quoted
        return next((f"{value} is out of range" for (value,) in rows if not _is_wide(column.name)), "")
    if column.kind != "TEXT":
        return ""
    for (value,) in connection.execute(f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL"):  # noqa: S608  # as above
        if _is_time(column.name):
            parse_time(value)
    return ""


def _is_wide(name: str) -> bool:
    return name == "rank" or name.endswith("_ns")


def _is_time(name: str) -> bool:
    return name in {"at", "timestamp"} or name.endswith("_at")
