"""Rows as lines of a file: nothing is lost that the form can say."""

import csv
import io
import json

import pytest

from twiceshy.records.exports import Cell, ColumnType, ExportRow, ExportValue, RowColumn
from twiceshy_data.export import csv_table, jsonl
from twiceshy_data.export.export_forms import FILE_FORMS

PARTS: list[dict[str, Cell]] = [{"n": 1, "hash": b"\x01"}]
ROW = ExportRow(
    "r-00ff",
    {"id": b"\x00\xff", "command": 'say "x",\nnow ✓', "status": None, "s": 0.5, "parts": PARTS},
)
COLUMNS = [RowColumn(name, ColumnType.TEXT) for name in ROW.values]


def write(form: str, *rows: ExportRow) -> bytes:
    """The bytes of a file of these rows."""
    out = io.BytesIO()
    writer = FILE_FORMS[form](COLUMNS, out.write)
    writer.add(rows)
    writer.end()
    return out.getvalue()


def test_json_lines_are_objects() -> None:
    """One a line; bytes are hex."""
    lines = write("jsonl", ROW).decode().splitlines()

    assert [json.loads(line) for line in lines] == [
        {**ROW.values, "id": "00ff", "parts": [{"n": 1, "hash": "01"}]},
    ]


def test_csv_is_read_back() -> None:
    """With a line of names; what belongs to a row is JSON in its cell."""
    text = write("csv", ROW).decode()

    assert list(csv.reader(io.StringIO(text))) == [
        ["id", "command", "status", "s", "parts"],
        ["00ff", 'say "x",\nnow ✓', "", "0.5", '[{"n": 1, "hash": "01"}]'],
    ]


@pytest.mark.parametrize(
    ("value", "cell"),
    [(["a", "b"], '["a", "b"]'), ({"Bash": 2}, '{"Bash": 2}'), ([{"ids": ("x",)}], '[{"ids": ["x"]}]')],
)
def test_values_within_values_are_json(value: ExportValue, cell: str) -> None:
    """In a cell as in a line."""
    row = ExportRow("s-1", {"one": value})

    assert next(csv.reader([csv_table.encode(row).decode()])) == [cell]
    assert json.loads(jsonl.encode(row)) == {"one": json.loads(cell)}


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_half_a_character_does_not_stop_a_row(form: str) -> None:
    """It is written as what it is."""
    row = ExportRow("r-1", dict.fromkeys(ROW.values, "\udc80"))

    assert b"\\udc80" in write(form, row)
