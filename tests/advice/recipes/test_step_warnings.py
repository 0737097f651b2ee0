"""What people declare becomes rules: workflow steps that the gate can see, sequences of lessons that they promoted."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.archive.conftest import Log, stored
from tests.lessons.builders import a_lesson

from twiceshy.advice.fact_rules import condition_of, measure_steps
from twiceshy.advice.recipes.rule_compilation import compile_rules
from twiceshy.archive import lesson_rows as writing
from twiceshy.archive import rules_file
from twiceshy.archive.db import Store
from twiceshy.archive.observations import read_observations
from twiceshy.base.config import Config, load
from twiceshy.commands.keys import gate_keys
from twiceshy.judgement.recipes.workflow_compliance import EVERYTHING
from twiceshy.records.lessons import Lesson, LessonState, Trigger
from twiceshy.records.workflow import StepKind, WorkflowStep

SALT = b"s" * 32
DECLARED = """
[steps.read-first]
kind = "read-before-edit"
level = "MANDATORY"

[steps.blueprint]
kind = "must-run-before-edit"
level = "RECOMMENDED"
commands = ["aud blueprint"]
"""
STEPS = [
    ("only some files", WorkflowStep(slug="a", kind=StepKind.READ_BEFORE_EDIT, paths=("src/**",)), ""),
    ("new files", WorkflowStep(slug="a", kind=StepKind.READ_BEFORE_EDIT, files="new"), ""),
    ("after the edit", WorkflowStep(slug="a", kind=StepKind.TESTS_AFTER_EDIT), ""),
    ("a program that is a glob", WorkflowStep(slug="a", kind=StepKind.MUST_RUN_BEFORE_EDIT, commands=("a* b",)), ""),
    ("a search by a command", WorkflowStep(slug="a", kind=StepKind.SEARCH_BEFORE_EDIT, commands=("aud query",)), ""),
    ("a read", WorkflowStep(slug="a", kind=StepKind.READ_BEFORE_EDIT), "unread"),
    ("a search", WorkflowStep(slug="a", kind=StepKind.SEARCH_BEFORE_EDIT), "unsearched"),
]


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


@pytest.mark.parametrize(("step", "condition"), [row[1:] for row in STEPS], ids=[row[0] for row in STEPS])
def test_only_what_the_gate_sees_for_sure_is_a_rule(step: WorkflowStep, condition: str) -> None:
    """Of everything else it says nothing."""
    assert condition_of(step, SALT) == condition


def test_a_projects_steps_are_rules_in_its_folder(config: Config, tmp_path: Path) -> None:
    """A warning each; a mandatory one refuses where the user lets it."""
    root = tmp_path / "work" / "shop"
    (root / ".twiceshy").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / ".twiceshy" / "workflow.toml").write_text(DECLARED)
    with Store.open(config.home) as store:
        stored(store, Log("one").opened(cwd=str(root)).prompt("please"))
        key = gate_keys.key_of_folder("work/shop", store.salt)
        program = gate_keys.make_spool_word("aud", store.salt)
        assert measure_steps(read_observations(store, EVERYTHING)) == {}
    compile_rules(config)

    lines = {line.condition.partition(":")[0]: line for line in rules_file.read(config.home)}
    assert {name: (line.key, line.level) for name, line in lines.items()} == {
        "unread": (key, "warn"),
        "never": (key, "warn"),
    }
    assert program in lines["never"].condition
    assert "reading a file before it is edited (`read-first`, mandatory)" in lines["unread"].text
    compile_rules(replace(config, advice_enforce_workflow=True))
    assert {line.level for line in rules_file.read(config.home)} == {"block", "warn"}


def promoted(config: Config, lesson: Lesson) -> None:
    with Store.open(config.home) as store, store.begin_writing() as connection:
        writing.add(connection, lesson, imported=True)
        writing.review(connection, writing.id_of(lesson), datetime(2026, 11, 20, tzinfo=UTC), state=lesson.state)


@pytest.mark.parametrize("state", [LessonState.SHADOW, LessonState.ACTIVE, LessonState.PROMOTED])
def test_a_promoted_lessons_sequence_is_a_rule(config: Config, state: LessonState) -> None:
    """Nobody replayed it, so only a person makes it speak."""
    trigger = Trigger(parameter="head", common_mistakes=("git push",), sequence=("npm test", "!git stash"))
    promoted(config, a_lesson(trigger=trigger, state=state, observations=7, sessions=3))
    compile_rules(config)
    with Store.open(config.home) as store:
        conditions = {
            f"lacks:{gate_keys.make_spool_run('npm test', store.salt)}",
            f"has:{gate_keys.make_spool_run('git stash', store.salt)}",
        }

    lines = rules_file.read(config.home)
    assert {line.condition for line in lines} == (conditions if state is LessonState.PROMOTED else set())
    assert all("(seen 7 times in 3 sessions)" in line.text for line in lines)
