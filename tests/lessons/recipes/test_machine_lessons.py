"""From logs to lessons on trouble of the machine and of hooks: counted, dated, archived when it ends."""

import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.judgement.recipes.judge_sessions import judge
from twiceshy.lessons.recipes import lesson_reviews
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.recipes.keep.forget_records import forget
from twiceshy.records.events import Failure
from twiceshy.records.lessons import Lesson, LessonKind, LessonState
from twiceshy.records.upkeep import Extent

NOW = NOON + timedelta(days=9)
GONE = "Exit code 127\nbash: line 1: frob: command not found"
LOGIN = "Exit code 128\nfatal: Authentication failed for 'https://host/owner/shop.git/'"
RED = "src/app.ts(2,5): error TS2304: Cannot find name 'quokka'.\nhusky - pre-commit script failed (code 1)\n"


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def failing(day: int, command: str, output: str, project: str = "web-shop") -> Log:
    name = f"{project} {day}"
    log = Log(name, f"remote:host/owner/{project}", NOON + timedelta(days=day)).opened().prompt("please").reply("yes")
    return log.call(name, command).result(name, output, Failure.ERROR)


def learned(config: Config, logs: Iterable[Log]) -> list[Lesson]:
    with Store.open(config.home) as store:
        for log in logs:
            stored(store, log)
    judge(config, processes=1)
    learn_lessons(config, now=lambda: NOW)
    return [one for one in list_lessons(config, NOW) if one.kind is LessonKind.MACHINE]


def test_a_program_that_is_not_there_becomes_a_lesson(config: Config) -> None:
    """In use at the third time, with each case; learned twice it is counted once."""
    assert learned(config, [failing(day, "frob --all", GONE) for day in (0, 1)]) == []

    (lesson,) = learned(config, [failing(2, "frob --all", GONE)])
    assert learn_lessons(config, now=lambda: NOW) == 0

    assert lesson.description == "Never run `frob`: it is not installed."
    assert (lesson.category, lesson.subject, lesson.root_cause) == (
        "missing-program",
        "frob",
        "`frob` is not installed",
    )
    assert (lesson.observations, lesson.sessions, lesson.state) == (3, 3, LessonState.ACTIVE)
    assert (lesson.scope, lesson.scope_of) == ("project", "web-shop")
    assert (lesson.last_seen, lesson.steps[0].parameter) == (NOON + timedelta(days=2, seconds=3), "command")
    story = lesson_reviews.show_lesson(config, lesson.id, NOW)
    assert (story.has_trigger, story.rules) == (True, 0)
    assert [one.message for one in story.occurrences] == ["bash: line 1: frob: command not found"] * 3


def test_a_trouble_is_told_by_one_lesson(config: Config) -> None:
    """What tests said at the very same calls stays in the figures, as a quotation."""
    output = "Exit code 2\nERROR test_a.py - ModuleNotFoundError: No module named 'frobber'\n1 error in 0.10s\n"
    (trouble,) = learned(config, [failing(day, "pytest -q", output) for day in (0, 1, 2)])
    known = [one for one in list_lessons(config, NOW) if one.kind is LessonKind.MISTAKE]

    assert (trouble.state, trouble.category) == (LessonState.ACTIVE, "missing-module")
    assert [(one.observations, one.quoted, one.state) for one in known] == [(3, True, LessonState.SHADOW)]


def test_it_is_told_elsewhere_only_with_evidence_from_two_projects(config: Config) -> None:
    """And only what is the machine's own is one lesson in both."""
    logs = [failing(day, "git push", LOGIN, project) for day in range(3) for project in ("web-shop", "api")]
    logs += [failing(day + 3, "frob --all", GONE) for day in range(3)]

    assert {(one.category, one.scope, one.scope_of) for one in learned(config, logs)} == {
        ("login", "user", ""),
        ("missing-program", "project", "web-shop"),
    }


def test_trouble_that_is_gone_is_archived_and_comes_back(config: Config) -> None:
    """The program was installed: the lesson is false now. It is kept; what is missed again is told again."""
    learned(config, [failing(day, "frob --all", GONE) for day in range(3)])
    works = Log("works", start=NOON + timedelta(days=3)).opened().prompt("please")
    (lesson,) = learned(config, [works.call("w", "frob --all").result("w", "fine")])
    assert (lesson.state, lesson.observations) == (LessonState.ARCHIVED, 3)

    (lesson,) = learned(config, [failing(day, "frob --all", GONE) for day in (4, 5, 6)])
    assert (lesson.state, lesson.observations) == (LessonState.ACTIVE, 6)


def test_a_rule_that_a_hook_refuses_for_is_a_lesson(config: Config) -> None:
    """One rule again and again, by its name."""
    lessons = learned(config, [failing(day, "git commit -m x", RED) for day in range(3)])

    assert [(one.category, one.description) for one in lessons] == [
        ("hook", "A hook checks at each `git commit`: `TS2304` wants each name to be declared.")
    ]
    assert lessons[0].root_cause == "A hook refuses `git commit` for a rule: `TS2304` wants each name to be declared"


def test_what_a_person_decides_holds(config: Config) -> None:
    """Muted it stays muted; deleted it is not learned again; forgotten sessions are in no lesson."""
    (lesson,) = learned(config, [failing(day, "frob --all", GONE) for day in range(3)])
    lesson_reviews.decide(config, lesson.id, LessonState.MUTED, NOW)
    (muted,) = learned(config, [failing(3, "frob --all", GONE)])
    assert (muted.state, muted.observations) == (LessonState.MUTED, 4)

    forget(config, Extent(session="s-" + Log("web-shop 3").session.hex()[:8]), NOW, dry_run=False)
    (muted,) = learned(config, [])
    assert (muted.state, muted.observations) == (LessonState.MUTED, 3)

    lesson_reviews.delete(config, lesson.id, NOW)
    assert learned(config, [failing(4, "frob --all", GONE)]) == []
