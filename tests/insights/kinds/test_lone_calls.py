"""insights.kinds.lone_calls: to-do lists and polls that had a request of their own."""

from dataclasses import replace

import pytest
from tests.insights.kinds.histories import history, prompt, run, session, spend_nothing

from twiceshy.insights.kinds.find_insights import build_insight
from twiceshy.insights.kinds.lone_calls import find_lone_calls
from twiceshy.insights.kinds.project_history import ProjectHistory
from twiceshy.records.insights import InsightKind, RemedyKind
from twiceshy.records.spend import Amount, Cause, LoneCalls, LoneKind, Mechanism, SessionSpend, SpendKey

CELLS = {SpendKey(Cause.READS, "a", Mechanism.READ): Amount(40 * 10**12, 9)}


def make(*lone: LoneCalls, agent: str = "codex", sessions: int = 2) -> ProjectHistory:
    """Sessions of a prompt and a plan that cost $40 each, with these lone calls."""
    plan = run()._replace(action="plan", tool="update_plan")
    some = [session(prompt(), plan, day=day)._replace(agent=agent) for day in range(sessions)]
    spend = SessionSpend(cells=CELLS, lone_calls=lone, used=True, unpriced=0, partial=0)
    return replace(history(*some), spends={one.session: spend for one in some})


def polls(needless: int = 30, usd: float = 2.0) -> LoneCalls:
    return LoneCalls(LoneKind.POLL, 0, 40, needless, usd, 4.0)


def test_lists_alone_are_told_with_the_tool_that_keeps_them() -> None:
    """The line for the agent names its own tool."""
    found = make(LoneCalls(LoneKind.LIST, 0, 12, 12, 3.0, 5.0))
    (draft,) = find_lone_calls(found)
    insight = build_insight(draft, found, spend_nothing)

    assert draft.says == (
        "24 requests did nothing but keep the to-do list, in 2 of 2 sessions, each with the whole context sent again"
    )
    assert (insight.kind, insight.cost_usd, insight.most_usd) == (InsightKind.LONE_CALL, 6.0, 10.0)
    assert [(one.kind, one.text) for one in draft.remedies] == [
        (RemedyKind.TEXT, "Call `update_plan` together with the next tool, never alone.")
    ]


def test_polls_are_told_with_what_longer_waits_spare() -> None:
    """Of Codex its own setting is named, of others a habit."""
    (draft,) = find_lone_calls(make(polls()))
    (other,) = find_lone_calls(make(polls(), agent="claude-code"))

    assert draft.says == (
        "80 requests did nothing but look whether a command still ran, in 2 of 2 sessions, each with the whole "
        "context sent again; longer waits spare 60 of them"
    )
    assert [one.text for one in draft.remedies] == [
        (
            "For a command that ends, call `exec_command` with `yield_time_ms=30000` and `write_stdin` with "
            "`yield_time_ms=120000`: both return when it ends."
        )
    ]
    assert [one.kind for one in other.remedies] == [RemedyKind.HABIT]


QUIET = {
    "nothing counted": make(),
    "little money": make(polls(usd=0.4)),
    "few": make(polls(needless=4)),
    "none needless": make(polls(needless=0)),
    "one session": make(polls(), sessions=1),
}


@pytest.mark.parametrize("found", QUIET.values(), ids=QUIET)
def test_what_saves_little_is_not_told(found: ProjectHistory) -> None:
    assert list(find_lone_calls(found)) == []
