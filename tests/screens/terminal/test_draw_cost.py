"""screens.terminal.draw_cost: what was spent, as it is read."""

import doctest
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from twiceshy.doors.cli.commands.report import COST_GROUPS
from twiceshy.doors.cli.main import main
from twiceshy.records.spending import (
    BlockFigure,
    CostGroup,
    CostReport,
    CostRow,
    LostAgents,
    NextRequest,
    SpendingNow,
    TokenCounts,
    UnpricedModel,
)
from twiceshy.screens.terminal import draw_cost
from twiceshy.screens.terminal.draw_cost import (
    ClientStatus,
    list_lost,
    parse_client_status,
    render_cost,
    render_status_line,
)
from twiceshy.screens.terminal.page import Page, Pen

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
PAGE = Page(80, Pen(on=False), NOW)
EMPTY = CostRow(name="total", models=[], messages=0, sessions=0, tokens=TokenCounts(), dollars=0.0)
ROW = CostRow(
    name="2026-11-20",
    title="fix the cart",
    begin=NOW - timedelta(hours=2),
    last=NOW,
    models=["claude-opus-4-6", "gpt-5.5"],
    messages=30,
    sessions=2,
    tokens=TokenCounts(12_000, 34_567, 890_000, 12_345_678),
    dollars=12.345,
)
REPORT = CostReport(
    by=CostGroup.DAY,
    rows=[ROW],
    total=replace(ROW, name="total"),
    unpriced=[],
    uncounted=0,
    prices="LiteLLM 1.2.3, 2026-11-22",
)


def test_doctests_hold() -> None:
    """What the docstrings show."""
    assert doctest.testmod(draw_cost).failed == 0


def test_the_verb_offers_every_grouping() -> None:
    """By the name that the flow knows."""
    assert tuple(CostGroup) == COST_GROUPS


def test_nothing_spent_says_what_to_do() -> None:
    """Without a table."""
    assert render_cost(replace(REPORT, rows=[], total=EMPTY), PAGE).startswith("No token counts are stored here.")


def test_days() -> None:
    """In 80 columns, tokens in three digits."""
    assert render_cost(REPORT, PAGE).splitlines() == [
        "date         models                 input  output  written  read  tokens    cost",
        "20 Nov 2026  claude-opus-4-6, gpt…    12k     35k     890k   12M     13M  $12.35",
        "total                                 12k     35k     890k   12M     13M  $12.35",
        "list prices: LiteLLM 1.2.3, 2026-11-22",
    ]


def test_a_wide_page_has_every_digit() -> None:
    """As ccusage has."""
    lines = render_cost(REPORT, Page(140, Pen(on=False), NOW)).splitlines()

    assert " ".join(lines[0].split()) == "date models input output cache write cache read tokens cost"
    assert lines[1].endswith("12,000  34,567      890,000  12,345,678  13,282,245  $12.35")


@pytest.mark.parametrize("by", CostGroup)
def test_every_grouping_fits_the_page(by: CostGroup) -> None:
    """Whatever a model or a project is called."""
    names = {
        CostGroup.BLOCK: "2026-11-20T14:00Z",
        CostGroup.PROJECT: "a-name-\x1b[31m" * 20,
        CostGroup.MODEL: "a-model-\x1b[31m" * 20,
    }
    row = replace(ROW, name=names.get(by, "2026-11-20"), title="t" * 300, models=["m" * 300])
    text = render_cost(replace(REPORT, by=by, rows=[row], total=replace(row, name="total")), PAGE)

    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text


def test_what_is_left_out_is_said() -> None:
    """Models without a price by name, sessions without counts by number; the cost is marked."""
    unpriced = [UnpricedModel(f"model-{number}", 1_000_000 - number) for number in range(5)]
    total = replace(ROW, name="total", unpriced=5_000_000, partial=12)
    text = render_cost(replace(REPORT, total=total, unpriced=unpriced, uncounted=3), Page(140, Pen(on=False), NOW))

    named = ", ".join(f"model-{number} (1.0M tokens)" for number in range(3))

    assert text.splitlines()[2].endswith("$12.35+")
    assert text.splitlines()[3:6] == [
        f"without a known price: {named} and 2 more; set your own: cost.prices",
        "+ means: at least this much; the log has only a part of the tokens of 12 of 30 messages",
        "3 sessions without token counts: what they cost is not in here",
    ]


