"""doors.web.dashboard.habits_page: each comparison leads to the sessions behind it."""

import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.doors.web.dashboard.boards import open_board

from twiceshy.doors.cli.main import main
from twiceshy.doors.web.dashboard.asked import Asked
from twiceshy.doors.web.dashboard.habits_page import link_history


def test_a_name_stays_a_name_in_an_address(tmp_path: Path) -> None:
    """Whatever stands in a path; the filters of the page go with it."""
    asked = Asked(config=None, words=None, kept=None, now=None, query={"project": "a&b", "since": ""})  # type: ignore[arg-type]  # only the query is read

    for name in ("a b.py", "x?y=1&z#q", "javascript:alert(1)", "//evil.example", "é\u202e"):
        address = urlsplit(link_history(name, asked))
        assert (address.scheme, address.netloc, address.path) == ("", "", "/history")
        assert parse_qs(address.query) == {"name": [name], "project": ["a&b"]}


def test_a_file_without_judged_edits_says_what_to_do(tmp_path: Path) -> None:
    """And a name that is none is not found."""
    assert main(["--home", str(tmp_path), "ingest", str(tmp_path), "--processes", "1"]) in {0, 20, 30}
    browser = open_board(tmp_path).let_in()
    answer = browser.get("/history?name=src/none.py")

    assert answer.status_code == 404
    assert "src/none.py" in answer.text


def test_partners_are_those_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That it was started in; elsewhere the part says so, without a heading of its own."""
    monkeypatch.chdir(tmp_path)
    browser = open_board(tmp_path / "home").let_in()
    part = browser.get("/history/partners?name=a.py", headers={"hx-request": "true"})
    assert (part.status_code, "<h1>" in part.text) == (200, False)
    assert browser.get("/api/history/partners?name=a.py").status_code == 404

    commit = ["git", "-c", "user.name=A", "-c", "user.email=a@example.test", "commit", "-qm", "both"]
    subprocess.run(["git", "init", "-q", "."], check=True)
    for number in range(6):
        for name in ("a.py", "b.py"):
            (tmp_path / name).write_text(f"{number}\n")
        subprocess.run(["git", "add", "a.py", "b.py"], check=True)
        subprocess.run(commit, check=True)
    found = browser.get("/api/history/partners?name=a.py").json()["files"]
    assert [one["path"] for one in found] == ["b.py"]
    assert "/history?name=b.py" in browser.get("/history/partners?name=a.py").text
