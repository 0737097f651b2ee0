"""screens.terminal.status_line: one line, whatever the client hands over."""

import doctest
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from twiceshy.doors.cli.main import main
from twiceshy.records.costs import BlockFigure, CostRow, SpendingNow
from twiceshy.records.spending import TokenCounts
from twiceshy.screens.terminal import status_line
from twiceshy.screens.terminal.page import Page, Pen
from twiceshy.screens.terminal.status_line import ClientStatus, parse_client_status, render_status_line

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
PAGE = Page(80, Pen(on=False), NOW)
NOBODY = ClientStatus(None, None)
ROW = CostRow(name="", models=["m"], messages=2, sessions=1, tokens=TokenCounts(1), dollars=6.2)
BLOCK = BlockFigure(
    row=ROW,
    begin=NOW - timedelta(hours=2),
    end=NOW + timedelta(hours=3),
    quiet_s=0,
    active=True,
    left_s=10_800,
    dollars_per_hour=3.1,
)
SPENT = SpendingNow(today=12.4, partial=False, block=BLOCK, session=1.25, last=NOW - timedelta(minutes=2))
LINES = [
    ("all", SPENT, NOBODY, "today $12.40 · session $1.25 · block $6.20, 3.0 h left, $3.10 an hour · as of 15:58"),
    ("no block", replace(SPENT, block=None), NOBODY, "today $12.40 · session $1.25 · as of 15:58"),
    ("a lower bound", replace(SPENT, block=None, partial=True), NOBODY, "today $12.40+ · session $1.25 · as of 15:58"),
    (
        "the client knows better",
        replace(SPENT, block=None),
        ClientStatus("one", 2.5),
        "today $12.40 · session $2.50 · as of 15:58",
    ),
    (
        "one message has no speed",
        replace(SPENT, session=None, block=replace(BLOCK, dollars_per_hour=None)),
        NOBODY,
        "today $12.40 · block $6.20, 3.0 h left · as of 15:58",
    ),
    (
        "nothing read",
        replace(SPENT, last=None, session=None),
        ClientStatus("one", 0.5),
        "today: no log read yet · session $0.50",
    ),
]
NOTHING = ["", "{", "[]", "1", "[" * 5000, '{"session_id": 7}', '{"cost": 7}', '{"cost": {"total_cost_usd": "1"}}']


def test_doctests_hold() -> None:
    """What the docstrings show."""
    assert doctest.testmod(status_line).failed == 0


@pytest.mark.parametrize(("spent", "client", "line"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
def test_the_line(spent: SpendingNow, client: ClientStatus, line: str) -> None:
    """As it is drawn."""
    assert render_status_line(spent, client, PAGE) == line


@pytest.mark.parametrize(
    "text", [*NOTHING, '{"cost": {"total_cost_usd": 1e999}}', '{"cost": {"total_cost_usd": true}}']
)
def test_what_is_no_status_says_nothing(text: str) -> None:
    """And ends nothing."""
    assert parse_client_status(text) == NOBODY


def test_the_verb_prints_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nothing was ever stored: a status line must not fail."""
    monkeypatch.setattr("sys.stdin", io.StringIO('{"session_id": "one", "cost": {"total_cost_usd": 0.5}}'))

    assert main(["report", "cost", "--statusline"]) == 0
    assert capsys.readouterr().out == "today: no log read yet · session $0.50\n"
