"""advice.fact_rules: rules that only inform, and which facts are worth a line."""

from typing import Any

import pytest
from tests.advice.test_rule_words import REMEDY, SALT

from twiceshy.advice import fact_rules, policy
from twiceshy.advice.fact_rules import SHORTEST_LONG_S, FactDraft, SequenceRule, StepRule
from twiceshy.base.values import Scrubbed
from twiceshy.commands.keys import gate_keys
from twiceshy.records.rules import Level, Rule, RuleKind, TimedRun, TrialSummary


def fact(**more: Any) -> FactDraft:
    values: dict[str, Any] = {"kind": RuleKind.FIX, "key": b"f12345678", "condition": "", "words": "x"}
    return FactDraft(**values | {"tried": TrialSummary(n=4, wrong=3)} | more)


def build(*drafts: FactDraft, muted: frozenset[bytes] = frozenset()) -> list[Rule]:
    return fact_rules.build_fact_rules(drafts, [Scrubbed(one.words) for one in drafts], muted)


def test_facts_are_rules_that_inform() -> None:
    """Sure by their counts; a muted one is silent; those under one key are told apart by name."""
    first, second = build(fact(), fact(name=b"n", tried=TrialSummary()))

    assert (first.level, first.confidence, second.confidence, first.words) == (Level.INFORM, 0.75, 0.5, "x")
    assert first.key == second.key
    assert first.id != second.id
    assert [one.level for one in build(fact(), fact(name=b"n"), muted=frozenset({first.id}))] == [
        Level.SILENT,
        Level.INFORM,
    ]


def test_a_workflows_steps_rank_in_its_order() -> None:
    """Whatever was measured of each; another folder's steps and other rules keep their own."""
    step, rare, often = {"kind": RuleKind.WORKFLOW}, TrialSummary(n=10, wrong=1), TrialSummary(n=10, wrong=9)
    other = fact(**step, key=b"d2", tried=rare)
    drafts = [fact(**step, name=b"1", tried=rare), other, fact(**step, name=b"2", tried=often), fact(tried=rare)]
    first, elsewhere, second, fix = build(*drafts)

    assert (elsewhere.confidence, fix.confidence) == (0.1, 0.1)
    assert first.confidence == 0.9
    assert 0.89 < second.confidence < first.confidence
    assert round(second.confidence, 4) != round(first.confidence, 4)  # as rules.db keeps it


def test_declared_steps_and_sequences_keep_their_level_and_lines() -> None:
    """And their words, in which what is foreign stands in quotes already."""
    tried = TrialSummary(n=1)
    (step,) = fact_rules.draft_step_facts(
        [StepRule(b"k", "read-first", "shop", "unread", Level.BLOCK, "one `x`\ntwo", tried)]
    )
    (sequence,) = fact_rules.draft_sequence_facts([SequenceRule(b"k", "a-slug", "with:x", "one\ntwo", tried)])

    assert (step.kind, step.key, step.condition, step.level, step.name) == (
        RuleKind.WORKFLOW,
        b"k",
        "unread",
        Level.BLOCK,
        b"read-first",
    )
    assert step.words == "one `x`\ntwo"
    assert (sequence.kind, sequence.condition, sequence.level, sequence.tried) == (
        RuleKind.LESSON,
        "with:x",
        Level.WARN,
        tried,
    )
    assert sequence.words == "one\ntwo"


def test_a_fix_is_one_rule_under_each_of_its_keys() -> None:
    """Only where the failed command is of the same sort; not where the gate cannot know the failure."""
    found = list(fact_rules.draft_fix_facts([(REMEDY, {b"f2", b"f1"}, "says:a"), (REMEDY, (), "")]))
    first, second = build(*found)

    assert [one.key for one in found] == [b"f1", b"f2"]
    assert found[0].tried == TrialSummary(n=4, wrong=3, sessions=2, call=b"failed")
    assert "3 of 4 times in 2 sessions (without that 1 of 2):\n`npm run test`" in found[0].words
    assert (first.id, first.pattern, first.condition) == (second.id, REMEDY.pattern, "says:a")


def runs(*seconds: float, **more: Any) -> list[TimedRun]:
    values: dict[str, Any] = {"agent": "codex", "folder": "/home/ann/work/shop", "command": "make", "failed": False}
    return [
        TimedRun(call=bytes([number]), seconds=one, session=bytes([number // 2]), **values | more)
        for number, one in enumerate(seconds)
    ]


def limits(found: list[TimedRun], limit_s: float | None = None) -> list[FactDraft]:
    return list(fact_rules.draft_limit_facts(found, lambda _: limit_s, SALT))


def test_a_command_that_usually_needs_long_is_worth_a_line() -> None:
    """By the median of enough runs in one folder."""
    (found,) = limits(runs(100, 300, 200), 250.5)

    assert found.key == gate_keys.key_of_command("make", "work/shop", SALT)
    assert found.condition == "short:200:251"
    assert found.tried == TrialSummary(n=3, wrong=2, sessions=2, call=b"\2")
    assert "`make`" in found.words
    assert limits(runs(100, 300, 200))[0].condition == "short:200"
    assert limits(runs(100, 300, 200), 99999.0)[0].condition == "short:200:600"
    assert len(limits(runs(*[SHORTEST_LONG_S] * policy.FEWEST_CALLS))) == 1


@pytest.mark.parametrize(
    "found",
    [
        runs(*[SHORTEST_LONG_S] * (policy.FEWEST_CALLS - 1)),
        runs(10, 20, 300, SHORTEST_LONG_S - 1, 500),
        runs(300, 300, 300, folder=""),
        runs(300, 300, 300, command="x" * gate_keys.LONGEST_COMMAND),
        [*runs(300, 300), *runs(300, folder="/srv/other/place")],
    ],
    ids=["few", "usually short", "nowhere", "may be cut", "in two folders"],
)
def test_other_commands_are_not(found: list[TimedRun]) -> None:
    """Nor one whose folder nobody knows, or whose text may be cut."""
    assert limits(found) == []


def test_patterns_are_explained() -> None:
    """By name."""
    pattern = fact_rules.CodePattern("shell-true", ("python",), 78, "a shell runs it", "a list")
    (found,) = fact_rules.draft_pattern_facts([(pattern, 0.95)])

    assert found.key == gate_keys.key_of_pattern("shell-true")
    assert (found.tried, found.level) == (TrialSummary(), Level.WARN)
    for part in ("shell-true", "CWE-78", "a shell runs it", "a list"):
        assert part in found.words
    assert build(found)[0].confidence == 0.95
