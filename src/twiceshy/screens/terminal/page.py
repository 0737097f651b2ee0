"""Where an answer is drawn (how wide, with bold or not, on which day), and how it is printed."""

import argparse
import os
import re
import sys
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, TextIO

from twiceshy.base.errors import UsageError
from twiceshy.stats.text.as_json import to_json
from twiceshy.stats.text.invisible_characters import show_invisible

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
