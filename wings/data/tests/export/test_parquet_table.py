"""Parquet: types and unknown values come back, nothing is lost that the form can say, twice is the same."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from twiceshy.records.exports import ColumnType, ExportRow, ExportValue, list_columns
from twiceshy_data.export import parquet_table

parquet = pytest.importorskip("pyarrow.parquet", reason="the package pyarrow is not installed")

COLUMNS = list_columns(**{one.value: one for one in ColumnType})
FULL: dict[str, ExportValue] = {
    "text": "a\udc80b",
    "integer": 3,
    "real": 1,
    "boolean": False,
    "time": "2026-11-01T10:00:00.5+05:30",
    "bytes": b"\x00\xff",
    "texts": ("a", "b"),
    "messages": [{"role": "user", "content": "hi"}],
    "json": {"n": [1, None], "hash": b"\x01"},
}


def write(rows: int, **values: ExportValue) -> bytes:
    out = io.BytesIO()
    writer = parquet_table.start(COLUMNS, out.write)
    row = ExportRow("s-1", {**FULL, **values})
    for _ in range(rows // 100):
        writer.add([row] * 100)
    writer.add([row] * (rows % 100))
    writer.end()
    return out.getvalue()


def read(content: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = parquet.read_table(io.BytesIO(content)).to_pylist()
    return found


def test_each_type_comes_back() -> None:
    """Times in UTC; bytes are hex; what is nested is JSON."""
    (row,) = read(write(1))

    assert json.loads(row.pop("json")) == {"n": [1, None], "hash": "01"}
    assert row == {
        "text": "a\\udc80b",
        "integer": 3,
        "real": 1.0,
        "boolean": False,
        "time": datetime(2026, 11, 1, 4, 30, 0, 500_000, UTC),
        "bytes": "00ff",
        "texts": ["a", "b"],
        "messages": [{"role": "user", "content": "hi"}],
    }


def test_what_is_not_known_is_null() -> None:
    """In every type, also where no row knows it."""
    (row,) = read(write(1, **dict.fromkeys(FULL)))

    assert set(row.values()) == {None}


def test_rows_stand_in_groups_and_twice_is_the_same() -> None:
    """So that a reader need not hold a file; no time is in it."""
    content = write(9_000)

    assert content == write(9_000)
    assert parquet.ParquetFile(io.BytesIO(content)).metadata.num_row_groups == 2
    assert len(read(content)) == 9_000


def test_a_table_that_is_given_up_writes_nothing_more() -> None:
    """Whoever gave ``write`` has closed the file by then."""
    pieces: list[bytes] = []
    writer = parquet_table.start(COLUMNS, pieces.append)
    before = len(pieces)
    del writer

    assert len(pieces) == before
