"""doors.web.dashboard.lesson_upkeep: nothing leaves or goes before it was shown."""

from pathlib import Path

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


def test_what_is_promoted_would_be_exported(browser: TestClient, config: Config) -> None:
    """And nothing else."""
    assert "nothing to export" in browser.get("/lessons/upkeep").text
    id_ = find_one(config).id
    lessons.decide(config, id_, LessonState.PROMOTED, NOW)

    page = browser.get("/lessons/upkeep").text
    assert f'href="/lessons/{id_}"' in page
    assert "1 lesson that you promoted" in page
    assert "1 promoted</a>" in page


def test_clearing_removes_what_was_shown(browser: TestClient, config: Config) -> None:
    """Not what came since, and not unasked."""
    assert 'data-asks="' in browser.get("/lessons/upkeep").text
    refused = browser.post("/api/lessons/clear", data={"seen": "1"}, headers=WRITE)
    assert (refused.status_code, len(list_lessons(config, NOW))) == (400, 2)

    done = browser.post("/api/lessons/clear", data={"seen": "2"}, headers=WRITE)
    assert (done.json()["says"], list_lessons(config, NOW)) == ("Removed 2 lessons.", [])
    assert "There is no lesson" in browser.get("/lessons/upkeep").text
