"""What is taken out of the store for other programs: rows of one kind, whole, and what became of a call."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Cell = int | float | str | bytes | None
"""A column's value."""
ExportValue: TypeAlias = "Cell | Sequence[ExportValue] | Mapping[str, ExportValue]"
"""A column's value: one, several, values by name, or any of these within each other."""


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
