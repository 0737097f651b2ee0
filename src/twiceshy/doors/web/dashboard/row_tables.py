"""Tables whose cells lead somewhere: what most pages are made of."""

from collections.abc import Sequence
from typing import NamedTuple


class LinkedCell(NamedTuple):
    """One cell."""

    text: str
    href: str = ""
    """Path of the page behind it; it is made of our own words and of ids, or quoted for an address."""


LinkedRow = Sequence[LinkedCell | str]
"""The cells of one row."""


class RowTable(NamedTuple):
    """One table of a page."""

    title: str
    columns: Sequence[str]
    rows: Sequence[LinkedRow]
    empty: str
    """What stands there without rows: why, and what to do."""
    counts: frozenset[int] = frozenset()
    """Columns of numbers, which stand at the right."""
    note: str = ""
    """What a reader must know of the numbers."""
