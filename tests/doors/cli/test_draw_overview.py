"""screens.terminal.draw_overview: the ten lines as they are read, to the letter."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from twiceshy.base.values import Quoted
from twiceshy.records.figures import SessionCount
from twiceshy.records.insights import (
    Insight,
    InsightCase,
    InsightKind,
    InsightList,
    InsightTrend,
    Remedy,
    RemedyKind,
    RepeatedCost,
    WeekTrend,
)
from twiceshy.records.report import Overview
from twiceshy.records.spend import Cause, SpendPart, SpendRow, SpendSummary
from twiceshy.records.spending import LostAgents
from twiceshy.screens.terminal.draw_overview import WHAT_HOURS_ARE, CommandsBeside, render_overview
from twiceshy.screens.terminal.page import Page, Pen

NOW = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
LAST = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
WIDE = Page(140, Pen(on=False), NOW)
NARROW = Page(80, Pen(on=False), NOW)
PUSHES = Insight(
    id="i-91c04f2a",
    kind=InsightKind.RECURRING_CAUSE,
    key="k",
    project="api",
    project_identity="folder:/api",
    says='`git push` failed 17 times in 6 sessions with "could not resolve host"',
    place=Quoted("`git push`"),
    cause=Quoted('"could not resolve host"'),
    count=17,
    of=None,
    sessions=6,
    of_sessions=60,
    first_at=LAST - timedelta(days=20),
    last_at=LAST,
    cases=(InsightCase(b"\1" * 8, b"\2" * 8, LAST),) * 17,
    trend=WeekTrend(17, 2, 60, 50),
    waited_s=2400.0,
    cost_usd=6.0,
    remedies=(
        Remedy(
            kind=RemedyKind.TEXT,
            text="Never retry `git push` after it failed: stop and ask.",
            evidence="8 of 9 retries failed",
        ),
    ),
)
SPEND = SpendSummary(
    total_usd=412.0,
    parts=[
        SpendPart(name="sent again", usd=251.0, share=0.61),
        SpendPart(name="new", usd=98.0, share=0.24),
        SpendPart(name="output", usd=57.0, share=0.14),
        SpendPart(name="written again", usd=6.0, share=0.01),
    ],
    causes=[
        SpendRow(name=Cause.FIXED_START, usd=160.0, share=0.39, tokens=9, item="all", item_usd=160.0),
        SpendRow(name=Cause.READS, usd=90.0, share=0.22, tokens=9, item="src/a/long/way/to/the/app.js", item_usd=9.0),
        SpendRow(name=Cause.COMMANDS, usd=8.0, share=0.02, tokens=9, item="go test", item_usd=4.257),
        SpendRow(name=Cause.PROMPTS, usd=1.0, share=0.0, tokens=9),
    ],
    before={Cause.FIXED_START: 0.41, Cause.READS: 0.22},
    work=[],
    endings=[],
    unpriced=0,
    partial=0,
)
SUGGESTED = CommandsBeside("", {"i-91c04f2a": "1"})
FULL = Overview(
    since=LAST - timedelta(days=28),
    until=None,
    first_at=LAST - timedelta(days=29),
    last_at=LAST,
    sessions=214,
    imitations=0,
    projects=[SessionCount(name, 9) for name in ("web-shop", "api", "infra", "docs")],
    insights=InsightList(
        insights=(PUSHES, *(replace(PUSHES, id="i-04c1aa70", waited_s=0.0, cost_usd=None, remedies=()),) * 3),
        sessions=214,
        repeated=RepeatedCost(waited_s=18720.0, cost_usd=31.0, agent_s=219600.0, total_usd=412.0),
        repeated_before=RepeatedCost(waited_s=100.0, cost_usd=3.0, agent_s=1000.0, total_usd=388.0),
        trends=(
            InsightTrend(
                insight="i-91c04f2a",
                project="api",
                place=Quoted("`git push`"),
                kind=InsightKind.RECURRING_CAUSE,
                now=17,
                before=2,
                now_sessions=60,
                before_sessions=50,
                better=False,
                p=0.001,
            ),
        ),
    ),
    spend=SPEND,
)


def test_nothing_worth_a_line_is_said_with_what_would_tell_more() -> None:
    """Without an insight there is no word on what the hours are."""
    none = replace(FULL, sessions=3, insights=replace(FULL.insights, insights=(), trends=()))
    drawn = render_overview(none, CommandsBeside(), NARROW)

    assert "No advice yet" in drawn
    assert "Some dozens of sessions" in " ".join(drawn.split())
    assert "approve" not in drawn


@pytest.mark.parametrize("page", [NARROW, WIDE], ids=lambda page: str(page.width))
def test_the_ten_lines_read_as_they_should(page: Page, snapshot: Callable[[str, str], None]) -> None:
    """Where, what, how often; what it cost with its share; what to do, and the command that shows every case."""
    snapshot(f"overview-{page.width}", render_overview(FULL, SUGGESTED, page))


def test_the_account_stands_before_everything_else() -> None:
    """What was paid for, then the dearest causes with their shares before, and what is dearest in each."""
    lines = render_overview(FULL, CommandsBeside(), WIDE).split("\n")
    money = next(number for number, line in enumerate(lines) if line.startswith("Money"))

    assert lines[money].endswith("what it wrote $57 (14 %) · sent again at full price $6.00 (1 %)")
    most = " ".join(" ".join(lines[money + 1 : money + 3]).split())
    assert most == (
        "Most its fixed start $160 (39 %; 4 weeks before: 41 %) · files read $90 (22 %), of it "
        "src/a/long/way/to/the/app.js $9.00 · output of commands $8.00 (2 %; 4 weeks before: 0 %), of it go test $4.26"
    )
    assert "Of that, mistakes made again" in lines[money + 3]


def test_a_first_day_is_told_where_its_money_went() -> None:
    """With no mistake, no time before and no advice the account stands; without a price nothing is made up."""
    calm = replace(FULL.insights.repeated, waited_s=0.0)
    found = replace(FULL, insights=InsightList(insights=(), sessions=1, repeated=calm, repeated_before=None))
    drawn = render_overview(replace(found, spend=replace(SPEND, before=None)), CommandsBeside(), NARROW)

    assert "Money  context sent again" in drawn
    assert "before" not in drawn
    assert "lost to repeated mistakes" not in drawn
    assert "Money" not in render_overview(replace(found, spend=replace(SPEND, total_usd=0.0)), CommandsBeside(), NARROW)
    assert "lost to repeated mistakes" in render_overview(replace(found, spend=None), CommandsBeside(), NARROW)


def test_the_head_says_what_its_total_lacks() -> None:
    """Subagents whose logs are missing make it a lower bound."""
    repeated = replace(FULL.insights.repeated, lost_agents=LostAgents(counted=4, unknown=3))
    found = replace(FULL, insights=replace(FULL.insights, repeated=repeated))
    head = " ".join(render_overview(found, CommandsBeside(), NARROW).split())

    assert "$412.00+ (4 weeks before: $388.00) · logs of 7 subagents missing" in head
    assert "missing" not in render_overview(FULL, CommandsBeside(), NARROW)


def test_what_the_hours_are_is_said_once() -> None:
    """Costs say of what they are, and whether a person's time is in them."""
    assert " ".join(render_overview(FULL, CommandsBeside(), NARROW).split()).count(WHAT_HOURS_ARE) == 1


