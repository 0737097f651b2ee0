"""advice.advice_fates: what became of a call that advice was given about."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.insights.kinds.histories import GREEN, fail, run, session

from twiceshy.advice.advice_fates import find_false_refusals, find_recoveries, find_repeats, resolve_outcome
from twiceshy.insights.remedies.fix_episodes import list_episodes
from twiceshy.records.rules import Advice, Fate, Level, RuleKind
from twiceshy.records.stories import Step

FAILED = fail("rtk npm test", "error: unrecognized subcommand")


def given(category: str = RuleKind.COMMAND, **more: Any) -> Advice:
    values: dict[str, Any] = {"uid": b"u", "rule": b"r", "session": b"s", "agent": "codex", "event": "PreToolUse"}
    values |= {"level": Level.WARN, "shown": True, "at": datetime(2026, 9, 1, tzinfo=UTC), "call": b"call"}
    return Advice(category=category, **values | more)


def test_a_failure_was_recovered_from_where_anything_got_over_it() -> None:
    """Another form, or the same call later; where nothing was tried nobody knows."""
    other, later, lost, left = (
        session(FAILED, run("npm test", checks=GREEN)),
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


def step(name: str, command: str = "npm test", action: str = "run", path: str | None = None) -> Step:
    return Step("call", name.encode(), None, name="Bash", action=action, path=path, text=command)


def test_a_repeat_is_a_later_failure_of_the_same_thing() -> None:
    """The same program and subcommand, or the same file; the call itself and earlier ones do not count."""
    steps = [step("a", "git push"), step("b", "git log"), step("c", "git push -f"), step("d", "", "edit", "x.py")]
    steps += [step("e", "", "edit", "y.py"), Step("prompt", b"p", None), step("f", "", "read", "x.py")]
    fates = {b"a": Fate.FAILED, b"b": Fate.FAILED, b"c": Fate.FAILED, b"e": Fate.CORRECTED, b"f": Fate.FAILED}

    found = find_repeats(steps, fates)
    assert {name for name, again in found.items() if again} == {b"a", b"d"}
    assert len(found) == 6


BLOCK = given(level=Level.BLOCK, call=b"a")
OVERRIDDEN = replace(BLOCK, shown=False, overridden=True)
REFUSALS = [
    ("tried again, and it worked", BLOCK, {b"b": Fate.FINE}, True),
    ("tried again with the comment", BLOCK, {b"c": Fate.FINE}, True),
    ("tried again, and it failed", BLOCK, {b"b": Fate.FAILED, b"c": Fate.FAILED}, False),
    ("another call worked", BLOCK, {b"d": Fate.FINE}, False),
    ("overridden, and it worked", OVERRIDDEN, {b"a": Fate.FINE}, True),
    ("overridden, and it failed", OVERRIDDEN, {b"a": Fate.FAILED, b"b": Fate.FINE}, False),
    ("overridden by a person", replace(OVERRIDDEN, by_person=True), {b"a": Fate.FAILED}, True),
    ("a warning", replace(OVERRIDDEN, level=Level.WARN), {b"a": Fate.FINE}, False),
    ("held out", replace(BLOCK, shown=False), {b"a": Fate.FINE, b"b": Fate.FINE}, False),
    ("a step of a workflow", replace(BLOCK, category=RuleKind.WORKFLOW), {b"b": Fate.FINE}, False),
    ("of another session's call", replace(BLOCK, call=b"?"), {b"b": Fate.FINE}, False),
]


@pytest.mark.parametrize(("one", "fates", "wrong"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
def test_a_wrong_refusal_is_known(one: Advice, fates: dict[bytes, Fate], *, wrong: bool) -> None:
    """By a person's word, or because the very call went well."""
    steps = [step("a"), step("b"), step("c", "npm test # --ignore-usage-warning"), step("d", "npm run lint")]
    assert find_false_refusals([one], steps, fates) == ({b"r": one.at} if wrong else {})
