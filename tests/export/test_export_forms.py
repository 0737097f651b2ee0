"""Rows as lines of a file: nothing is lost that the form can say."""

import csv
import io
import json

import pytest

from twiceshy.export.export_forms import FORMS
from twiceshy.records.exports import Cell, ColumnType, ExportRow, ExportValue, RowColumn

PARTS: list[dict[str, Cell]] = [{"n": 1, "hash": b"\x01"}]
ROW = ExportRow(
    "r-00ff",
    {"id": b"\x00\xff", "command": 'say "x",\nnow ✓', "status": None, "s": 0.5, "parts": PARTS},
)
COLUMNS = [RowColumn(name, ColumnType.TEXT) for name in ROW.values]


def test_json_lines_are_objects() -> None:
    """One a line; bytes are hex."""
    lines = (FORMS["jsonl"].begin(COLUMNS) + FORMS["jsonl"].encode(ROW)).decode().splitlines()

    assert [json.loads(line) for line in lines] == [
        {**ROW.values, "id": "00ff", "parts": [{"n": 1, "hash": "01"}]},
    ]


def test_csv_is_read_back() -> None:
    """With a line of names; what belongs to a row is JSON in its cell."""
    text = (FORMS["csv"].begin(COLUMNS) + FORMS["csv"].encode(ROW)).decode()

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

    assert next(csv.reader([FORMS["csv"].encode(row).decode()])) == [cell]
    assert json.loads(FORMS["jsonl"].encode(row)) == {"one": json.loads(cell)}


@pytest.mark.parametrize("form", FORMS)
def test_half_a_character_does_not_stop_a_row(form: str) -> None:
    """It is written as what it is."""
    assert FORMS[form].encode(ExportRow("r-1", {"command": "\udc80"})).endswith(b"\n")
