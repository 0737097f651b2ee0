"""JSON lines: one object a row, with every column; bytes are hex, what is not known is null."""

import json
from collections.abc import Sequence

from twiceshy.records.exports import ExportRow, RowColumn
from twiceshy_data.export.row_writer import RowLines, WriteBytes


def start(_: Sequence[RowColumn], write: WriteBytes) -> RowLines:
    """Return what writes the rows."""
    return RowLines(write, encode)


def encode(row: ExportRow) -> bytes:
    """Return one row as a line."""
    line = json.dumps(row.values, ensure_ascii=False, default=bytes.hex)
    return f"{line}\n".encode(errors="backslashreplace")
