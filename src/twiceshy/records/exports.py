"""What is taken out of the store for other programs: rows of one kind, whole, and what became of a call."""

from dataclasses import dataclass
from typing import NamedTuple

Cell = int | float | str | bytes | None
"""A column's value."""
ExportValue = Cell | list[str] | list[dict[str, Cell]]
"""A column's value: one, some texts, or the rows of another table that belong to this one."""


class ExportRow(NamedTuple):
    """One row, by column in the order of the table."""

    id: str
    """By which `twiceshy show` finds it."""
    values: dict[str, ExportValue]


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
    """Of what was written: the same store and call give the same."""
