"""How old a lesson is and in which form it is shown, from the store."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.lessons.recipes.current_lessons import find_retired_lessons, list_lessons
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.records.events import Failure
from twiceshy.records.lessons import Lesson, LessonState

RED = "src/app.ts(2,5): error TS2304: Cannot find name 'quokka'.\nFound 1 error in src/app.ts:2\n"


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def worked(name: str, day: int, times: int = 0, project: str = "web-shop") -> Log:
    """A session of a day, in which the same error came so often."""
    log = Log(name, f"remote:host/owner/{project}", NOON + timedelta(days=day)).opened(
        first_at=NOON + timedelta(days=day), last_at=NOON + timedelta(days=day, minutes=1)
    )
    log.prompt("please").reply("yes")
    for number in range(times):
        log.call(f"{name} {number}", "npx tsc --noEmit").result(f"{name} {number}", RED, Failure.ERROR)
    return log


def learned(config: Config, now: datetime, *logs: Log) -> list[Lesson]:
    with Store.open(config.home) as store:
        for log in logs:
            stored(store, log)
    learn_lessons(config, now=lambda: now)
    return list_lessons(config, now)


def test_logs_of_last_year_count_as_of_their_own_time(config: Config) -> None:
    """Work elsewhere does not make them older; half a year of work in their project does."""
    later = NOON + timedelta(days=500)
    (lesson,) = learned(config, later, worked("one", 0, 2), worked("two", 1, 2))
    assert lesson.state is LessonState.ACTIVE
    assert lesson.confidence == pytest.approx(0.566, abs=0.01)
    (lesson,) = learned(config, later, worked("elsewhere", 499, project="api"))
    assert lesson.state is LessonState.ACTIVE

    (lesson,) = learned(config, later, worked("on", 100))
    assert lesson.state is LessonState.SHADOW
    (lesson,) = learned(config, later, worked("late", 200))
    assert lesson.state is LessonState.ARCHIVED


def test_an_archived_lesson_comes_back_when_it_is_seen_again(config: Config) -> None:
    """With all that was known of it: nothing was deleted."""
    later = NOON + timedelta(days=500)
    (lesson,) = learned(config, later, worked("one", 0, 2), worked("two", 1, 2), worked("late", 300))
    assert lesson.state is LessonState.ARCHIVED

    (lesson,) = learned(config, later, worked("again", 301, 1))
    assert (lesson.state, lesson.observations) == (LessonState.ACTIVE, 5)


def test_fifteen_observations_put_a_lesson_first(config: Config) -> None:
    """As it is shown anywhere: raised, and injected always."""
    (lesson,) = learned(config, NOON, worked("one", 0, 7), worked("two", 1, 7))
    assert not lesson.always_inject

    (lesson,) = learned(config, NOON, worked("three", 2, 1))
    assert (lesson.observations, lesson.always_inject) == (15, True)


def test_where_nothing_is_stored_nothing_is_retired(config: Config) -> None:
    """A brief asks before there is a store."""
    assert find_retired_lessons(config) == frozenset()
    learned(config, NOON, worked("one", 0, 1))
    assert find_retired_lessons(config) == frozenset()
