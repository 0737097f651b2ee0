"""doors.web.dashboard.suggestions_page: what is written is what was shown, and it goes out again."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.doors.web.dashboard.boards import WRITE, open_board
from tests.insights.suggest import conftest as suggest_shop
from tests.insights.suggest.conftest import TOX, Shop, a_proposal

propose, shop = suggest_shop.propose, suggest_shop.shop


@pytest.fixture
def folder(shop: Shop, propose: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's folder, for which one line is proposed."""
    monkeypatch.chdir(shop.root)
    propose(a_proposal())
    (shop.root / "CLAUDE.md").write_text("# Shop\n")
    return shop.root


def find_seen(page: str) -> str:
    """What the page says was shown."""
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None, page
    return found[1]


def test_a_line_is_shown_written_and_taken_out(folder: Path, shop: Shop) -> None:
    """The file is the same bytes again."""
    browser = open_board(shop.config.home).let_in()
    name = browser.get("/api/suggestions").json()["places"][0]["suggestions"][0]["id"]
    page = browser.get(f"/suggestions/{name}").text
    before = (folder / "CLAUDE.md").read_bytes()

    done = browser.post(f"/api/suggestions/{name}/write", data={"seen": find_seen(page)}, headers=WRITE)
    assert done.status_code == 200, done.text
    assert TOX in (folder / "CLAUDE.md").read_text()
    taken = browser.post(done.json()["undo"], data=done.json()["values"], headers=WRITE)
    assert taken.status_code == 200, taken.text
    assert (folder / "CLAUDE.md").read_bytes() == before


def test_what_was_not_shown_is_not_written(folder: Path, shop: Shop) -> None:
    """Nor what is another change by now."""
    browser = open_board(shop.config.home).let_in()
    name = browser.get("/api/suggestions").json()["places"][0]["suggestions"][0]["id"]
    seen = find_seen(browser.get(f"/suggestions/{name}").text)
    (folder / "CLAUDE.md").write_text("# Another\n")

    for said in ("", "0" * 64, seen):
        answer = browser.post(f"/api/suggestions/{name}/write", data={"seen": said}, headers=WRITE)
        assert (answer.status_code, "look at it first" in answer.json()["says"]) == (400, True)
    assert (folder / "CLAUDE.md").read_text() == "# Another\n"
