"""Where the rows of one kind come from."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.records.exports import ExportRow, RowColumn
from twiceshy.records.values import Scope
from twiceshy.store.db import Store


class RowSource(NamedTuple):
    """Makes the rows of one kind."""

    columns: Callable[[Store], Sequence[RowColumn]]
    rows: Callable[[Store, Scope], Iterator[ExportRow]]
    """Yields those in scope, the oldest first."""
    collect: str
    """The call that makes such rows."""
