"""advice.workflow_rules: declared steps as rules, where the gate can see whether they were kept."""

from typing import Any

import pytest

from twiceshy.advice.fact_rules import build_step_rule, condition_of, measure_steps
from twiceshy.commands.keys import gate_keys
from twiceshy.records.effects import BREAKS, Observation
from twiceshy.records.rules import Level, TrialSummary
from twiceshy.records.workflow import StepKind, StepLevel, WorkflowStep

SALT = b"s" * 32
FOLDER = "work/shop"


def step(kind: StepKind = StepKind.READ_BEFORE_EDIT, **more: Any) -> WorkflowStep:
    return WorkflowStep(slug="a-step", kind=kind, **more)


RUN = step(StepKind.MUST_RUN_BEFORE_EDIT, commands=("aud blueprint", "", "lint"))
UNSEEN = [
    step(paths=("src/**",)),
    step(unless=("docs/**",)),
    step(files="new"),
    step(StepKind.TESTS_AFTER_EDIT),
    step(StepKind.SEARCH_BEFORE_EDIT, commands=("rg *",)),
    step(StepKind.MUST_RUN_BEFORE_EDIT),
    step(StepKind.MUST_RUN_BEFORE_EDIT, commands=("x",), tools=("y",)),
    *(step(StepKind.MUST_RUN_BEFORE_EDIT, commands=("ok", glob)) for glob in ("a* b", "a? b", "[ab] c")),
]


@pytest.mark.parametrize("one", UNSEEN)
def test_a_step_that_the_gate_cannot_see_is_no_rule(one: WorkflowStep) -> None:
    """It says nothing rather than something wrong."""
    assert condition_of(one, SALT) == ""
    assert build_step_rule(one, FOLDER, "shop", {}, SALT, enforce=True) is None


def test_a_command_that_has_to_come_first_may_hide_behind_another() -> None:
    """Its own program or one that runs others; each once."""
    marks = condition_of(RUN, SALT).removeprefix("never:").split(",")
    word = gate_keys.make_spool_word

    assert marks[:2] == [word("aud", SALT), word("lint", SALT)]
    assert {word("cd", SALT), word("uv", SALT), word("docker", SALT)} <= set(marks)
    assert len(marks) == len(set(marks))
    assert condition_of(step(StepKind.MUST_RUN_BEFORE_EDIT, commands=("a*b/c*",)), SALT) == ""
    assert condition_of(step(StepKind.MUST_RUN_BEFORE_EDIT, commands=("lint a*.py",)), SALT) != ""


def test_only_a_mandatory_step_refuses_and_only_where_the_user_allows_that() -> None:
    """Else it warns; found by its folder."""
    levels = {
        (level, enforce): build_step_rule(step(level=level), FOLDER, "shop", {}, SALT, enforce=enforce)
        for level in StepLevel
        for enforce in (True, False)
    }

    assert {place: one.level for place, one in levels.items() if one} == {
        (StepLevel.MANDATORY, True): Level.BLOCK,
        (StepLevel.MANDATORY, False): Level.WARN,
        (StepLevel.RECOMMENDED, True): Level.WARN,
        (StepLevel.RECOMMENDED, False): Level.WARN,
    }
    one = levels[StepLevel.MANDATORY, True]
    assert one is not None
    assert (one.key, one.slug, one.project) == (gate_keys.key_of_folder(FOLDER, SALT), "a-step", "shop")


@pytest.mark.parametrize(
    ("one", "said"),
    [(step(), "reading a file"), (step(StepKind.SEARCH_BEFORE_EDIT), "a search"), (RUN, "`aud blueprint` or")],
)
def test_a_step_says_what_it_asks_for_and_what_skipping_it_did(one: WorkflowStep, said: str) -> None:
    """In this project."""
    effects = {("shop", "a-step"): TrialSummary(n=4, wrong=3, others=9, others_wrong=1)}
    rule = build_step_rule(one, FOLDER, "shop", effects, SALT, enforce=False)
    other = build_step_rule(one, FOLDER, "api", effects, SALT, enforce=False)

    assert rule is not None
    assert other is not None
    assert said in rule.words
    assert "3 of 4" in rule.words
    assert "3 of 4" not in other.words


def observed(
    n: int, *, broke: bool | None, corrected: bool | None, unit: str = "task", project: str = "shop"
) -> Observation:
    return Observation(
        unit=unit,
        session=b"s",
        project=project,
        agent="codex",
        model="",
        at=None,
        did={"read": True} | ({} if broke is None else {f"{BREAKS}a-step": broke}),
        became={} if corrected is None else {"corrected": corrected},
        n=n,
    )


def test_tasks_that_skipped_a_step_are_compared_with_those_that_did_not() -> None:
    """By project; a task without a known end, or that could not keep it, says nothing."""
    found = measure_steps(
        [
            observed(2, broke=True, corrected=True),
            observed(3, broke=True, corrected=False),
            observed(4, broke=False, corrected=True),
            observed(5, broke=False, corrected=False),
            observed(50, broke=True, corrected=None),
            observed(50, broke=None, corrected=True),
            observed(50, broke=True, corrected=True, unit="session"),
            observed(1, broke=True, corrected=True, project="api"),
        ]
    )

    assert found == {
        ("shop", "a-step"): TrialSummary(n=5, wrong=2, others=9, others_wrong=4),
        ("api", "a-step"): TrialSummary(n=1, wrong=1),
    }
