"""Aligned tables that fit their page.

Written by hand because importing rich costs more than all other work of a small verb.
"""

from collections.abc import Sequence
from typing import NamedTuple

from twiceshy.screens.terminal.formats import cut, cut_path, display_width, one_line, pad
from twiceshy.screens.terminal.page import Page

_GAP = 2  # blanks between two columns (convention)
_LEAST_WIDTH = 6  # columns that a flexible column keeps in a narrow terminal (guess, 2026-11-21: a short word fits)
_READABLE = 24  # columns below which a cut text says too little (guess, 2026-11-22: four words)


class Column(NamedTuple):
    """How one column of a table is drawn."""

    title: str
    right: bool = False
    """Numbers: aligned right."""
    path: bool = False
    """Cut in the middle, as both ends of a path matter."""
    flexible: bool = False
    """Gives way when the table is too wide."""
    rank: int = 0
    """From 1: left out where flexible columns would not be readable beside it, the highest first. 0: never."""

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
    columns, clean = _drop_columns(columns, [[one_line(cell) for cell in row] for row in rows], page.width)
    wide = _fit_widths(columns, clean, page.width)
    heading = [pad(cut(one.title, width), width, right=one.right) for one, width in zip(columns, wide, strict=True)]
    lines = [page.dim((" " * _GAP).join(heading).rstrip())]
    for row in clean:
        cells = [one.draw(text, width) for one, text, width in zip(columns, row, wide, strict=True)]
        lines.append((" " * _GAP).join(cells).rstrip())
    return "\n".join(lines)


def _drop_columns(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int
) -> tuple[Sequence[Column], Sequence[Sequence[str]]]:
    """Return the columns, and their cells, that leave flexible ones readable; the least important ones are dropped."""
    wide = _measure(columns, rows)
    needs = [min(width, _READABLE) if one.flexible else width for one, width in zip(columns, wide, strict=True)]
    kept = list(range(len(columns)))
    for at in sorted(kept, key=lambda at: -columns[at].rank):
        if not columns[at].rank or sum(needs[one] + _GAP for one in kept) - _GAP <= room:
            break
        kept.remove(at)
    return [columns[at] for at in kept], [[row[at] for at in kept] for row in rows]


def _measure(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the width that each column would like to have."""
    return [
        max(display_width(column.title), *(display_width(row[at]) for row in rows), 0)
        for at, column in enumerate(columns)
    ]


def _fit_widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return each column's width; the widest flexible ones give way first."""
    wide = _measure(columns, rows)
    flexible = [at for at, column in enumerate(columns) if column.flexible]
    for _ in range(sum(wide) + _GAP * (len(columns) - 1) - room):
        widest = max(flexible, key=lambda at: wide[at], default=None)
        if widest is None or wide[widest] <= _LEAST_WIDTH:
            break
        wide[widest] -= 1
    return wide
