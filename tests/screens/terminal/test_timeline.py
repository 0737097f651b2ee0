"""What a timeline's line says about a call."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.records.spending import LostAgents
from twiceshy.records.views import PromptVerdict, SessionLine, Timeline
from twiceshy.screens.terminal.page import Page, Pen
from twiceshy.screens.terminal.timeline import describe_verdict, render_timeline


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ([], "corrects the work before it (87 % sure): interrupt and words"),
        (["still red", "no, the header"], "corrects the work before it (87 % sure): “still red”, “no, the header”"),
    ],
)
def test_a_correction_is_told_with_the_words_that_decided(words: list[str], shown: str) -> None:
    """Where nothing was said that decided, with the evidence."""
    found = PromptVerdict(confidence=0.87, why="interrupt-and-words", words=[Scrubbed(one) for one in words])

    assert describe_verdict(found) == shown


@pytest.mark.parametrize(
    ("outcomes", "last"),
    [({}, "0 edits"), ({"completed": "yes", "rolled_back": "unknown"}, "completed yes, rolled back unknown")],
    ids=["not judged", "judged"],
)
def test_the_heading_says_what_became_of_a_judged_session(outcomes: dict[str, str], last: str) -> None:
    """With an unknown beside a yes or no; nothing where it is not judged."""
    assert draw_heading(a_line(), outcomes)[-1].endswith(last)


def test_the_heading_says_what_it_cost_and_what_that_lacks() -> None:
    """Where it is known."""
    lost = LostAgents(counted=1, unknown=1)
    heading = draw_heading(replace(a_line(), cost_usd=1.234, cost_partial=True, lost_agents=lost), {})

    assert heading[-2].endswith("0 edits, $1.23+")
    assert heading[-1] == "+ 2 subagents whose logs are missing: 1 priced by the last message alone, 1 unknown"


def a_line() -> SessionLine:
    return SessionLine(
        uid=b"s" * 16,
        id="s-73737373",
        project="shop",
        agent="codex",
        first_at=None,
        last_at=None,
        prompts=1,
        calls=2,
        failures=0,
        edits=0,
        title=None,
        real=True,
    )


def draw_heading(line: SessionLine, outcomes: dict[str, str]) -> list[str]:
    timeline = Timeline(session=line, cwd=None, branch=None, version=None, moments=[], outcomes=outcomes)
    page = Page(100, Pen(on=False), datetime(2026, 11, 22, tzinfo=UTC))

    return render_timeline(timeline, page, everything=False, full=False).split("\n\n")[0].splitlines()
