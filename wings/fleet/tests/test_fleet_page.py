"""The dashboard's page of a fleet: absent without the setting, the command line's own figures with it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.doors.web.dashboard.boards import OWN, PORT, WRITE
from wings.fleet.tests.lake.small_outputs import write_example

from twiceshy.base.config import load
from twiceshy.base.errors import ConfigError
from twiceshy.doors.cli.main import main
from twiceshy.doors.web import fleet_rows
from twiceshy.doors.web.dashboard.acts import ACTS
from twiceshy.doors.web.dashboard.app import Dashboard, make_app
from twiceshy.doors.web.dashboard.page_answers import PageAnswers
from twiceshy.doors.web.dashboard.pages import list_pages
from twiceshy.doors.web.dashboard.request_guard import Entrance
from twiceshy.screens.number_words import make_page_words

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")
PART = {"hx-request": "true"}


def open_browser(home: Path, output: str) -> TestClient:
    """A browser that was let in to a dashboard with that setting."""
    config = load({"home": str(home)}, {"TWICESHY_FLEET_OUTPUT": output}, home)
    entrance = Entrance()
    board = Dashboard(
        config=config,
        words=make_page_words(),
        pages=list_pages(config),
        acts=ACTS,
        kept=PageAnswers(home),
        entrance=entrance,
        port=PORT,
        now=lambda: datetime(2026, 11, 23, 12, tzinfo=UTC),
        writes=True,
    )
    browser = TestClient(make_app(board), base_url=OWN, raise_server_exceptions=False)
    assert browser.post("/login", data={"token": entrance.token}, headers=WRITE).status_code == 204
    return browser


def test_without_the_setting_there_is_no_page(tmp_path: Path) -> None:
    """Neither in the bar nor at its address."""
    browser = open_browser(tmp_path, "")

    without = list_pages(load({"home": str(tmp_path)}, {}, tmp_path))
    assert "/fleet" not in {page.path for page in without}
    assert browser.get("/fleet").status_code == 404
    assert "/fleet" not in browser.get("/settings").text


def test_it_has_the_figures_of_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same record at `/api`, and its words on the page."""
    write_example(tmp_path / "out")
    browser = open_browser(tmp_path, str(tmp_path / "out"))
    words = ["--home", str(tmp_path), "fleet", "report", str(tmp_path / "out"), "--by", "model", "--json"]
    assert main(words) == 0

    printed = json.loads(capsys.readouterr().out)
    page = browser.get("/fleet?by=model", headers=PART).text

    assert browser.get("/api/fleet?by=model").json() == printed
    assert printed["whole"]["sessions"] == 3
    assert "3 sessions of 2 people · 2 teams · 2 repositories" in page
    assert "Reading before an edit: 3 times in 2 sessions" in page
    assert 'href="/fleet?by=month"' in page
    assert "Asking the fleet&#39;s tables" in browser.get("/fleet").text


def test_an_output_that_is_empty_says_what_to_do(tmp_path: Path) -> None:
    """As the command line does; a dimension that there is not is no error."""
    browser = open_browser(tmp_path, str(tmp_path / "nothing"))

    answer = browser.get("/fleet?by=moon", headers=PART)

    assert answer.status_code in {200, 404}
    assert "has no session" in answer.text


def test_a_team_s_name_is_quoted_in_addresses(tmp_path: Path) -> None:
    """It comes from a folder that anybody named."""
    write_example(tmp_path / "out")
    browser = open_browser(tmp_path, str(tmp_path / "out"))

    assert "by=month&amp;team=blue" in browser.get("/fleet?team=blue", headers=PART).text
    assert fleet_rows.choose_dimension("moon") == "team"


def test_a_project_cannot_set_it(tmp_path: Path) -> None:
    """A cloned repository would choose what the person looks at."""
    (tmp_path / "work" / ".twiceshy").mkdir(parents=True)
    (tmp_path / "work" / ".twiceshy" / "config.toml").write_text('[fleet]\noutput = "s3://theirs"\n')

    with pytest.raises(ConfigError, match=r"fleet\.output"):
        load({}, {}, tmp_path / "work")
