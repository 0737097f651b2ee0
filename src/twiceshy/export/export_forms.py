"""The forms in which rows can be written. A further one is a module and a row here."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from twiceshy.export import csv_table, jsonl
from twiceshy.records.exports import ExportRow, RowColumn


class ExportForm(NamedTuple):
    """How rows become bytes."""

    begin: Callable[[Sequence[RowColumn]], bytes]
    """From the columns, what stands before the first row."""
    encode: Callable[[ExportRow], bytes]


FORMS: dict[str, ExportForm] = {
    "jsonl": ExportForm(jsonl.begin, jsonl.encode),
    "csv": ExportForm(csv_table.begin, csv_table.encode),
}
