"""doors.web.dashboard.advice_page: what advice did, with a way to every time that it was given or held out."""

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.advice.recipes.test_advice_effects import RULE, given, put, warned
from tests.doors.web.dashboard.boards import open_board
from tests.doors.web.dashboard.lesson_stores import find_one, learn_some

from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.doors.cli.main import main
from twiceshy.doors.web.dashboard.asked import link_message
from twiceshy.records.rules import Fate


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return learn_some(scratch_home)


@pytest.fixture
def browser(config: Config) -> TestClient:
    return open_board(config.home).let_in()


def own(config: Config) -> str:
    """Make the rule one of the lesson's; return the lesson."""
    lesson = find_one(config).id
    with Store.open(config.home) as store, store.begin_writing() as connection:
        connection.execute(
            "INSERT INTO rule VALUES (?, 'rerun', ?, '', 'words', 'warn', .9, 3, 2, 2, '2026-09-01T12:00:00.000Z')",
            (RULE, bytes.fromhex(lesson[2:])),
        )
    return lesson


def test_nothing_given_is_said(browser: TestClient, config: Config) -> None:
    """Of all, and of one lesson."""
    assert "No advice was given yet" in browser.get("/lessons/effect").text
    assert "never told" in browser.get(f"/lessons/{find_one(config).id}/advice").text


def test_the_tables_are_the_terminals(browser: TestClient, config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """The same record; both sides, and the interval."""
    put(config, *warned(held=20, shown=100))
    assert main(["lessons", "effect", "--json"]) == 0

    assert browser.get("/api/lessons/effect").json() == json.loads(capsys.readouterr().out)
    page = browser.get("/lessons/effect").text
    for words in ("50 of 100", "10 of 20", " to +", "retired"):
        assert words in page


def test_a_lessons_own_advice_leads_to_its_messages(browser: TestClient, config: Config) -> None:
    """Told and held out, right and wrong; another rule's is left out."""
    lesson = own(config)
    told = [given("one", shown=True, outcome=Fate.FAILED), given("two", shown=False, outcome=Fate.FINE)]
    put(config, *told, given("three", shown=True, outcome=None))

    page = browser.get(f"/lessons/{lesson}/advice").text

    for one in told:
        assert one.call is not None
        assert f'href="{link_message(one.session, one.call)}"' in page
    for words in (
        "3 times",
        "1 of 1",
        "0 of 1",
        "it went wrong (failed)",
        "the call was fine",
        "not known",
        "held out",
    ):
        assert words in page
    other = min(browser.get("/api/lessons?state=all").json()["lessons"], key=lambda each: each["observations"])
    assert "never told" in browser.get(f"/lessons/{other['id']}/advice").text
