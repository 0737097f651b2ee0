"""advice.advice_fates: what became of a call that advice was given about."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.report.insights.histories import fail, run, session

from twiceshy.advice.advice_fates import find_recoveries, resolve_outcome
from twiceshy.advice.fix_episodes import list_episodes
from twiceshy.records.rules import Advice, Fate, Level, RuleKind

FAILED = fail("rtk npm test", "error: unrecognized subcommand")


def given(category: str = RuleKind.COMMAND, **more: Any) -> Advice:
    values: dict[str, Any] = {"uid": b"u", "rule": b"r", "session": b"s", "agent": "codex", "event": "PreToolUse"}
    values |= {"level": Level.WARN, "shown": True, "at": datetime(2026, 9, 1, tzinfo=UTC), "call": b"call"}
    return Advice(category=category, **values | more)


def test_a_failure_was_recovered_from_where_anything_got_over_it() -> None:
    """Another form, or the same call later; where nothing was tried nobody knows."""
    other, later, lost, left = (
        session(FAILED, run("npm test")),
        session(FAILED, run("npm ci"), run("rtk npm test")),
        session(FAILED, fail("npm test")),
        session(FAILED),
    )
    found = [find_recoveries(list_episodes(one)) for one in (other, later, lost, left)]

    assert [list(one.values()) for one in found] == [[True], [True], [False], []]


@pytest.mark.parametrize(
    ("advice", "fate", "outcome"),
    [
        (given(), Fate.FAILED, Fate.FAILED),
        (given(), None, None),
        (given(level=Level.BLOCK), Fate.FAILED, Fate.NOT_MADE),
        (given(level=Level.BLOCK), Fate.FINE, Fate.FINE),
        (given(level=Level.BLOCK, shown=False), Fate.FAILED, Fate.FAILED),
        (given(RuleKind.FIX), Fate.FAILED, Fate.FINE),
        (given(RuleKind.FIX, call=b"never"), Fate.FINE, Fate.FAILED),
        (given(RuleKind.FIX, call=b"untried"), Fate.FAILED, None),
        (given(RuleKind.FIX, call=None), Fate.FAILED, None),
    ],
)
def test_the_outcome_of_advice(advice: Advice, fate: Fate | None, outcome: Fate | None) -> None:
    """A call that we refused was not made; advice after a failure is about the next try."""
    assert resolve_outcome(advice, fate, {b"call": True, b"never": False}) is outcome
