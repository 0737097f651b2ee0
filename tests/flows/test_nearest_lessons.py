"""Lessons that a text is about, from the store."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from tests.lessons.builders import SEEN, a_lesson

from twiceshy.config import Config, load
from twiceshy.flows.nearest_lessons import nearest
from twiceshy.records.lessons import Lesson, State
from twiceshy.records.nearest import By
from twiceshy.records.text import Scrubbed
from twiceshy.store import lessons as writing
from twiceshy.store.db import Store

NOW = SEEN + timedelta(days=1)


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def kept(config: Config, *lessons: Lesson) -> None:
    with Store.open(config.home) as store, store.writing() as connection:
        for lesson in lessons:
            writing.add(connection, lesson, imported=True)


AWAIT = a_lesson(state=State.ACTIVE)
REBASE = a_lesson(
    id="l-00000000000000bb",
    slug="git_rebase_00000000",
    subject="git",
    description=Scrubbed("git rebase stops at unstaged changes"),
    root_cause=Scrubbed(""),
    state=State.ACTIVE,
)


def test_the_lesson_that_a_text_is_about_is_found(config: Config) -> None:
    """Without a model by its letters, and the answer says so."""
    kept(config, AWAIT, REBASE)
    found = nearest(config, "the coroutine in fetch was never awaited", now=NOW)

    assert [one.lesson.id for one in found.lessons] == [AWAIT.id]
    assert found.by is By.LETTERS


def test_nothing_is_an_answer(config: Config) -> None:
    """Where nothing fits, and where nothing was ever stored."""
    assert nearest(config, "anything", now=NOW).lessons == ()
    kept(config, AWAIT, REBASE)
    assert nearest(config, "paint the garden fence green", now=NOW).lessons == ()
    assert nearest(config, "", now=NOW).lessons == ()


def test_only_what_is_asked_for(config: Config) -> None:
    """By tool, and by state: shadows are not shown."""
    kept(config, AWAIT, a_lesson(id="l-00000000000000cc", slug="x_async_00000000"))
    text = "a coroutine was never awaited"

    assert [one.lesson.id for one in nearest(config, text, now=NOW).lessons] == [AWAIT.id]
    assert nearest(config, text, tool="git", now=NOW).lessons == ()
    assert len(nearest(config, text, states=frozenset(State), now=NOW).lessons) == 2
