"""Plain text that fits."""

import io
from datetime import UTC, date, datetime

import pytest

from twiceshy.screens.terminal import formats, page
from twiceshy.screens.terminal.page import Column, Page, Pen, draw_table

PLAIN, INK = Pen(on=False), Pen(on=True)
NOW = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)
COLUMNS = (Column("file", path=True, flexible=True), Column("edits", right=True), Column("title", flexible=True))


def test_an_empty_table_is_its_heading() -> None:
    """No rows, no error."""
    assert draw_table(COLUMNS, [], Page(80, PLAIN, NOW)) == "file  edits  title"


def test_a_table_that_fits_is_left_alone() -> None:
    """Columns as wide as their widest cell, numbers right, nothing trailing."""
    rows = [("src/a.py", "7", "rotate the tokens"), ("b.py", "1,204", "")]

    assert draw_table(COLUMNS, rows, Page(80, PLAIN, NOW)).split("\n") == [
        "file      edits  title",
        "src/a.py      7  rotate the tokens",
        "b.py      1,204",
    ]


def test_a_table_that_is_too_wide_gives_way_where_it_may() -> None:
    """Paths lose their middle and texts their end, the widest first; numbers never."""
    rows = [("src/services/payments/handlers/refund.py", "1,204", "a title that goes on and on and on")]

    drawn = draw_table(COLUMNS, rows, Page(40, PLAIN, NOW)).split("\n")

    assert drawn == [
        "file             edits  title",
        "src/…/refund.py  1,204  a title that go…",
    ]


def test_a_table_never_cuts_what_may_not_give_way() -> None:
    """Too wide is better than wrong."""
    assert draw_table((Column("id"),), [("s-91c04f2a",)], Page(4, PLAIN, NOW)) == "id\ns-91c04f2a"


CUTS = [
    ("", 3, ""),
    ("abc", 3, "abc"),
    ("abcd", 3, "ab…"),
    ("日本語", 6, "日本語"),
    ("日本語", 5, "日本…"),
    ("日本語", 4, "日…"),
]


@pytest.mark.parametrize(("text", "width", "expected"), CUTS)
def test_a_cut_text_has_at_most_its_width(text: str, width: int, expected: str) -> None:
    """Wide characters count two."""
    assert formats.cut(text, width) == expected


@pytest.mark.parametrize("width", range(2, 24))
def test_a_cut_path_has_both_ends_and_its_width(width: int) -> None:
    """Whatever the width."""
    path = "src/日本/handlers/auth.py"
    drawn = formats.cut_path(path, width)

    assert formats.display_width(drawn) <= width
    assert drawn == path or "…" in drawn


def test_control_characters_are_seen_and_not_obeyed() -> None:
    """An escape sequence of a log cannot repaint a terminal, nor can marks that turn the reading direction."""
    assert formats.one_line("a\x1b[31mb\n\tc\x9bd\u202ee\x7f") == "a\\x1b[31mb c\\x9bd\\u202ee\\x7f"
    assert formats.many_lines("a\r\nb\tc\x1b]0;d\x07\r") == "a\nb\tc\\x1b]0;d\\x07\\x0d"


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "env", "no_color", "on"),
    [
        (Screen(), {}, False, True),
        (Screen(), {"NO_COLOR": ""}, False, True),
        (io.StringIO(), {}, False, False),
        (Screen(), {}, True, False),
        (Screen(), {"NO_COLOR": "1"}, False, False),
        (Screen(), {"TERM": "dumb"}, False, False),
    ],
    ids=["a terminal", "an empty NO_COLOR", "a pipe", "--no-color", "NO_COLOR", "a dumb terminal"],
)
def test_bold_is_for_terminals_that_want_it(
    stream: io.StringIO,
    env: dict[str, str],
    no_color: bool,  # a row's value
    on: bool,  # a row's value
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Never in a pipe, never against the reader's will."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in env.items():
        monkeypatch.setenv(name, value)

    pen = page.pen_for(stream, no_color=no_color)

    assert pen.bold("x") == ("\x1b[1mx\x1b[22m" if on else "x")
    assert pen.dim("x") == ("\x1b[2mx\x1b[22m" if on else "x")


@pytest.mark.parametrize(("stated", "width"), [("200", 200), ("40", 80), ("wide", 80), ("", 80)])
def test_the_width_is_at_least_eighty(stated: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``COLUMNS`` says, else the terminal's, else 80."""
    monkeypatch.setenv("COLUMNS", stated)
    monkeypatch.setattr("os.get_terminal_size", lambda _: (_ for _ in ()).throw(OSError))

    assert page.terminal_width() == width


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (9_950_000, "9.9 MB"), (893e6, "893 MB"), (3e12, "3.0 TB")],
)
def test_sizes_for_people(count: float, text: str) -> None:
    """Two or three digits and a unit."""
    assert formats.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (0.42, "0.4 s"),
        (9.9, "9.9 s"),
        (12.4, "12 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (3599.7, "1 h"),
        (7500, "2 h 5 min"),
        (273_600, "3 d 4 h"),
    ],
)
def test_times_for_people(seconds: float, text: str) -> None:
    """The two largest units."""
    assert formats.duration(seconds) == text


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (None, "unknown"),
        (datetime(2026, 11, 21, 9, 5, tzinfo=UTC), "today 9:05"),
        (datetime(2026, 11, 20, 23, 59, tzinfo=UTC), "yesterday"),
        (datetime(2026, 11, 12, tzinfo=UTC), "12 Nov"),
        (datetime(2025, 12, 1, tzinfo=UTC), "1 Dec 2025"),
    ],
)
def test_days_for_people(at: datetime | None, text: str) -> None:
    """Near days by their names, years only where they differ."""
    assert formats.short_date(at, NOW) == text


def test_numbers_and_nouns() -> None:
    """Commas, and one without an s."""
    assert (formats.number(41876), formats.plural(1, "file"), formats.plural(2000, "file")) == (
        "41,876",
        "1 file",
        "2,000 files",
    )
    assert formats.plural(0, "retry", "retries") == "0 retries"
    assert formats.day(date(2026, 11, 3)) == "3 Nov 2026"
