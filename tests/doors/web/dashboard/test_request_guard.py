"""doors.web.dashboard.request_guard: each row of its table, and the headers of every answer."""

from pathlib import Path

import pytest
from tests.doors.web.dashboard.boards import OWN, PORT, WRITE, Board, open_board


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return open_board(tmp_path)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"evil.example:{PORT}",
        "127.0.0.1",
        f"127.0.0.1:{PORT + 1}",
        f"127.0.0.1.evil.example:{PORT}",
        f"localhost.:{PORT}",
        f"user@127.0.0.1:{PORT}",
        "",
    ],
)
def test_another_name_for_this_machine_is_refused(board: Board, host: str) -> None:
    """A name that an attacker points here afterwards is no name of ours, cookie or not."""
    browser = board.let_in()

    for path in ("/", "/login", "/healthz", "/static/static/page.css", "/api/report"):
        assert browser.get(path, headers={"host": host}).status_code == 403, path


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_our_own_names_are_answered(board: Board, name: str) -> None:
    """With our port."""
    assert board.browser.get("/healthz", headers={"host": f"{name}:{PORT}"}).status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", f"twiceshy-{PORT}=", f"twiceshy-{PORT}=guess", "twiceshy-1=x", "=;=;"])
def test_without_the_pass_nothing_is_shown(board: Board, cookie: str) -> None:
    """Whoever was not let in sees the door only."""
    for path in ("/", "/live", "/api/report", "/overview/cost", "/nowhere"):
        answer = board.browser.get(path, headers={"cookie": cookie})
        assert (answer.status_code, "twiceshy dashboard" in answer.text) == (403, True), path
    assert board.browser.get("/login").status_code == 200


def test_the_token_works_once(board: Board) -> None:
    """Whoever finds the address later has no use for it."""
    token = {"token": board.entrance.token}

    assert board.browser.post("/login", data={"token": "guess"}, headers=WRITE).status_code == 403
    first = board.browser.post("/login", data=token, headers=WRITE)
    assert first.status_code == 204
    assert {"httponly", "samesite=strict", "path=/"} <= {
        part.strip().lower() for part in first.headers["set-cookie"].split(";")
    }
    assert board.browser.post("/login", data=token, headers=WRITE).status_code == 403
    assert board.browser.post("/login", content=b"\xff\xfe=%zz", headers=WRITE).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": OWN},
        {"x-twiceshy": "1"},
        {"origin": "http://evil.example", "x-twiceshy": "1"},
        {"origin": "null", "x-twiceshy": "1"},
        {"origin": OWN + ".evil.example", "x-twiceshy": "1"},
        {**WRITE, "sec-fetch-site": "cross-site"},
    ],
)
def test_a_write_of_another_page_is_refused(board: Board, headers: dict[str, str]) -> None:
    """Though the browser may send our cookie with it."""
    browser = board.let_in()

    assert browser.post("/", data={"a": "b"}, headers=headers).status_code == 403
    assert browser.post("/login", data={"token": board.entrance.token}, headers=headers).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", ""])
def test_another_page_of_this_machine_gets_the_door_only(board: Board, site: str) -> None:
    """Another port is the same site to a browser, which sends our cookie there; a link may lead to the door."""
    browser = board.let_in()

    assert browser.get("/", headers={"sec-fetch-site": site}).status_code == 403
    assert browser.get("/static/static/page.css", headers={"sec-fetch-site": site}).status_code == 403
    assert browser.get("/login", headers={"sec-fetch-site": site}).status_code == 200


def test_a_cookie_that_another_port_set_beside_ours_shuts_nobody_out(board: Board) -> None:
    """Browsers send both under one name."""
    browser = board.let_in()
    own = browser.cookies[f"twiceshy-{PORT}"]
    browser.cookies.clear()
    name = f"twiceshy-{PORT}"

    for cookie in (f"{name}=x; {name}={own}", f"{name}={own}; {name}=x"):
        assert browser.get("/nowhere", headers={"cookie": cookie}).status_code == 404
    assert browser.get("/nowhere", headers={"cookie": f"{name}=x; {name}=y"}).status_code == 403


def test_a_form_has_few_fields(board: Board) -> None:
    """More than any of ours is no bug of ours."""
    answer = board.browser.post("/login", content="a=b&" * 200, headers=WRITE)

    assert (answer.status_code, "100 fields" in answer.text) == (400, True)
    board.let_in()


def test_whoever_asks_for_the_head_of_the_news_gets_an_end(board: Board) -> None:
    """The stream itself has none."""
    assert board.let_in().head("/live").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "OPTIONS"])
def test_other_methods_are_refused(board: Board, method: str) -> None:
    """Nothing here needs them."""
    assert board.let_in().request(method, "/", headers=WRITE).status_code == 405


def test_a_write_is_short(board: Board) -> None:
    """And says how long it is."""
    browser = board.let_in()

    assert browser.post("/login", content=b"x" * 65_537, headers=WRITE).status_code == 413
    assert browser.post("/login", content=iter([b"x"]), headers=WRITE).status_code == 411
    assert browser.post("/login", content=b"", headers={**WRITE, "transfer-encoding": "chunked"}).status_code == 411


def test_every_answer_is_bound(board: Board) -> None:
    """Refusals too: nothing is loaded from elsewhere, nothing is kept, nobody frames it."""
    refused = board.browser.get("/")
    shown = board.let_in().get("/")

    for answer in (refused, shown, board.browser.get("/static/static/dashboard.js")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../pages.py",
        "/static/%2e%2e/%2e%2e/cli/main.py",
        "/static/static/../page_templates.py",
        "/static/static/..%2f..%2f..%2fconfig.py",
        "/static/offline_page.py",
        "/static/templates/report.html",
        "/static/vendor/vendored.toml",
        "/static//etc/passwd",
        "/static/static/%00.js",
    ],
)
def test_only_scripts_and_styles_are_files(board: Board, path: str) -> None:
    """No way leads out of two folders."""
    assert board.browser.get(path).status_code in {403, 404}
