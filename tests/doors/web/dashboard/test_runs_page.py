"""doors.web.dashboard.runs_page: runs, one run, and what a person says of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.doors.web.dashboard.boards import WRITE, open_board
from tests.shortcuts import put_compiled_rules

from twiceshy.doors.cli.main import main


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Three runs of one command."""
    home = tmp_path / "data"
    put_compiled_rules(home)
    words = ["--home", str(home), "run", "--wait-telemetry", "--quiet", "--", "true"]
    for _ in range(3):
        subprocess.run([sys.executable, "-m", "twiceshy", *words], check=True)
    return home


def test_a_run_stands_beside_the_others_of_its_command(home: Path) -> None:
    """Each leads to its own page; the plot has them all."""
    browser = open_board(home).let_in()
    found = browser.get("/api/runs").json()["runs"]
    page = browser.get(f"/runs/{found[0]['id']}").text

    assert len(found) == 3
    assert all(f"/runs/{one['id']}" in browser.get("/runs").text for one in found)
    assert "3 runs; seconds each took" in page
    assert all(f"/runs/{one['id']}" in page for one in found)


def test_what_a_person_says_is_stored_and_taken_back(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As `twiceshy feedback` stores it; the answer holds what takes it back."""
    browser = open_board(home).let_in()
    name = browser.get("/api/runs").json()["runs"][0]["id"]

    def is_false_positive() -> bool:
        capsys.readouterr()
        assert main(["--home", str(home), "show", name, "--json"]) == 0
        return bool(json.loads(capsys.readouterr().out)["run"]["run"]["false_positive"])

    done = browser.post(f"/api/runs/{name}/feedback", data={"says": "false-positive"}, headers=WRITE).json()
    assert is_false_positive()
    browser.post(done["undo"], data=done["values"], headers=WRITE)
    assert not is_false_positive()


def test_what_cannot_be_said_is_refused(home: Path) -> None:
    """And a run that is none; and everything where the dashboard only reads."""
    browser = open_board(home).let_in()
    name = browser.get("/api/runs").json()["runs"][0]["id"]

    assert browser.post(f"/api/runs/{name}/feedback", data={"says": "x"}, headers=WRITE).status_code == 400
    assert browser.post("/api/runs/r-0000/feedback", data={"says": "false-positive"}, headers=WRITE).status_code == 404
    assert browser.get("/runs/r-0000").status_code == 404
    only = open_board(home, writes=False).let_in()
    answer = only.post(f"/api/runs/{name}/feedback", data={"says": "false-positive"}, headers=WRITE)
    assert (answer.status_code, "--read-only" in answer.json()["says"]) == (400, True)
    assert "data-act" not in only.get(f"/runs/{name}").text