def test_a_narrow_page_wraps_and_cuts_nothing() -> None:
    """Every word of the wide page is there."""
    narrow = render_overview(FULL, CommandsBeside(), NARROW)

    assert max(len(line) for line in narrow.split("\n")) <= 80
    assert "twiceshy show i-91c04f2a" in narrow, "a command stands on one line, to be pasted"
    assert narrow.split() == render_overview(FULL, CommandsBeside(), WIDE).split()


def test_commands_repeat_the_filters() -> None:
    """So that they show the cases that were counted."""
    drawn = render_overview(FULL, CommandsBeside(" --project api", {"i-91c04f2a": "i-91c04f2a"}), WIDE)

    assert "twiceshy suggest i-91c04f2a --project api" in drawn
    assert drawn.count("twiceshy suggest") == 1, "the others have no remedy"
    assert "twiceshy show i-91c04f2a --project api" in drawn
    assert "twiceshy report --all --project api" in drawn


def test_a_cost_without_prices_is_time_alone() -> None:
    """And nothing is said of the time before where nothing was recorded then."""
    unpriced = replace(
        FULL,
        spend=None,
        insights=replace(
            FULL.insights,
            repeated=RepeatedCost(waited_s=18720.0, cost_usd=None, agent_s=219600.0, total_usd=None),
            repeated_before=None,
        ),
    )
    lines = render_overview(unpriced, CommandsBeside(), WIDE).split("\n")

    assert lines[0].endswith("61.0 h of agent time")
    assert lines[1] == "Of that, mistakes made again: 5.2 h (8.5 % of the time)"
