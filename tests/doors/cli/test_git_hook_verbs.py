"""`init --git`, `remove --git` and what `doctor --repair` says of it, from outside."""

import json
from pathlib import Path

import pytest
from tests.recipes.setup.git_builders import make_repository

from twiceshy.doors.cli.main import main


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a hook that is someone's own, and one that may not be renamed."""
    top = make_repository(tmp_path / "shop")
    hooks = top / ".git" / "hooks"
    hooks.mkdir()
    (hooks / "post-merge").write_text("#!/bin/sh\n")
    (hooks / "pre-push").write_text('#!/bin/sh\nbasename "$0"\n')
    monkeypatch.chdir(top)
    return top


def test_what_will_change_is_said_before(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """File by file, with what stays and the line to put in; without a yes nothing is written."""
    before = sorted((top / ".git").rglob("*"))

    assert main(["init", "--git", "--dry-run"]) == 1

    said = capsys.readouterr().out
    assert f"This adds hooks of git to {top} (4 files):" in said
    assert "  .git/hooks/post-commit (new)" in said
    assert "  .git/hooks/post-merge (what is there becomes post-merge.before-twiceshy, and is called)" in said
    assert ".git/hooks/pre-push stays as it is: it may look at its own name" in said
    assert '[ ! -x "$ts" ] || "$ts" "$@"' in said
    assert "ts_event" not in said
    assert sorted((top / ".git").rglob("*")) == before


def test_every_line_is_shown_when_asked_for(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a diff has it."""
    main(["init", "--git", "--dry-run", "--diff"])

    assert "+ts_event=post-commit ts_repository=" in capsys.readouterr().out


def test_the_hooks_come_and_go(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As records too; whatever was refused makes the exit code 1."""
    assert main(["init", "--git", "--yes", "--json"]) == 1
    made = json.loads(capsys.readouterr().out)
    assert (made["installed"], len(made["plan"]["changes"]), len(made["plan"]["refusals"])) == (True, 4, 1)
    (top / ".git" / "hooks" / "post-commit").unlink()
    main(["doctor", "--repair"])
    assert f"The hooks of git in {top} were written anew." in capsys.readouterr().out

    assert main(["remove", "--git", "--yes"]) == 0

    said = capsys.readouterr().out
    assert ".git/hooks/post-merge goes, and what stood there before comes back" in said
    assert sorted(path.name for path in (top / ".git" / "hooks").iterdir()) == ["post-merge", "pre-push"]
    assert main(["remove", "--git", "--yes"]) == 0
    assert "No hooks of this data folder are installed." in capsys.readouterr().out


def test_removing_all_reaches_repositories(
    top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From wherever it is called."""
    main(["init", "--git", "--yes"])
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()

    assert main(["remove", "--yes", "--json"]) == 0

    assert len(json.loads(capsys.readouterr().out)["git"][0]["changes"]) == 4
    assert not (top / ".git" / "hooks" / "post-commit").exists()


def test_one_repository_and_all_data_are_two_questions(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who asks for both is told so."""
    assert main(["remove", "--git", "--purge", "--yes"]) == 2
    assert "Give one of them" in capsys.readouterr().err
