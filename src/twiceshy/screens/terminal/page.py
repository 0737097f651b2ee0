"""Where an answer is drawn (how wide, with bold or not, on which day), and how it is printed."""

import argparse
import os
import re
import sys
import textwrap
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple, TextIO

from twiceshy.base.errors import UsageError
from twiceshy.screens.terminal.formats import cut, cut_path, display_width, one_line, pad
from twiceshy.stats.text.as_json import to_json
from twiceshy.stats.text.quoting import show_invisible

_NARROWEST = 80  # columns of the narrowest page; the terminal of old, by convention


class Pen(NamedTuple):
    """Bold and dim, or neither."""

    on: bool

    def bold(self, text: str) -> str:
        """Return the text, bold where the reader's terminal shows it."""
        return f"\x1b[1m{text}\x1b[22m" if self.on else text

    def dim(self, text: str) -> str:
        """Return the text, dim where the reader's terminal shows it."""
        return f"\x1b[2m{text}\x1b[22m" if self.on else text


class Page(NamedTuple):
    """What a drawing needs to know of its reader."""

    width: int
    """Columns."""
    pen: Pen
    now: datetime
    """In the reader's zone."""

    def bold(self, text: str) -> str:
        """Return the text, bold where the reader's terminal shows it."""
        return self.pen.bold(text)

    def dim(self, text: str) -> str:
        """Return the text, dim where the reader's terminal shows it."""
        return self.pen.dim(text)


def page_of(args: argparse.Namespace) -> Page:
    """Return the page that stdout is, now."""
    return Page(terminal_width(), pen_for(sys.stdout, no_color=args.no_color), datetime.now().astimezone())


def pen_for(stream: TextIO, *, no_color: bool) -> Pen:
    """Return a pen that writes only where it is seen: a terminal, no ``--no-color`` and no ``NO_COLOR``."""
    wanted = not no_color and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Pen(wanted and stream.isatty())


def terminal_width() -> int:
    """Return the columns to draw in: ``COLUMNS``, else the terminal's, never under 80."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isascii() and stated.isdigit():
        return max(_NARROWEST, int(stated))
    try:
        return max(_NARROWEST, os.get_terminal_size(1).columns)
    except (OSError, ValueError):
        return _NARROWEST


_PEN = re.compile("(\x1b\\[(?:1|2|22)m)")
"""What a pen writes."""


def print_text(text: str = "", *, aside: bool = False) -> None:
    """Print the text to stdout, or aside to stderr; characters that nobody sees are shown, but for a pen's own.

    What logs and file names hold is made visible where it is drawn; this is the net below, for what was forgotten.
    """
    parts = _PEN.split(text)
    shown = "".join(part if at % 2 else show_invisible(part) for at, part in enumerate(parts))
    print(shown, file=sys.stderr if aside else sys.stdout)


def print_answer(args: argparse.Namespace, verb: str, record: object, render: Callable[[Page], str]) -> int:
    """Print the answer, as JSON where that was asked for, and return exit code 0."""
    print_text(to_json(verb, record) if args.json else render(page_of(args)))
    return 0


def confirm(question: str, risk: str) -> bool:
    """Ask the person at the terminal, and return whether the answer was yes.

    Raises:
        UsageError: there is no terminal to ask at; the message has the risk and what to add.
    """
    if not sys.stdin.isatty():
        raise UsageError(f"{risk}, and there is no terminal to ask at: add --yes.")
    return ask(f"{question} [y/N] ") in {"y", "yes"}


def ask(question: str) -> str:
    """Return what the person at the terminal typed, lower case."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower()


# Sentences wrapped to the page. A word is never broken at a hyphen, so that a command in a sentence can be pasted.

_KEPT = "\0"
"""Stands for a blank at which no line ends; no text that is drawn has one."""


def keep_whole(command: str) -> str:
    """Return a command that ``wrap`` does not break, so that it can be pasted.

    >>> wrap("Next: " + keep_whole("twiceshy report --all"), 24)
    ['Next:', 'twiceshy report --all']
    """
    return command.replace(" ", _KEPT)


def wrap(text: str, width: int, *, indent: int = 0, hang: int = 0) -> list[str]:
    """Return the text's lines, each indented; all but the first by ``hang`` more.

    >>> wrap("see twiceshy report --all for more", 18, hang=2)
    ['see twiceshy', '  report --all for', '  more']
    """
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_on_hyphens=False,
    )
    return [line.replace(_KEPT, " ") for line in lines]


def fill(text: str, width: int) -> str:
    """Return the wrapped text as one string."""
    return "\n".join(wrap(text, width))


# Aligned tables that fit their page.
#
# Written by hand because importing rich costs more than all other work of a small verb.

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
