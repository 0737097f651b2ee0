"""The board lets in who may read, shows what the token allows, and nothing that somebody else's page asks for."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from wings.team.tests.server.team_clients import NOW, SCAN, Place

from twiceshy.base.errors import StoreUnwritable
from twiceshy.doors.web.dashboard.asked import RowTable
from twiceshy.screens.number_words import make_page_words
from twiceshy_team.serve import TeamServer
from twiceshy_team.server.board.board_app import PASS_AGE, BoardPasses, ServedBoard, make_board_app
from twiceshy_team.server.board.board_asked import BoardAsked, BoardDrawn, BoardPage
from twiceshy_team.server.request_rate import RequestRate
from twiceshy_team.server.serve import join_sites

OWN = "http://board.example:8443"
FORM = {"origin": OWN}


def draw_rows(found: Any, asked: BoardAsked) -> BoardDrawn:
    """A page with one hostile cell."""
    rows = [(f"<script>{found}</script>", asked.window)]
    return BoardDrawn((f"Over {asked.days} days.",), (RowTable("Rows", ("what", "since"), rows, "none"),))


def fail(_: BoardAsked) -> Any:
    """A fault of ours whose words quote a row."""
    raise ValueError("hunter2")


def leave_alone(_: BoardAsked) -> Any:
    """The database is away."""
    raise StoreUnwritable("hunter2 in /var/lib")


PAGES = (
    BoardPage("/", "Work", "read", lambda _: "rows", draw_rows),
    BoardPage("/people", "People", "admin", lambda _: "people", draw_rows),
    BoardPage("/fault", "Fault", "read", fail, draw_rows),
    BoardPage("/away", "Away", "read", leave_alone, draw_rows),
)


class Clock:
    """What time it is for the board."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def open_board(place: Place, clock: Clock, *, at_once: int = 50) -> TestClient:
    """A browser before a board that reads from a store in memory."""
    board = ServedBoard(
        server=TeamServer(store=place.store, scan=SCAN, level="full"),
        pages=PAGES,
        words=make_page_words(),
        passes=BoardPasses(b"k" * 32),
        tries=RequestRate(per_second=0.1, at_once=at_once, clock=lambda: 0.0),
        now=clock,
        secure=False,
    )
    return TestClient(make_board_app(board), base_url=OWN, raise_server_exceptions=False, follow_redirects=False)


def sign_in(browser: TestClient, token: dict[str, str]) -> int:
    """Post the token as the door's form does."""
    text = token["authorization"].removeprefix("Bearer ")
    return browser.post("/sign-in", data={"token": text}, headers=FORM).status_code


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    found = Place(tmp_path)
    yield found
    found.store.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_nobody_sees_a_page_without_signing_in(place: Place, clock: Clock) -> None:
    """They are led to the door, which says how."""
    browser = open_board(place, clock)

    assert [browser.get(one.path).headers["location"] for one in PAGES] == ["/sign-in"] * 4
    assert "twiceshy serve token" in browser.get("/sign-in").text


def test_a_reader_sees_the_pages_of_readers(place: Place, clock: Clock) -> None:
    """The bar has no page that they may not open, and what a row says stays text."""
    browser = open_board(place, clock)
    token = place.make_member(place.make_team(), "read")

    assert sign_in(browser, token) == 303
    shown = browser.get("/?since=7d")

    assert (shown.status_code, "&lt;script&gt;rows" in shown.text, "<script>rows" in shown.text) == (200, True, False)
    assert ("Over 7 days." in shown.text, "/people" in shown.text) == (True, False)
    assert "script-src 'self'" in shown.headers["content-security-policy"]
    assert browser.get("/people").status_code == 403
    assert "Over 30 days." in browser.get("/?since=yesterday").text


def test_an_administrator_sees_all(place: Place, clock: Clock) -> None:
    """With a token that may read too."""
    browser = open_board(place, clock)
    sign_in(browser, place.make_member(place.make_team(), "read", "admin"))

    assert browser.get("/people").status_code == 200


