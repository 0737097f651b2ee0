"""What usage lessons tell to do, over several sessions: the vote, and the test of every call that worked."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.records.events import Failure
from twiceshy.records.lessons import Lesson, LessonKind, LessonState

NOW = NOON + timedelta(days=1)
REFUSED = "Exit code 1\nError: unknown flag: --short"


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def refused(name: str, *, retry: str = "frob list") -> Log:
    log = Log(name).opened().prompt("please").reply("yes")
    log.call(f"{name} bad", "frob list --short").result(f"{name} bad", REFUSED, Failure.ERROR)
    return log.call(f"{name} good", retry).result(f"{name} good", "a")


def learned(config: Config, *logs: Log) -> Lesson:
    with Store.open(config.home) as store:
        for log in logs:
            stored(store, log)
    learn_lessons(config, now=lambda: NOW)
    (lesson,) = [one for one in list_lessons(config, NOW) if one.kind is LessonKind.USAGE]
    return lesson


def test_three_refusals_make_an_active_lesson_with_its_validator(config: Config) -> None:
    """Seen in three sessions; the check is true of what is refused."""
    lesson = learned(config, refused("one"), refused("two"), refused("three"))

    assert (lesson.observations, lesson.state) == (3, LessonState.ACTIVE)
    assert (lesson.bad, lesson.good) == ("frob list --short", "frob list")
    assert lesson.trigger.validation is not None
    assert lesson.trigger.validation.check == "'--short' in options"


def accepted(session: str, command: str = "frob list --short") -> Log:
    """The same option is accepted elsewhere."""
    return Log(session).opened().prompt("x").reply("y").call(session, command).result(session, "fine")


def test_calls_that_worked_take_the_validator_away(config: Config) -> None:
    """Two of five calls were accepted: nothing that would refuse one is kept."""
    lesson = learned(
        config,
        refused("one"),
        refused("two"),
        refused("three"),
        accepted("four"),
        accepted("five", "frob list --short a"),
    )

    assert lesson.trigger.validation is None
    assert lesson.steps == ()


def test_a_validator_survives_one_lucky_call(config: Config) -> None:
    """Three failures stand against one call that worked."""
    lesson = learned(config, refused("one"), refused("two"), refused("three"), accepted("four"))

    assert lesson.trigger.validation is not None


def test_the_steps_of_most_sessions_are_told(config: Config) -> None:
    """The first session's proposal is outvoted by the two that came after it."""
    first = learned(config, refused("one", retry="frob list --brief"))
    assert len(first.steps) == 2

    lesson = learned(config, refused("two"), refused("three"))
    assert len(lesson.steps) == 1
    assert learn_lessons(config, now=lambda: NOW) == 0


def test_two_options_of_one_tool_are_two_lessons(config: Config) -> None:
    """The message is the same but for the option, which is what the lesson is about."""
    other = Log("two").opened().prompt("please").reply("yes").call("x", "frob list --brief")
    other.result("x", REFUSED.replace("--short", "--brief"), Failure.ERROR)
    with Store.open(config.home) as store:
        for log in (refused("one"), other):
            stored(store, log)
    learn_lessons(config, now=lambda: NOW)

    assert len([one for one in list_lessons(config, NOW) if one.kind is LessonKind.USAGE]) == 2
