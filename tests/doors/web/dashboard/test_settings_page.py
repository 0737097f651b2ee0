"""doors.web.dashboard.settings_page: settings are changed and changed back; forgetting is shown before."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.doors.web.dashboard.boards import WRITE, open_board
from tests.logs.builders import a_session

from twiceshy.base.config import SETTINGS
from twiceshy.doors.cli.main import main


@pytest.fixture
def browser(tmp_path: Path) -> TestClient:
    log = tmp_path / "a.jsonl"
    a_session("one").prompt("mend it").runs("pytest", "1 passed").write(log)
    assert main(["--home", str(tmp_path / "home"), "ingest", str(log), "--processes", "1"]) == 0
    return open_board(tmp_path / "home").let_in()


def test_a_setting_is_changed_and_changed_back(browser: TestClient) -> None:
    """In the user's own file; the page shows where a value comes from."""
    before = browser.get("/api/settings").json()["settings"]["privacy.level"]

    done = browser.post("/api/settings/privacy.level", data={"value": "strict"}, headers=WRITE)
    assert done.status_code == 200, done.text
    assert browser.get("/api/settings").json()["settings"]["privacy.level"]["value"] == "strict"
    browser.post(done.json()["undo"], data=done.json()["values"], headers=WRITE)
    assert browser.get("/api/settings").json()["settings"]["privacy.level"]["value"] == before["value"]


@pytest.mark.parametrize(("key", "value"), [("privacy.level", "none"), ("nosuch", "1"), ("enabled", "maybe")])
def test_a_value_that_is_none_is_refused(browser: TestClient, key: str, value: str) -> None:
    """With what is allowed."""
    answer = browser.post(f"/api/settings/{key}", data={"value": value}, headers=WRITE)

    assert answer.status_code == 400
    assert key in answer.json()["says"]


def test_forgetting_is_shown_before_it_is_done(browser: TestClient) -> None:
    """Looking removes nothing; without a name nothing can be forgotten."""
    session = browser.get("/api/settings/forget?since=2020-01-01").json()
    assert session["sessions"] == 1
    assert "Remove it for good" in browser.get("/settings/forget?since=2020-01-01").text
    assert browser.get("/api/settings/forget?since=2020-01-01").json()["sessions"] == 1

    assert browser.post("/api/settings/forget/now", data={}, headers=WRITE).status_code == 400
    done = browser.post("/api/settings/forget/now", data={"since": "2020-01-01"}, headers=WRITE)
    assert (done.status_code, done.json()["says"][:16]) == (200, "Forgot 1 session")
    assert browser.get("/api/settings/forget?since=2020-01-01").json()["sessions"] == 0


def test_no_page_names_a_program_to_run(browser: TestClient) -> None:
    """Neither the folder that such programs lie in; no other setting speaks of one."""
    program = [key for key, one in SETTINGS.items() if one.runs]
    answers = [browser.post(f"/api/settings/{key}", data={"value": "/tmp/x"}, headers=WRITE) for key in program]

    assert program == ["home", *(key for key, one in SETTINGS.items() if "path of the program" in one.doc)]
    assert [(one.status_code, "no page sets it" in one.text) for one in answers] == [(400, True)] * 3
    assert {SETTINGS[key].project for key in program} == {"no"}
