"""Values as people read them: numbers, shares with intervals, durations, dates, sizes, cut texts, plurals.

One set for every verb, so that a share or a day looks the same everywhere. What is shown comes from logs that anyone
may have written, so control characters, and those without width or that turn the order of letters, are made visible:
an escape sequence in a logged command must not repaint the reader's terminal, nor a file's name look like another's.
"""

import math
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from twiceshy.stats.text.quoting import show_invisible

if TYPE_CHECKING:
    from twiceshy.records.figures import Rate

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # in any locale
_BREAKS = {0x09: " ", 0x0A: " ", 0x0D: " ", 0x2028: " ", 0x2029: " "}


def one_line(text: str) -> str:
    """Return the text on one line: white space is single blanks, other control characters are visible."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(show_invisible(text.translate(_BREAKS)).split())


def many_lines(text: str) -> str:
    """Return the text with its own lines; other control characters are visible."""
    return show_invisible(text.replace("\r\n", "\n"))


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


def number(count: int) -> str:
    """Return the number with commas: ``41,876``."""
    return f"{count:,}"


def plural(count: int, noun: str, many: str = "") -> str:
    """Return the number with its noun: ``1 file``, ``2,000 files``."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def amount(count: float) -> str:
    """Return a large number in three digits.

    >>> amount(999), amount(71_204), amount(2_155_709), amount(715_744_662)
    ('999', '71k', '2.2M', '716M')
    """
    for unit in ("", "k", "M", "G"):
        if count < 999.5:
            return f"{count:.1f}{unit}" if unit and count < 9.95 else f"{count:.0f}{unit}"
        count /= 1000
    return f"{count:.0f}T"


def decimal(value: float | None, digits: int = 2, *, unknown: str = "") -> str:
    """Return the number with so many decimals; ``unknown`` where there is none.

    >>> decimal(0.714), decimal(None, unknown="unknown"), decimal(float("nan"))
    ('0.71', 'unknown', '')
    """
    return unknown if value is None or math.isnan(value) else f"{value:.{digits}f}"


def signed(value: float, digits: int = 0) -> str:
    """Return a difference with its sign: ``+12``, ``-0.25``; empty where it is not known."""
    return f"{value:+.{digits}f}" if math.isfinite(value) else ""


def signed_range(low: float, high: float, digits: int = 0) -> str:
    """Return the interval of a difference: ``-3 to +12``; empty where an end is not known."""
    return f"{signed(low, digits)} to {signed(high, digits)}" if math.isfinite(low) and math.isfinite(high) else ""


def percent(share: float | None, digits: int = 0) -> str:
    """Return a share in percent, without decimals from 99.5 % up; empty for None.

    >>> percent(0.1471, 1), percent(0.5), percent(0.999, 1)
    ('14.7 %', '50 %', '100 %')
    """
    return "" if share is None else f"{100 * share:.{0 if share >= 0.995 else digits}f} %"


def rate(found: "Rate", digits: int = 1) -> str:
    """Return a rate in percent; empty where there is nothing to take it of."""
    return percent(found.share, digits) if found.n else ""


def interval(found: "Rate", digits: int = 1) -> str:
    """Return the interval of a rate, in percent without the sign; empty where there is none."""
    return f"{100 * found.low:.{digits}f}-{100 * found.high:.{digits}f}" if found.n else ""


def size(count: float) -> str:
    """Return bytes for people: ``512 B``, ``893 MB``. A thousand to the next unit."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 10 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def duration(seconds: float) -> str:
    """Return time for people: ``0.4 s``, ``12 s``, ``3 min 20 s``, ``2 h 5 min``, ``3 d 4 h``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    whole = round(seconds)
    for large, unit, small, rest in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= large:
            left = whole % large // small
            return f"{whole // large} {unit}" + (f" {left} {rest}" if left else "")
    return f"{whole} s"


def rough_duration(seconds: float) -> str:
    """Return time in one unit, as estimates have no seconds.

    >>> rough_duration(45), rough_duration(2502), rough_duration(8584)
    ('45 s', '42 min', '2.4 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def day(on: date) -> str:
    """Return a day for people: ``3 Nov 2026``."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def month(name: str) -> str:
    """Return the short name of a month that is written ``2026-11``."""
    return MONTHS[int(name[5:7]) - 1]


def short_date(at: datetime | None, now: datetime, *, clock: bool = True) -> str:
    """Return a day in ``now``'s zone: ``today 14:02``, ``yesterday``, ``12 Nov``, ``12 Nov 2025``, ``unknown``.

    Without ``clock`` today is ``today``.
    """
    if at is None:
        return "unknown"
    local = at.astimezone(now.tzinfo)
    if local.date() == now.date():
        return f"today {local.hour}:{local.minute:02}" if clock else "today"
    if local.date() == (now - timedelta(days=1)).date():
        return "yesterday"
    return f"{local.day} {MONTHS[local.month - 1]}" + ("" if local.year == now.year else f" {local.year}")
