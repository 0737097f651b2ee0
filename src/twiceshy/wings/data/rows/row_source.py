"""Where the rows of one kind come from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.base.values import Scope
from twiceshy.records.exports import ExportRow, RowColumn


class RowSource(NamedTuple):
    """Makes the rows of one kind."""

    columns: Callable[[Store], Sequence[RowColumn]]
    rows: Callable[[Store, Scope], Iterator[ExportRow]]
    """Yields those in scope, the oldest first."""
    collect: str
    """The call that makes such rows."""
    texts: tuple[str, ...] = ()
    """Columns with what a model would learn: two rows are near-duplicates by these. None: rows are not compared."""
    code: tuple[str, ...] = ()
    """Columns with code, where a row says whether redaction changed any."""
    labels: Mapping[str, str] = MappingProxyType({})
    """Columns that say what became of the work, each with the column that says since when that is known. The first
    is what rows are counted by."""
    of_commits: bool = False
    """Its rows are commits: their times, not those of sessions, decide where the parts of the data begin."""
    leaves: bool = False
    """Its rows are made for others to learn from: unless told otherwise names and hosts are taken out too."""
