"""What a person stated in corrections: grouped, offered once, told after a yes and never asked again after a no."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.lessons.recipes.lesson_reviews import decide, list_offers, put_off
from twiceshy.recipes.pages.review_queue import build_queue
from twiceshy.records.lessons import LessonState

NOW = NOON + timedelta(days=30)
RULE = "no, that is wrong: do not run the slow suite, revert it"
AGAIN = "wrong, revert it: do not run the slow suite again"


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def say(config: Config, day: int, words: str, project: str = "web-shop") -> None:
    """A session in which a person corrects the work, learned from."""
    log = Log(f"{project} {day}", f"remote:host/owner/{project}", NOON + timedelta(days=day)).opened()
    with Store.open(config.home) as store:
        stored(store, log.prompt("add it").call(f"{project} {day}", "make").reply("done").prompt(words))
    learn_lessons(config, now=lambda: NOW)


def offered(config: Config, *projects: str) -> list[tuple[str, int]]:
    return [(one.words, one.sessions) for one in list_offers(config, projects or ("web-shop",))]


def test_a_rule_is_offered_in_its_project(config: Config) -> None:
    """With its words; what is about one task is not, unless it was said again."""
    say(config, 0, RULE)
    say(config, 1, "no, that is wrong, undo the button")

    assert offered(config) == [(RULE, 1)]
    assert offered(config, "api") == []


def test_what_was_said_again_is_one_rule_and_comes_first(config: Config) -> None:
    """However much newer another one is."""
    say(config, 0, RULE)
    say(config, 1, AGAIN)
    say(config, 2, "no, that is wrong: never push to main, revert it")

    assert offered(config) == [(RULE, 2), ("no, that is wrong: never push to main, revert it", 1)]
    assert [one.sessions for one in build_queue(config, NOW, limit=9).lessons] == [2, 1]


@pytest.mark.parametrize("state", [LessonState.PROMOTED, LessonState.MUTED])
def test_an_answer_holds(config: Config, state: LessonState) -> None:
    """After a yes it is a lesson of the person's; after a no it stays silent, said again in other words too."""
    say(config, 0, RULE)
    decide(config, list_offers(config, ["web-shop"])[0].id, state, NOW)
    say(config, 1, AGAIN)

    assert offered(config) == []
    (lesson,) = list_lessons(config, NOW)
    assert (lesson.state, lesson.sessions, lesson.quoted) == (state, 2, True)


def test_what_was_put_off_is_asked_in_a_review_only(config: Config) -> None:
    """A report asks about each once."""
    say(config, 0, RULE)
    put_off(config, [list_offers(config, ["web-shop"])[0].id])

    assert offered(config) == []
    assert len(build_queue(config, NOW, limit=9).lessons) == 1
