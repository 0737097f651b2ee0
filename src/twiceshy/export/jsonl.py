"""JSON lines: one object a row, with every column; bytes are hex, what is not known is null."""

import json
from collections.abc import Sequence

from twiceshy.records.exports import ExportRow, RowColumn


def begin(_: Sequence[RowColumn]) -> bytes:
    """Return what stands before the first row: nothing."""
    return b""


def encode(row: ExportRow) -> bytes:
    """Return one row as a line."""
    line = json.dumps(row.values, ensure_ascii=False, default=bytes.hex)
    return f"{line}\n".encode(errors="backslashreplace")