def test_a_row_without_any_price_is_unknown() -> None:
    """Nothing is said to be free."""
    row = replace(ROW, dollars=0.0, unpriced=ROW.tokens.total)

    assert render_cost(replace(REPORT, rows=[row]), PAGE).splitlines()[1].endswith("unknown")


def test_the_block_that_goes_on_is_described() -> None:
    """What is left of it, and where it leads; without a speed only what is left."""
    block = BlockFigure(
        row=replace(ROW, name="2026-11-20T14:00Z"),
        begin=NOW - timedelta(hours=2),
        end=NOW + timedelta(hours=3),
        quiet_s=0,
        active=True,
        left_s=10_800,
        dollars_per_hour=6.2,
        projected_dollars=30.9,
    )
    report = replace(REPORT, by=CostGroup.BLOCK, rows=[block.row], blocks=[block])
    lines = render_cost(report, PAGE).splitlines()

    assert lines[1].startswith("20 Nov 2026 14:00  ")
    assert lines[3] == "this block: $12.35, 3.0 h left, $6.20 an hour, $30.90 at its end if so"
    assert draw_cost.describe_block(replace(block, dollars_per_hour=None)) == "this block: $12.35, 3.0 h left"


def test_subagents_whose_logs_are_missing_are_counted() -> None:
    """Apart from the messages of which the log has a part; where nothing else is known, the cost is not."""
    lost = LostAgents(counted=1)
    total = replace(ROW, name="total", partial=3, lost=lost)
    text = render_cost(replace(REPORT, total=total), Page(140, Pen(on=False), NOW))

    assert text.splitlines()[2].endswith("$12.35+")
    assert text.splitlines()[3:5] == [
        "+ means: at least this much; the log has only a part of the tokens of 2 of 29 messages",
        "+ 1 subagent whose log is missing: 1 priced by the last message alone",
    ]
    assert list_lost(LostAgents(unknown=2)) == ["+ 2 subagents whose logs are missing: 2 unknown"]
    only = replace(EMPTY, name="2026-11-20", partial=1, lost=LostAgents(unknown=1))
    assert render_cost(replace(REPORT, rows=[only]), PAGE).splitlines()[1].endswith("unknown")


# screens.terminal.status_line: one line, whatever the client hands over.

TEST_STATUS_LINE_NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
TEST_STATUS_LINE_PAGE = Page(80, Pen(on=False), TEST_STATUS_LINE_NOW)
NOBODY = ClientStatus(None, None)
TEST_STATUS_LINE_ROW = CostRow(name="", models=["m"], messages=2, sessions=1, tokens=TokenCounts(1), dollars=6.2)
BLOCK = BlockFigure(
    row=TEST_STATUS_LINE_ROW,
    begin=TEST_STATUS_LINE_NOW - timedelta(hours=2),
    end=TEST_STATUS_LINE_NOW + timedelta(hours=3),
    quiet_s=0,
    active=True,
    left_s=10_800,
    dollars_per_hour=3.1,
)
SPENT_AT = TEST_STATUS_LINE_NOW - timedelta(minutes=2)
SPENT = SpendingNow(today=12.4, partial=False, block=BLOCK, session=1.25, last=SPENT_AT)
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
        "the cache is warm",
        replace(SPENT, block=None, session=None, next=NextRequest(90_000, 0.05, 0.9, SPENT_AT + timedelta(minutes=44))),
        NOBODY,
        "today $12.40 · next request $0.05, in 42 min $0.90 · as of 15:58",
    ),
    (
        "the cache is cold",
        replace(SPENT, block=None, session=None, next=NextRequest(90_000, 0.05, 0.9, SPENT_AT), budget=40.0),
        NOBODY,
        "today $12.40 of $40.00 · next request $0.90, its cache is cold · as of 15:58",
    ),
    (
        "nothing read",
        replace(SPENT, last=None, session=None),
        ClientStatus("one", 0.5),
        "today: no log read yet · session $0.50",
    ),
]
NOTHING = ["", "{", "[]", "1", "[" * 5000, '{"session_id": 7}', '{"cost": 7}', '{"cost": {"total_cost_usd": "1"}}']


def test_doctests_hold_of_status_line() -> None:
    """What the docstrings show."""
    assert doctest.testmod(draw_cost).failed == 0


@pytest.mark.parametrize(("spent", "client", "line"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
def test_the_line(spent: SpendingNow, client: ClientStatus, line: str) -> None:
    """As it is drawn."""
    assert render_status_line(spent, client, TEST_STATUS_LINE_PAGE) == line


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
