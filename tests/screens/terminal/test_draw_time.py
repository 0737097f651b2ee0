"""screens.terminal.draw_time: where the time went, as it is read."""

from dataclasses import replace
from datetime import UTC, datetime

from twiceshy.records.session_time import TimeCause, TimeReport, TimeRow
from twiceshy.screens.terminal.draw_time import render_time, render_time_line
from twiceshy.screens.terminal.page import Page, Pen

PAGE = Page(80, Pen(on=False), datetime(2026, 11, 20, tzinfo=UTC))
NOTHING = TimeReport(total_s=0.0, sessions=0, untimed=0, causes=[], cells=[], by_session=[], parallel_s=0.0)
ROWS = [
    TimeRow(name=cause.value, seconds=90_000.0 - 7000 * place, share=0.1, inferred_s=0.0, item="x" * 99, item_s=4000.0)
    for place, cause in enumerate(TimeCause)
]


def test_nothing_stored_names_the_next_command() -> None:
    """And draws no bar and no line."""
    assert "twiceshy ingest" in render_time(NOTHING, PAGE)
    assert render_time_line([], PAGE) == ""


def test_every_cause_fits_twenty_lines_of_eighty_columns() -> None:
    """A person's absence has no bar: beside nights no other could be seen."""
    report = replace(NOTHING, total_s=600_000.0, sessions=3, untimed=2, causes=ROWS, parallel_s=60.0)
    lines = render_time(report, PAGE).split("\n")

    assert lines[0] == "Where 155.0 h of 3 sessions went, each with what took most"
    assert lines[1].startswith("  25.0 h  16 % ████████████ model: xxx")
    assert not any("█" in line and "away" in line for line in lines)
    assert any(line.startswith("7.5 h more you were away") for line in lines)
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 80


def test_the_line_tells_what_a_person_waits_for() -> None:
    """As far as it fits; reading between turns is no waiting."""
    line = render_time_line(ROWS, PAGE)

    assert line.startswith("Time   model 25.0 h · commands 23.1 h · other tools 21.1 h")
    assert "turns" not in line
    assert len(line) <= 80
    few = [TimeRow(name="model", seconds=0.5, share=0.5, inferred_s=0.0), *ROWS[:0]]
    assert render_time_line(few, PAGE) == ""


def test_what_is_inferred_is_said() -> None:
    """A person may know better than a rule."""
    rows = [TimeRow(name=TimeCause.PERMISSION.value, seconds=7200.0, share=1.0, inferred_s=5400.0)]
    found = render_time(replace(NOTHING, total_s=7200.0, sessions=1, causes=rows), PAGE)

    assert "waiting for your OK" in found
    assert "1.5 h of the waiting for your OK is inferred" in found
