"""A dashboard over a data folder, asked in process: no port, no browser, no thread of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from twiceshy.base.config import load
from twiceshy.doors.web.dashboard.acts import ACTS
from twiceshy.doors.web.dashboard.app import Dashboard, make_app
from twiceshy.doors.web.dashboard.page_answers import PageAnswers
from twiceshy.doors.web.dashboard.pages import list_pages
from twiceshy.doors.web.dashboard.request_guard import Entrance
from twiceshy.screens.number_words import make_page_words

PAGES = list_pages(None)

PORT = 8317
OWN = f"http://127.0.0.1:{PORT}"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WRITE = {"origin": OWN, "x-twiceshy": "1"}
"""Headers of a write that our own page makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A dashboard, and a browser that is let in once it has shown the token."""

    app: Starlette
    entrance: Entrance
    browser: TestClient

    def let_in(self) -> TestClient:
        """Return the browser, with the cookie."""
        answer = self.browser.post("/login", data={"token": self.entrance.token}, headers=WRITE)
        assert answer.status_code == 204, answer.text
        return self.browser


def open_board(home: Path, *, writes: bool = True, env: Mapping[str, str] | None = None) -> Board:
    """Return a dashboard over that data folder; nobody was let in."""
    config = load({"home": str(home)}, env or {}, home)
    entrance = Entrance()
    board = Dashboard(
        config=config,
        words=make_page_words(),
        pages=PAGES,
        acts=ACTS,
        kept=PageAnswers(config.home),
        entrance=entrance,
        port=PORT,
        now=lambda: NOW,
        writes=writes,
    )
    app = make_app(board)
    return Board(app=app, entrance=entrance, browser=TestClient(app, base_url=OWN, raise_server_exceptions=False))
