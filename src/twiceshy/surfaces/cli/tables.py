"""Aligned tables that fit their page.

Written by hand because importing rich costs more than all other work of a small verb.
"""

from collections.abc import Sequence
from typing import NamedTuple

from twiceshy.surfaces.cli.formats import cut, cut_path, display_width, one_line, pad
from twiceshy.surfaces.cli.page import Page

_GAP = 2  # blanks between two columns (convention)
_LEAST_WIDTH = 6  # columns that a flexible column keeps in a narrow terminal (guess, 2026-11-21: a short word fits)


class Column(NamedTuple):
    """How one column of a table is drawn."""

    title: str
    right: bool = False
    """Numbers: aligned right."""
    path: bool = False
    """Cut in the middle, as both ends of a path matter."""
    flexible: bool = False
    """Gives way when the table is too wide."""

    def draw(self, text: str, width: int) -> str:
        """Return a cell, cut and padded to the column's width."""
        return pad((cut_path if self.path else cut)(text, width), width, right=self.right)


def draw_table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], page: Page, *, empty: str | None = None
) -> str:
    """Draw aligned rows under a heading, no wider than the page as far as flexible columns can give way.

    Without rows it is ``empty``; None: the heading alone.
    """
    if not rows and empty is not None:
        return empty
    clean = [[one_line(cell) for cell in row] for row in rows]
    wide = _fit_widths(columns, clean, page.width)
    heading = [pad(cut(one.title, width), width, right=one.right) for one, width in zip(columns, wide, strict=True)]
    lines = [page.dim((" " * _GAP).join(heading).rstrip())]
    for row in clean:
        cells = [one.draw(text, width) for one, text, width in zip(columns, row, wide, strict=True)]
        lines.append((" " * _GAP).join(cells).rstrip())
    return "\n".join(lines)


def _fit_widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return each column's width; the widest flexible ones give way first."""
    wide = [
        max(display_width(column.title), *(display_width(row[at]) for row in rows), 0)
        for at, column in enumerate(columns)
    ]
    flexible = [at for at, column in enumerate(columns) if column.flexible]
    for _ in range(sum(wide) + _GAP * (len(columns) - 1) - room):
        widest = max(flexible, key=lambda at: wide[at], default=None)
        if widest is None or wide[widest] <= _LEAST_WIDTH:
            break
        wide[widest] -= 1
    return wide