def test_a_machine_that_only_writes_is_not_let_in(place: Place, clock: Clock) -> None:
    """Nor is a token that nobody knows; the door says what to do."""
    browser = open_board(place, clock)
    token = place.make_member(place.make_team(), "write")

    assert sign_in(browser, token) == 403
    assert sign_in(browser, {"authorization": "Bearer tws_" + "A" * 43}) == 403
    assert browser.post("/sign-in", data={"token": "x" * 5000}, headers=FORM).status_code == 403
    assert browser.get("/").headers["location"] == "/sign-in"


def test_a_revoked_token_is_out_at_once(place: Place, clock: Clock) -> None:
    """Though its cookie is young."""
    browser = open_board(place, clock)
    team = place.make_team()
    sign_in(browser, place.make_member(team, "read"))
    assert browser.get("/").status_code == 200

    place.store.revoke_token(team, place.store.list_tokens(team)[0].digest, NOW)

    assert browser.get("/").headers["location"] == "/sign-in"


def test_a_session_ends_with_its_time_or_when_one_signs_out(place: Place, clock: Clock) -> None:
    """Then the door asks again."""
    browser = open_board(place, clock)
    token = place.make_member(place.make_team(), "read")
    sign_in(browser, token)
    assert browser.get("/").status_code == 200
    assert browser.post("/sign-out", headers=FORM).headers["location"] == "/sign-in"
    assert browser.get("/").status_code == 303

    sign_in(browser, token)
    clock.now += PASS_AGE + timedelta(seconds=1)
    assert browser.get("/").status_code == 303


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}],
)
def test_no_other_sites_page_signs_in_or_out(place: Place, clock: Clock, headers: dict[str, str]) -> None:
    """Browsers say where a form stands."""
    browser = open_board(place, clock)

    answers = [browser.post(path, data={"token": "x"}, headers=headers) for path in ("/sign-in", "/sign-out")]

    assert [one.status_code for one in answers] == [403, 403]


def test_guessing_is_slow(place: Place, clock: Clock) -> None:
    """After some tries from one address the right token has to wait too."""
    browser = open_board(place, clock, at_once=3)
    token = place.make_member(place.make_team(), "read")
    guessed = [sign_in(browser, {"authorization": "Bearer tws_guess"}) for _ in range(3)]

    assert (guessed, sign_in(browser, token)) == ([403] * 3, 429)


def test_a_fault_is_said_without_a_rows_words(place: Place, clock: Clock) -> None:
    """Ours with its place, the database's with what to do."""
    browser = open_board(place, clock)
    sign_in(browser, place.make_member(place.make_team(), "read"))

    fault, away, missing = (browser.get(path) for path in ("/fault", "/away", "/nothing"))

    assert [one.status_code for one in (fault, away, missing)] == [500, 503, 404]
    assert not [one for one in (fault, away, missing) if "hunter2" in one.text]
    assert "Try again later" in away.text


def test_only_our_styles_are_sent(place: Place, clock: Clock) -> None:
    """No source file, and nothing outside of the folder."""
    browser = open_board(place, clock)
    paths = ("static/page.css", "page_templates.py", "static/../page_templates.py", "templates/board/door.html")

    assert [browser.get(f"/static/{path}").status_code for path in paths] == [200, 404, 404, 404]


def test_programs_and_people_have_one_address(place: Place, clock: Clock) -> None:
    """Each path goes to the site that it is for, and none to both."""
    browser = open_board(place, clock)
    both = TestClient(join_sites(place.open().app, browser.app), base_url=OWN, follow_redirects=False)

    assert both.get("/").headers["location"] == "/sign-in"
    assert [both.get(path).status_code for path in ("/healthz", "/v1/erasures", "/api/nothing", "/metrics")] == [
        *(200, 401, 404, 401)
    ]
