"""The kinds of rows that can be taken out of the store. A further one is a module of reads and a row here."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.archive.reads import run_export
from twiceshy.base.values import Scope
from twiceshy.records.exports import ExportRow, RowColumn


class ExportKind(NamedTuple):
    """Where the rows of one kind come from."""

    columns: Callable[[sqlite3.Connection], Sequence[RowColumn]]
    rows: Callable[[sqlite3.Connection, Scope], Iterator[ExportRow]]
    collect: str
    """The call that makes such rows."""


KINDS: dict[str, ExportKind] = {
    "runs": ExportKind(run_export.list_columns, run_export.read_rows, "twiceshy run -- COMMAND"),
}
