"""doors.web.dashboard.review: one lesson a screen, and the next one after each answer."""

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.doors.web.dashboard.boards import WRITE, open_board
from tests.doors.web.dashboard.lesson_stores import learn_some

from twiceshy.base.config import Config
from twiceshy.doors.cli.main import main


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return learn_some(scratch_home)


@pytest.fixture
def browser(config: Config) -> TestClient:
    return open_board(config.home).let_in()


def test_the_order_is_the_terminals(browser: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    """And so are the data."""
    assert main(["lessons", "review", "--json"]) == 0
    told = [one["id"] for one in json.loads(capsys.readouterr().out)["lessons"]]

    assert [one["id"] for one in browser.get("/api/review").json()["lessons"]] == told
    assert f'href="/lessons/{told[0]}"' in browser.get("/review").text
    later = browser.get(f"/review?after={told[0]}").text
    assert f'href="/lessons/{told[1]}"' in later
    assert "Lesson 2 of 2" in later


@pytest.mark.parametrize("act", ["promote", "mute"])
def test_an_answer_brings_the_next_one(browser: TestClient, act: str) -> None:
    """And taking it back brings it again."""
    first, second = (one["id"] for one in browser.get("/api/review").json()["lessons"])
    done = browser.post(f"/api/lessons/{first}/{act}", data={"seen": "active"}, headers=WRITE).json()
    assert f'href="/lessons/{second}"' in browser.get("/review").text

    browser.post(done["undo"], data=done["values"], headers=WRITE)
    assert f'href="/lessons/{first}"' in browser.get("/review").text


def test_the_end_is_said(browser: TestClient) -> None:
    """With a way to the beginning, where some were put off; an id that is none begins there too."""
    last = browser.get("/api/review").json()["lessons"][-1]["id"]

    assert "These were all" in browser.get(f"/review?after={last}").text
    assert "Lesson 1 of 2" in browser.get("/review?after=l-zz").text


def test_each_answer_has_its_key(browser: TestClient) -> None:
    """Yes, no, edit, later."""
    page = browser.get("/review").text

    assert [key for key in "ynes" if f'data-press="{key}"' in page] == list("ynes")
