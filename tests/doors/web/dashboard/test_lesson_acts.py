"""doors.web.dashboard.lesson_acts: what a button does, what takes it back, and what is never written over."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.doors.web.dashboard.boards import NOW, WRITE, open_board
from tests.doors.web.dashboard.lesson_stores import find_one, learn_some

from twiceshy.base.config import Config
from twiceshy.lessons import recipes as lessons
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.records.lessons import LessonState


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return learn_some(scratch_home)


@pytest.fixture
def browser(config: Config) -> TestClient:
    return open_board(config.home).let_in()


def post(browser: TestClient, path: str, **values: str) -> dict[str, Any]:
    answer = browser.post(path, data=values, headers=WRITE)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("before", [None, LessonState.PROMOTED, LessonState.MUTED], ids=str)
@pytest.mark.parametrize(
    ("act", "after"), [("promote", LessonState.PROMOTED), ("mute", LessonState.MUTED), ("unmute", LessonState.ACTIVE)]
)
def test_a_decision_is_taken_back(
    browser: TestClient, config: Config, before: LessonState | None, act: str, after: LessonState
) -> None:
    """To what was decided before, or to nothing; and that again."""
    id_ = find_one(config).id
    was = lessons.decide(config, id_, before, NOW).state

    done = post(browser, f"/api/lessons/{id_}/{act}", seen=was)
    assert find_one(config).state is after
    again = post(browser, done["undo"], **done["values"])
    assert find_one(config).state is was
    post(browser, again["undo"], **again["values"])
    assert find_one(config).state is after


def test_what_somebody_else_decided_stays(browser: TestClient, config: Config) -> None:
    """Neither a button nor its undo writes over it."""
    id_ = find_one(config).id
    done = post(browser, f"/api/lessons/{id_}/promote", seen="active")
    lessons.decide(config, id_, LessonState.MUTED, NOW)

    for path, values in ((done["undo"], done["values"]), (f"/api/lessons/{id_}/promote", {"seen": "active"})):
        answer = browser.post(path, data=values, headers=WRITE)
        assert (answer.status_code, "is muted by now" in answer.text) == (400, True)
    assert find_one(config).state is LessonState.MUTED


def test_words_are_taken_back(browser: TestClient, config: Config) -> None:
    """First to the person's last ones, then to what was learned, which changes with what is learned."""
    learned = find_one(config)
    first = post(
        browser,
        f"/api/lessons/{learned.id}/edit",
        description="mine",
        cause=learned.root_cause,
        seen=lessons.mark_words(learned),
    )
    mine = find_one(config)
    assert (mine.description, mine.root_cause) == ("mine", learned.root_cause)
    assert lessons.read_own_words(config, learned.id) == ("mine", None)
    second = post(browser, f"/api/lessons/{learned.id}/edit", description="better", seen=lessons.mark_words(mine))

    post(browser, second["undo"], **second["values"])
    assert find_one(config).description == "mine"
    post(browser, first["undo"], **first["values"])
    assert lessons.read_own_words(config, learned.id) == (None, None)
    assert find_one(config).description == learned.description


def test_words_that_somebody_else_wrote_stay(browser: TestClient, config: Config) -> None:
    """Who had seen other ones is told."""
    lesson = find_one(config)
    lessons.edit(config, lesson.id, "theirs", None, NOW)
    answer = browser.post(
        f"/api/lessons/{lesson.id}/edit",
        data={"description": "mine", "seen": lessons.mark_words(lesson)},
        headers=WRITE,
    )

    assert (answer.status_code, "other words by now" in answer.text) == (400, True)
    assert find_one(config).description == "theirs"


def test_a_secret_is_not_stored(browser: TestClient, config: Config) -> None:
    """Typed words are scrubbed as all others are."""
    lesson = find_one(config)
    key = "AKIA" + "IOSFODNN7EXAMPLQ"
    post(browser, f"/api/lessons/{lesson.id}/edit", description=f"use {key}", seen=lessons.mark_words(lesson))

    assert key not in find_one(config).description


@pytest.mark.parametrize(
    ("act", "values"),
    [
        ("promote", {"seen": "proud"}),
        ("edit", {"description": "x"}),
        ("state", {"state": "1"}),
        ("edit", {"seen": "0"}),
    ],
)
def test_a_damaged_form_is_refused(browser: TestClient, config: Config, act: str, values: dict[str, str]) -> None:
    """And nothing is written."""
    before = find_one(config)
    answer = browser.post(f"/api/lessons/{before.id}/{act}", data=values, headers=WRITE)

    assert answer.status_code == 400
    assert find_one(config) == before


def test_a_deleted_lesson_comes_back(browser: TestClient, config: Config) -> None:
    """Once; after that, or with another word, it is said that it cannot."""
    id_ = find_one(config).id
    done = post(browser, f"/api/lessons/{id_}/delete", back="review")
    assert (done["goes_to"], find_one(config).id != id_) == ("/review", True)

    assert post(browser, done["undo"], **done["values"])["goes_to"] == f"/lessons/{id_}"
    assert find_one(config).id == id_
    for values in (done["values"], {"copy": "../lessons"}, {}):
        answer = browser.post(done["undo"], data=values, headers=WRITE)
        assert (answer.status_code, "cannot be taken back" in answer.text) == (400, True)


def test_a_joined_lesson_comes_back(browser: TestClient, config: Config) -> None:
    """With its own cases; the page of the one that is left says so."""
    few, many = sorted(list_lessons(config, NOW), key=lambda one: one.observations)
    done = post(browser, f"/api/lessons/{few.id}/merge", into=many.id)
    assert (done["goes_to"], find_one(config).observations) == (f"/lessons/{many.id}", 4)
    assert browser.get(f"/lessons/{few.id}").status_code == 404

    post(browser, done["undo"], **done["values"])
    assert (find_one(config).observations, browser.get(f"/lessons/{few.id}").status_code) == (3, 200)


def test_two_processes_lose_nothing(browser: TestClient, config: Config) -> None:
    """Each decides about its own lesson, over and over, at the same time: every decision is there in the end."""
    ours, theirs = (one.id for one in list_lessons(config, NOW))
    code = "import sys; from twiceshy.doors.cli.main import main\n"
    code += "for act in ('mute', 'promote') * 4: main(['lessons', act, sys.argv[1]])"
    with subprocess.Popen([sys.executable, "-c", code, theirs], stdout=subprocess.DEVNULL) as other:
        acts = 0
        while other.poll() is None or acts < 8:
            post(browser, f"/api/lessons/{ours}/{'promote' if acts % 2 else 'mute'}")
            acts += 1
        assert other.returncode == 0

    states = {one.id: one.state for one in list_lessons(config, NOW)}
    assert states == {ours: (LessonState.MUTED, LessonState.PROMOTED)[(acts - 1) % 2], theirs: LessonState.PROMOTED}
