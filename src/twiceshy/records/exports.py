"""What is taken out of the store for other programs: rows of one kind, whole, and what became of a call."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Cell = int | float | str | bytes | None
"""A column's value."""
ExportValue: TypeAlias = "Cell | Sequence[ExportValue] | Mapping[str, ExportValue]"
"""A column's value: one, several, values by name, or any of these within each other."""


class ColumnType(StrEnum):
    """What a column holds, for forms that have types. Each may be None, which is: not known."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    BOOLEAN = "boolean"
    TIME = "time"
    """ISO 8601 text with its offset."""
    BYTES = "bytes"
    TEXTS = "texts"
    """Several texts."""
    MESSAGES = "messages"
    """Several messages of a dialogue: ``role`` and ``content``, as models are trained on."""
    JSON = "json"
    """Anything nested; where a form has no such thing, its JSON."""


class RowColumn(NamedTuple):
    """One column of a kind of rows."""

    name: str
    type: ColumnType


def list_columns(**types: ColumnType) -> tuple[RowColumn, ...]:
    """Return the columns by name, in the order in which they stand."""
    return tuple(RowColumn(name, one) for name, one in types.items())


class RowOrigin(NamedTuple):
    """Where a row comes from: what splits, filters and exclusions go by. It is not written."""

    project: str
    """The project's identity; empty where it is not known."""
    session: bytes | None = None
    at: datetime | None = None
    """When what it tells began."""
    others: tuple[str, ...] = ()
    """Further projects that it tells of: what is excluded of any of them leaves the row out."""


class ExportRow(NamedTuple):
    """One row, by column in the order of the table."""

    id: str
    """By which `twiceshy show` finds it."""
    values: dict[str, ExportValue]
    origin: RowOrigin = RowOrigin("")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSummary:
    """What an export wrote."""

    kind: str
    form: str
    path: str | None
    """None: standard output."""
    rows: int
    bytes: int
    replaced: dict[str, int]
    """Secrets that the audit replaced, by kind; the store has them still."""
    sha256: str
    """Of what was written, of a folder of its list of checksums: the same store and call give the same."""
    level: str
    """Of the redaction that the audit held the rows to."""
    files: int = 1
    kinds: dict[str, int] = field(default_factory=dict)
    """Rows by kind."""
    splits: dict[str, int] = field(default_factory=dict)
    """Rows by split; empty where they are not split."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Rows that were not written, by why."""
    cut_cells: int = 0
    """Cells that an option of the call cut."""
    too_few: str = ""
    """Why these pairs of texts are too few to train on; empty where they are not, or are no pairs."""
    without_diff: int = 0
    """Commits whose diff was asked for, and which no repository on this machine has."""
