"""screens.terminal.draw_insight: an insight and every case of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.doors.cli.test_draw_overview import FULL, LAST, PUSHES

from twiceshy.base.values import Scrubbed
from twiceshy.records.insights import CaseLine, InsightKind, InsightStory, NextStep
from twiceshy.screens.terminal.draw_insight import render_stories, render_story
from twiceshy.screens.terminal.page import Page, Pen

PAGE = Page(80, Pen(on=False), datetime(2026, 11, 21, 16, 0, tzinfo=UTC))
CASE = CaseLine(
    at=LAST,
    session="s-0a1b2c3d",
    tool=Scrubbed("Bash"),
    about=Scrubbed("git push\norigin"),
    failure="error",
    message=Scrubbed("could not resolve host \x1b[31m"),
    text=Scrubbed("fatal:\ncould not resolve host"),
)
STORY = InsightStory(
    insight=replace(PUSHES, next_steps=(NextStep("the same again", 9, 1),)),
    whole=FULL.insights.repeated,
    cases=(CASE, CASE._replace(at=None)),
)
DRAWN = """\
i-91c04f2a · api: `git push` failed 17 times in 6 sessions with "could not
  resolve host"
17 in 6 of 60 sessions, first 31 Oct, last yesterday · 40 min (1.1 %), $6.00
(1.5 %)

then the agent did  times  worked
the same again          9       1

tell the agent: "Never retry `git push` after it failed: stop and ask." (8 of 9
  retries failed)

2 cases, newest first
yesterday s-0a1b2c3d Bash git push origin
    could not resolve host \\x1b[31m
unknown s-0a1b2c3d Bash git push origin
    could not resolve host \\x1b[31m
"""


def test_an_insight_is_told_with_every_case() -> None:
    """One line for what was called, one for what it said; control characters are visible."""
    assert render_story(STORY, PAGE, full=False).startswith(DRAWN)


def test_whole_texts_are_shown_on_request() -> None:
    """Line by line, below the case."""
    assert "    origin\n    fatal:\n    could not resolve host\n" in render_story(STORY, PAGE, full=True)


def test_no_hidden_failure_is_said_with_where_to_look() -> None:
    """Several are told one below the other."""
    assert "twiceshy report insights" in render_stories((), PAGE, full=False)
    assert render_stories((STORY, STORY), PAGE, full=False).count("i-91c04f2a") == 2


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        pytest.param(InsightKind.LONG_CONTEXT, "the summary takes 11,000 tokens", id="a summary"),
        pytest.param(InsightKind.FIXED_START, "as small as the smallest quarter", id="a start"),
        pytest.param(InsightKind.LONE_CALL, "waited for 30 seconds at first", id="lists and polls"),
        pytest.param(InsightKind.SHORT_CACHE, "writing costs 2 in place of 1.25", id="a cache"),
        pytest.param(InsightKind.LOST_CACHE, "is told by how often it comes before a loss", id="a loss"),
        pytest.param(InsightKind.WAIT_TO_LOOK, "ten minutes at most", id="a wait"),
        pytest.param(InsightKind.RECURRING_CAUSE, "from a failure to the next success", id="all else"),
    ],
)
def test_a_figure_stands_with_what_it_assumes(kind: InsightKind, words: str) -> None:
    """Each kind has its own, and none another's."""
    drawn = render_story(replace(STORY, insight=replace(PUSHES, kind=kind, most_usd=9.0)), PAGE, full=False)

    assert words in " ".join(drawn.split())
