"""doors.web.dashboard.app: pages, parts, data and errors, over stores of every state."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.doors.web.dashboard.boards import OWN, open_board
from tests.logs.builders import a_session

from twiceshy.doors.cli.main import main
from twiceshy.doors.web.dashboard.pages import list_pages

PAGES = list_pages(None)

NAMED = {"/history", "/history/partners", "/settings/forget", "/memory/chunks"}
"""Pages about a thing that their address must name; their own tests open them."""
PATHS = [page.path for page in PAGES if "{" not in page.path and page.path not in NAMED]
DATA = [page for page in PAGES if page.schema and page.path in PATHS and page.path != "/memory"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A small store."""
    log = tmp_path / "logs" / "a.jsonl"
    log.parent.mkdir()
    a_session("one").prompt("mend <b>it</b>").runs("pytest", "1 failed", failed=True).runs("pytest", "1 passed").write(
        log
    )
    assert main(["--home", str(tmp_path / "home"), "ingest", str(log), "--processes", "1"]) == 0
    return tmp_path / "home"


@pytest.fixture
def browser(home: Path) -> TestClient:
    return open_board(home).let_in()


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_whole_or_a_part(browser: TestClient, path: str) -> None:
    """Whoever opens its address gets a page; the script gets what stands in it."""
    whole = browser.get(path)
    part = browser.get(path, headers={"hx-request": "true"})

    assert (whole.status_code, part.status_code) == (200, 200), whole.text
    assert "<script>" not in whole.text
    assert not part.text.startswith("<!DOCTYPE")


@pytest.mark.parametrize("page", DATA, ids=lambda page: page.path)
def test_the_data_of_a_page_are_the_command_lines(browser: TestClient, page: object) -> None:
    """Under the schema of the verb."""
    path = getattr(page, "path", "")
    answer = browser.get(f"/api{path}")

    assert answer.status_code == 200, answer.text
    assert answer.json()["schema"] == f"twiceshy/{getattr(page, 'schema', '')}/1"


@pytest.mark.parametrize("path", PATHS)
def test_without_a_store_every_page_says_what_to_do(tmp_path: Path, path: str) -> None:
    """None fails, none is empty."""
    answer = open_board(tmp_path).let_in().get(path)

    assert answer.status_code in {200, 404}
    assert "twiceshy ingest" in answer.text or "twiceshy init" in answer.text or answer.status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_a_damaged_store_is_told(home: Path, path: str) -> None:
    """With the words of the command line."""
    (home / "twiceshy.db").write_bytes(b"no database" * 500)
    answer = open_board(home).let_in().get(path)

    assert answer.status_code in {200, 503}, answer.text
    if answer.status_code == 503:
        assert "twiceshy.db" in answer.text
        assert "Traceback" not in answer.text


def test_each_page_has_a_key_of_its_own() -> None:
    """`g` and the key lead to one page."""
    keys = [page.key for page in PAGES if page.key]

    assert sorted(keys) == sorted(set(keys))


def test_an_address_that_is_none(browser: TestClient) -> None:
    """A page that has the bar, so that one finds back."""
    answer = browser.get("/nowhere/<script>")

    assert answer.status_code == 404
    assert 'aria-label="Pages"' in answer.text
    assert "<script>" not in answer.text


def test_a_time_that_is_none(browser: TestClient) -> None:
    """What can be typed is said."""
    answer = browser.get("/?since=soon")

    assert (answer.status_code, "36h" in answer.text) == (400, True)


def test_a_bug_of_ours_quotes_no_log(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names a place in the code."""
    board = open_board(home)
    browser = board.let_in()

    def fail(*_: object, **__: object) -> None:
        raise KeyError("what a log said")

    monkeypatch.setattr("twiceshy.recipes.look.newest_sessions.sessions.list_sessions", fail)
    answer = browser.get("/", headers={"origin": OWN})

    assert answer.status_code == 500
    assert "KeyError at" in answer.text
    assert "what a log said" not in answer.text


def test_a_part_that_fails_is_a_part(tmp_path: Path) -> None:
    """The script puts it into a page that has a frame and a heading."""
    browser = open_board(tmp_path).let_in()
    part = browser.get("/overview/cost", headers={"hx-request": "true"}).text

    assert "twiceshy ingest" in part
    assert not {"<!DOCTYPE html>", "<h1>", "<nav"} & set(re.findall(r"<!?[\w ]+>?", part))
    assert "<h1>" in browser.get("/overview/cost").text
