"""``backfill``, ``ci`` and ``revert`` as people and CI jobs call them."""

import json
import subprocess
from pathlib import Path

import pytest

from twiceshy.doors.cli.main import main


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three commits, the last of which takes back the one before."""
    folder = tmp_path / "web"
    git(tmp_path, "init", "-q", "-b", "main", "web")
    git(folder, "commit", "-q", "--allow-empty", "-m", "First")
    (folder / "a").write_text("one\n")
    git(folder, "add", "a")
    git(folder, "commit", "-q", "-m", "Add a")
    git(folder, "revert", "--no-edit", "HEAD")
    monkeypatch.chdir(folder)
    return folder


def test_the_past_is_read_and_shows_its_reverts(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In words and for programs."""
    assert main(["backfill", "--all"]) == 0
    assert "Stored 3 new commits" in capsys.readouterr().out
    assert main(["backfill-lite", "-n", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["schema"], found["new"], found["stored_before"]) == ("twiceshy/backfill/1", 0, 2)
    assert main(["revert"]) == 0
    out = capsys.readouterr().out
    assert git(repo, "rev-parse", "HEAD~1")[:12] in out
    assert "the message" in out


def test_a_ci_job_says_how_it_went(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its variables, under the first collector's name too."""
    monkeypatch.setenv("GITHUB_SHA", git(repo, "rev-parse", "HEAD"))
    monkeypatch.setenv("GITHUB_JOB", "tests")
    monkeypatch.setenv("CI_RESULT", "success")

    assert main(["ci-autocapture"]) == 0
    assert ": pass (1 job)" in capsys.readouterr().out
    assert main(["ci", "get", "--commit", "HEAD~1"]) == 0
    assert "Nothing is known of" in capsys.readouterr().out


def test_a_word_of_a_person_is_taken_down(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the commit that did it."""
    assert main(["revert", "--commit", "HEAD~2", "--by", "HEAD"]) == 0
    assert "Git was not touched" in capsys.readouterr().out
    assert main(["revert", "--by", "HEAD"]) == 2
    assert git(repo, "rev-list", "--count", "HEAD") == "3"


def test_nothing_is_collected_while_switched_off(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even the data folder is made."""
    monkeypatch.setenv("TWICESHY_ENABLED", "0")
    assert repo.is_dir()
    for words in (["backfill"], ["ci", "set", "--result", "pass"], ["revert"]):
        assert main(words) == 0
    assert "Stored" not in capsys.readouterr().out


def test_a_report_of_tests_belongs_to_a_commit(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As JUnit writes it."""
    (repo / "unit.xml").write_text('<testsuite tests="1" failures="0"><testcase name="a"/></testsuite>')

    assert main(["ingest", "unit.xml", "--commit", "HEAD"]) == 0
    assert "1 CI result of HEAD" in capsys.readouterr().err
    assert main(["ci", "get"]) == 0
    assert ": pass (1 job)" in capsys.readouterr().out
