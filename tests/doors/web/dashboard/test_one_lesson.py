"""doors.web.dashboard.one_lesson: why a lesson is believed, with a way to every message."""

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.doors.web.dashboard.boards import open_board
from tests.doors.web.dashboard.lesson_stores import find_one, learn_some

from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.doors.cli.main import main
from twiceshy.doors.web.dashboard.asked import link_message


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return learn_some(scratch_home)


@pytest.fixture
def browser(config: Config) -> TestClient:
    return open_board(config.home).let_in()


def test_it_says_what_speaks_for_it(browser: TestClient, config: Config) -> None:
    """The numbers of the terminal, and what may be decided."""
    page = browser.get(f"/lessons/{find_one(config).id}").text

    for words in ("3 times in 2 sessions of 1 project", "Active: agents hear it", "Promote (y)", "Mute (m)"):
        assert words in page


def test_every_case_leads_to_its_message(browser: TestClient, config: Config) -> None:
    """Where its session is stored; one that was forgotten has no link."""
    lesson = find_one(config)
    with Store.open(config.home, readonly=True) as store:
        cases = store.connection.execute(
            """SELECT o.session, o.event FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
            WHERE p.vector_db_id = ?""",
            (bytes.fromhex(lesson.id[2:]),),
        ).fetchall()
    page = browser.get(f"/lessons/{lesson.id}/cases").text

    assert len(cases) == 3
    for session, event in cases:
        assert f'href="{link_message(session, event)}"' in page


def test_the_data_are_the_terminals(browser: TestClient, config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """To the last number."""
    id_ = find_one(config).id
    assert main(["lessons", "show", id_, "--json"]) == 0

    shown = json.loads(capsys.readouterr().out)
    found = browser.get(f"/api/lessons/{id_}").json()
    shown["lesson"].pop("confidence"), found["lesson"].pop("confidence")  # of another day
    assert found == shown


def test_one_that_is_none(browser: TestClient) -> None:
    """With the command that lists them."""
    for path in ("/lessons/l-00", "/lessons/no-such-lesson", "/lessons/l-00/cases"):
        answer = browser.get(path)
        assert (answer.status_code, "twiceshy lessons" in answer.text) == (404, True)


def test_a_reader_gets_no_buttons(config: Config) -> None:
    """Nor does a write work."""
    browser = open_board(config.home, writes=False).let_in()

    assert "data-act" not in browser.get(f"/lessons/{find_one(config).id}").text
