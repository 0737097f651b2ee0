"""twiceshy_git.memory_page: what travels with the repository that the dashboard was started in."""

import subprocess
from pathlib import Path

import pytest
from tests.doors.web.dashboard.boards import open_board
from tests.logs.builders import a_session

from twiceshy.doors.cli.main import main


def test_a_repository_without_a_memory_says_how_one_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of any repository the page says where to go."""
    (tmp_path / "shop").mkdir()
    a_session("one").prompt("mend it").write(tmp_path / "a.jsonl")
    assert main(["--home", str(tmp_path / "home"), "ingest", str(tmp_path / "a.jsonl"), "--processes", "1"]) == 0
    monkeypatch.chdir(tmp_path / "shop")
    browser = open_board(tmp_path / "home").let_in()
    assert "is not in a git repository" in browser.get("/memory").text
    assert browser.get("/api/memory").status_code == 404

    subprocess.run(["git", "init", "-q", "."], check=True)
    assert "twiceshy init --git" in browser.get("/memory").text
    assert browser.get("/api/memory").json()["kept"] is False
