"""Runs with every column of their tables, one after the other, for other programs."""

import sqlite3
from collections.abc import Iterator, Mapping

from twiceshy.archive.reads.columns import scope_values
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scope
from twiceshy.records import ids
from twiceshy.records.exports import Cell, ColumnType, ExportRow, ExportValue, RowColumn, RowOrigin

_PARTS = (
    ("match_events", "execution_id", "event_id"),
    ("output_samples", "execution_id", "sample_id"),
    ("performance_metrics", "execution_id", "metric_id"),
    ("run_choice", "execution_id", "kind"),
    ("run_lines", "execution_id", "execution_id"),
    ("run_history", "uid", "uid"),
)
"""Tables whose rows belong to a run, the column that says to which, and their order."""
_IN_SCOPE = """(:since IS NULL OR timestamp >= :since) AND (:until IS NULL OR timestamp < :until)
  AND (:project IS NULL OR instr(lower(working_directory), lower(:project)))"""


_TYPES = {
    "INTEGER": ColumnType.INTEGER,
    "REAL": ColumnType.REAL,
    "TEXT": ColumnType.TEXT,
    "BLOB": ColumnType.BYTES,
}
"""What a column holds, by the type that the table declares: all of them are strict."""
_TIME = "timestamp"


def list_columns(connection: sqlite3.Connection) -> list[RowColumn]:
    """Return the columns of a run, and the tables with what belongs to it."""
    declared = connection.execute("SELECT name, type FROM pragma_table_info('executions')")
    columns = [RowColumn(name, ColumnType.TIME if name == _TIME else _TYPES[form]) for name, form in declared]
    return [*columns, *(RowColumn(table, ColumnType.JSON) for table, _, _ in _PARTS)]


def read_rows(connection: sqlite3.Connection, scope: Scope) -> Iterator[ExportRow]:
    """Yield the runs that began in scope, the oldest first, each with everything that is stored of it."""
    cursor = connection.execute(
        f"SELECT * FROM executions WHERE {_IN_SCOPE} ORDER BY timestamp, execution_id",  # noqa: S608  # a constant
        scope_values(scope),
    )
    names = [column[0] for column in cursor.description]
    for row in cursor:
        values: dict[str, ExportValue] = dict(zip(names, row, strict=True))
        uid = row[names.index("execution_id")]
        for table, key, order in _PARTS:
            values[table] = _read_part(connection, table, (key, order), uid)
        yield ExportRow(f"{ids.RUN}-{uid.hex()}", values, _find_origin(values))


def _find_origin(values: Mapping[str, ExportValue]) -> RowOrigin:
    """Return when a run began, and in which folder, if that is kept."""
    folder = "" if values["anonymized"] else f"folder:{values['working_directory']!s}"
    return RowOrigin(folder, at=parse_time(str(values[_TIME])))


def _read_part(
    connection: sqlite3.Connection, table: str, columns: tuple[str, str], uid: bytes
) -> list[dict[str, Cell]]:
    """Return the rows of a table that belong to a run, without the column that says so."""
    key, order = columns
    cursor = connection.execute(f"SELECT * FROM {table} WHERE {key} = ? ORDER BY {order}", (uid,))  # noqa: S608  # literals
    names = [column[0] for column in cursor.description]
    return [{name: value for name, value in zip(names, row, strict=True) if name != key} for row in cursor]
