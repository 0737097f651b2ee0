"""Plain text that fits: aligned tables, cut texts, numbers, times, and bold or dim where a terminal shows it.

What is drawn comes from logs that anyone may have written, so control characters are made visible: an escape sequence
in a logged command must not repaint the reader's terminal. Written by hand because importing rich costs more than all
other work of a small verb.
"""

import os
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, TextIO

_NARROWEST = 80
_GAP = 2
_LEAST_WIDTH = 6
"""Columns that a flexible column keeps however narrow the terminal is (guess: a short word still reads)."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # in any locale
_VISIBLE = {code: f"\\x{code:02x}" for code in (*range(32), *range(0x7F, 0xA0))} | {
    code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
_ONE_LINE = {**_VISIBLE, 0x09: " ", 0x0A: " ", 0x0D: " "}
_MANY_LINES = {code: seen for code, seen in _VISIBLE.items() if code not in {0x09, 0x0A}}


class Column(NamedTuple):
    """How one column of a table is drawn."""

    title: str
    right: bool = False
    """Numbers: aligned right."""
    path: bool = False
    """Cut in the middle, as both ends of a path tell something."""
    flexible: bool = False
    """Gives way when the table is too wide."""


class Pen(NamedTuple):
    """Bold and dim, or neither."""

    on: bool

    def bold(self, text: str) -> str:
        """Return the text, bold where the reader's terminal shows it."""
        return f"\x1b[1m{text}\x1b[22m" if self.on else text

    def dim(self, text: str) -> str:
        """Return the text, dim where the reader's terminal shows it."""
        return f"\x1b[2m{text}\x1b[22m" if self.on else text


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


def one_line(text: str) -> str:
    """Return the text on one line: white space is single blanks, other control characters are visible."""
    return " ".join(text.translate(_ONE_LINE).split())


def many_lines(text: str) -> str:
    """Return the text with its own lines; other control characters are visible."""
    return text.replace("\r\n", "\n").translate(_MANY_LINES)


def display_width(text: str) -> int:
    """Return the columns that the text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    import unicodedata  # noqa: PLC0415  # most tables are ASCII

    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def cut(text: str, width: int) -> str:
    """Return the text, with ``…`` for its end where it is too wide.

    >>> cut("retrying the same edit", 12)
    'retrying th…'
    """
    if display_width(text) <= width:
        return text
    kept = text[: max(width - 1, 0)]
    while kept and display_width(kept) > width - 1:
        kept = kept[:-1]
    return kept + "…"


def cut_path(text: str, width: int) -> str:
    """Return the path, with ``…`` for its middle where it is too wide; the end keeps the larger part.

    >>> cut_path("src/api/v2/handlers/auth.py", 16)
    'src/a…rs/auth.py'
    """
    if display_width(text) <= width:
        return text
    head = (width - 1) // 3
    tail = text[-max(width - 1 - head, 1) :]
    while tail and display_width(tail) > width - 1 - head:
        tail = tail[1:]
    return cut(text, head + 1) + tail


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Return the text filled with blanks up to a width."""
    blanks = " " * (width - display_width(text))
    return blanks + text if right else text + blanks


def draw_table(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int, pen: Pen) -> str:
    """Draw aligned rows under a heading, at most ``width`` wide as far as flexible columns can give way."""
    clean = [[one_line(cell) for cell in row] for row in rows]
    wide = [
        max(display_width(column.title), *(display_width(row[at]) for row in clean))
        if clean
        else display_width(column.title)
        for at, column in enumerate(columns)
    ]
    excess = sum(wide) + _GAP * (len(columns) - 1) - width
    while excess > 0:
        able = [at for at, column in enumerate(columns) if column.flexible and wide[at] > _LEAST_WIDTH]
        if not able:
            break
        widest = max(able, key=lambda at: wide[at])
        wide[widest] -= 1
        excess -= 1
    heading = [pad(cut(column.title, wide[at]), wide[at], right=column.right) for at, column in enumerate(columns)]
    lines = [pen.dim((" " * _GAP).join(heading).rstrip())]
    for row in clean:
        drawn = []
        for at, column in enumerate(columns):
            shorter = (cut_path if column.path else cut)(row[at], wide[at])
            drawn.append(pad(shorter, wide[at], right=column.right))
        lines.append((" " * _GAP).join(drawn).rstrip())
    return "\n".join(lines)


def number(count: int) -> str:
    """Return the number with commas: ``41,876``."""
    return f"{count:,}"


def plural(count: int, noun: str, many: str = "") -> str:
    """Return the number with its noun: ``1 file``, ``2,000 files``."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def size(count: float) -> str:
    """Return bytes for people: ``512 B``, ``893 MB``. A thousand to the next unit."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 10 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def duration(seconds: float) -> str:
    """Return time for people: ``.4 s``, ``12 s``, ``3 min 20 s``, ``2 h 5 min``, ``3 d 4 h``."""
    if seconds < 10:
        return f"{seconds:.1f}".removeprefix("0") + " s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    whole = round(seconds)
    for large, unit, small, rest in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= large:
            left = whole % large // small
            return f"{whole // large} {unit}" + (f" {left} {rest}" if left else "")
    return f"{whole} s"


def day(on: date) -> str:
    """Return a day for people: ``3 Nov 2026``."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def short_date(at: datetime | None, now: datetime) -> str:
    """Return a day in ``now``'s zone: ``today 14:02``, ``yesterday``, ``12 Nov``, ``12 Nov 2025``; None: ``?``."""
    if at is None:
        return "?"
    local = at.astimezone(now.tzinfo)
    if local.date() == now.date():
        return f"today {local.hour}:{local.minute:02}"
    if local.date() == (now - timedelta(days=1)).date():
        return "yesterday"
    return f"{local.day} {MONTHS[local.month - 1]}" + ("" if local.year == now.year else f" {local.year}")
