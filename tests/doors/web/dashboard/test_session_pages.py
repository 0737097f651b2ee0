"""doors.web.dashboard: the list of sessions, search, and one session with its parts."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.doors.web.dashboard.boards import open_board
from tests.logs.builders import a_session

from twiceshy.doors.cli.main import main

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sessions: one that mends a file after a failure, one with a subagent, one that only talks."""
    folder = tmp_path_factory.mktemp("sessions")
    logs = folder / "logs"
    logs.mkdir()
    log = a_session("one").prompt(f"mend the parser {HOSTILE}").reads("a.py", "x = 1")
    log.fails("Bash", "Exit code 1\n1 failed", command="pytest -q").edits("a.py", "x = 1", "x = 2").runs(
        "pytest -q", "1 passed"
    )
    log.write(logs / "a.jsonl")
    a_session("two").prompt("what is a parser").write(logs / "b.jsonl")
    long = a_session("long").prompt("walk through it")
    for number in range(240):
        long.agent = "helper" if number > 200 else None
        long.says(f"step {number}")
    long.write(logs / "c.jsonl")
    assert main(["--home", str(folder / "home"), "ingest", str(logs), "--processes", "1"]) == 0
    return folder / "home"


@pytest.fixture
def browser(home: Path) -> TestClient:
    return open_board(home).let_in()


def find_sessions(browser: TestClient) -> list[str]:
    """The addresses of the sessions in the list."""
    return re.findall(r'data-row href="(/sessions/s-[0-9a-f]{32})"', browser.get("/sessions").text)


def find_session(browser: TestClient) -> str:
    """The address of the session that mends a file."""
    return next(one for one in find_sessions(browser) if "mend" in browser.get(one).text)


def open_parts(browser: TestClient, path: str) -> str:
    """All parts of a session."""
    parts = re.findall(r'data-part="([^"]+)"', browser.get(path).text)
    return "".join(browser.get(part.replace("&amp;", "&")).text for part in parts)


def test_the_list_leads_to_each_session(browser: TestClient) -> None:
    """A row each, with its address."""
    assert len(find_sessions(browser)) == 3
    assert "3 sessions" in browser.get("/sessions").text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("project=nothing", "No stored session fits"),
        ("agent=codex", "No stored session fits"),
        ("outcome=rolled-back", "No stored session fits"),
        ("outcome=better", "--outcome cannot be"),
        ("after=zz", "3 sessions"),
        ("since=1h", "No stored session fits"),
    ],
)
def test_filters_narrow_the_list(browser: TestClient, query: str, says: str) -> None:
    """One that fits nothing says so; one that is none says what can be typed."""
    assert says in browser.get(f"/sessions?{query}").text


