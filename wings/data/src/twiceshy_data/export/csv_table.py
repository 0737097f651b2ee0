"""CSV: a line with the columns' names, then one line a row; several values, or values by name, are a cell's JSON.

An empty cell is a value that is not known, or an empty text. Lines end as on Unix.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence

from twiceshy.records.exports import ExportRow, ExportValue, RowColumn
from twiceshy_data.export.row_writer import RowLines, WriteBytes


def start(columns: Sequence[RowColumn], write: WriteBytes) -> RowLines:
    """Return what writes the rows, below a line of names."""
    return RowLines(write, encode, _write_line([column.name for column in columns]))


def encode(row: ExportRow) -> bytes:
    """Return one row as a line."""
    return _write_line([_to_cell(value) for value in row.values.values()])


def _write_line(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue().encode(errors="backslashreplace")


def _to_cell(value: ExportValue) -> str:
    """Return a value as text."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, default=bytes.hex)
    return "" if value is None else str(value)