def test_an_outcome_narrows_the_command_line_too(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As it narrows the page; one that is none is told."""
    done = main(["--home", str(home), "sessions", "--outcome", "corrected"])
    said = capsys.readouterr().out
    wrong = main(["--home", str(home), "sessions", "--outcome", "better"])

    assert (done, "No stored session fits" in said) == (0, True)
    assert wrong != 0
    assert "rolled-back" in capsys.readouterr().err


def test_a_cursor_goes_on_behind_the_last(browser: TestClient, home: Path) -> None:
    """No session twice, none left out."""
    first, second, _ = find_sessions(browser)
    rest = browser.get(f"/sessions?after={first[-32:]}").text

    assert second in rest
    assert first not in rest


def test_search_leads_to_the_very_message(browser: TestClient) -> None:
    """In the part of the session where it stands."""
    found = browser.get("/search?q=parser&kind=prompt").text
    session, uid = re.findall(r'href="(/sessions/s-[0-9a-f]{32})\?at=[0-9a-f]+#m-([0-9a-f]+)"', found)[0]

    assert found.count("<mark>parser</mark>") == 2
    assert f'id="m-{uid}"' in open_parts(browser, session)


def test_a_session_has_a_line_for_each_moment(browser: TestClient) -> None:
    """With what failed as a link to the error, and text of logs as text."""
    text = open_parts(browser, find_session(browser))

    assert text.count('<li class="') == 5
    assert re.search(r'<a href="/errors/e-[0-9a-f]{8}">', text)
    assert "1 different error<" in browser.get(find_session(browser)).text
    assert "&lt;img" in text
    assert HOSTILE not in text


def test_an_opened_edit_stands_side_by_side(browser: TestClient) -> None:
    """Before on the left, after on the right."""
    path = find_session(browser)
    line = re.search(r'id="m-([0-9a-f]+)"(?:(?!<li).)*<b>Edit</b>', open_parts(browser, path))
    assert line is not None
    opened = browser.get(f"{path}/moments/{line[1]}").text

    assert '<div class="gone">x = 1</div><div class="come">x = 2</div>' in opened


def test_the_address_of_a_message_names_its_place(browser: TestClient) -> None:
    """So that the script opens the right part; one that is gone is told."""
    path = find_session(browser)
    uid = re.findall(r'id="m-([0-9a-f]+)"', open_parts(browser, path))[2]

    assert f'data-at="{uid}"' in browser.get(f"{path}?at={uid}").text
    assert "is not stored any more" in browser.get(f"{path}?at={'0' * 32}").text


def test_a_long_session_comes_in_parts_and_its_subagent_folded(browser: TestClient) -> None:
    """Each part says how many moments it has; a run is one of them, and comes in parts of its own."""
    path = next(one for one in find_sessions(browser) if "walk" in browser.get(one).text)
    counts = [int(one) for one in re.findall(r'data-count="([0-9]+)"', browser.get(path).text)]
    text = open_parts(browser, path)
    run = re.findall(r'data-parts="([^"]+)"', text)

    assert counts == [200, 3]
    assert (text.count("<b>said</b>"), text.count("data-fold"), len(run)) == (201, 1, 1)
    assert "39 moments" in text
    assert open_parts(browser, run[0]).count("<b>said</b>") == 39


def test_a_message_of_a_subagent_is_found(browser: TestClient) -> None:
    """Its address names the run, and the part where the run is folded."""
    path = next(one for one in find_sessions(browser) if "walk" in browser.get(one).text)
    fold = re.findall(r'data-run="([0-9a-f]+)" data-parts="([^"]+)"', open_parts(browser, path))[0]
    uid = re.findall(r'id="m-([0-9a-f]+)"', open_parts(browser, fold[1]))[7]
    frame = browser.get(f"{path}?at={uid}").text

    assert f'data-at="{uid}"' in frame
    assert f'data-at-run="{fold[0]}"' in frame
    assert re.search(r'data-at-fold="[0-9]+"', frame)


def test_an_error_leads_to_each_time_it_happened(browser: TestClient) -> None:
    """With what the agent did next; its data are those of `show`."""
    text = open_parts(browser, find_session(browser))
    name, uid = re.findall(r"/errors/(e-[0-9a-f]{8})", text)[0], re.findall(r'class="bad" id="m-([0-9a-f]+)"', text)[0]
    page = browser.get(f"/errors/{name}").text

    assert f"#m-{uid}" in page
    assert "What the agent did next" in page
    assert browser.get(f"/api/errors/{name}").json()["error"]["count"] == 1
    assert browser.get("/errors/e-00000000").status_code == 404
    assert browser.get("/errors/s-1").status_code == 404


@pytest.mark.parametrize(
    "path", ["/sessions/s-00000000", "/sessions/x", f"/sessions/s-{'0' * 32}/part", "/sessions/s-zz/moments/zz"]
)
def test_a_session_that_is_none(browser: TestClient, path: str) -> None:
    """The page says what lists them."""
    answer = browser.get(path)

    assert (answer.status_code, "twiceshy sessions" in answer.text) == (404, True)


def test_the_data_of_a_session_are_those_of_show(browser: TestClient) -> None:
    """Whole, whatever the page shows at once."""
    found = browser.get(f"/api{find_session(browser)}").json()

    assert found["schema"] == "twiceshy/show/1"
    assert [one["kind"] for one in found["timeline"]["moments"]].count("call") == 4
