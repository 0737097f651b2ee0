"""``score`` as people and programs call it, in a plain checkout without a store."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.score.recipes.test_score_sessions import CLEAN, FAULTY

from twiceshy.archive.db import Store
from twiceshy.base import toolbox
from twiceshy.base.config import load
from twiceshy.doors.cli.commands.score import render_meaning
from twiceshy.doors.cli.main import main
from twiceshy.logs import changed_texts
from twiceshy.records.views import ScoreMeaning

USER = "from shop import run\n\nprint(run('x'))\n"


def git(*words: str) -> str:
    command = ["git", "-c", "user.name=ann", "-c", "user.email=ann@example.com", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def checkout(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a clean file and its user; no outside tool is here."""
    monkeypatch.setattr(toolbox, "on_path", lambda _: None)
    folder = scratch_home / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "shop.py").write_text(CLEAN)
    (folder / "user.py").write_text(USER)
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "one")
    return folder


def test_what_is_staged_is_told_with_where_why_and_what_to_do(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The fault that was brought in, the part that is unknown, and how to get it."""
    (checkout / "shop.py").write_text(FAULTY)
    git("add", ".")

    assert main(["score", "--staged"]) == 0
    out = capsys.readouterr().out
    assert "shop.py:5: critical: pattern/shell-true, CWE-78" in out
    assert "Give the words as a list" in out
    assert "taint unknown" in out
    assert "twiceshy tools install semgrep" in out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("NOTES.md", "NOTES.md: a document or data, in which nothing is looked for", id="a document"),
        pytest.param("page.html", "refactor: it does not read this language", id="another language"),
    ],
)
def test_every_unknown_part_is_named_with_its_reason(
    checkout: Path, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    """It never looks clean."""
    (checkout / name).write_text("one\n")
    git("add", name)

    assert main(["score", "--staged"]) == 0
    assert said in " ".join(capsys.readouterr().out.split())


def test_only_what_is_staged_counts(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The work tree may be ahead; nothing staged is said."""
    (checkout / "shop.py").write_text(FAULTY)

    assert main(["score", "--staged"]) == 0
    assert "Nothing is staged" in capsys.readouterr().out


def test_users_that_were_left_behind_are_found_in_files_that_did_not_change(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A renamed function whose user was not changed with it."""
    (checkout / "shop.py").write_text(CLEAN.replace("def run", "def start"))
    git("add", ".")

    assert main(["score", "--staged", "--json"]) == 0
    (finding,) = json.loads(capsys.readouterr().out)["score"]["introduced"]["introduced"]
    assert (finding["layer"], finding["path"]) == ("refactor", "user.py")


def test_the_exit_code_is_one_only_where_asked_for(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Above the number, not at it."""
    (checkout / "shop.py").write_text(FAULTY)

    assert main(["score", "shop.py"]) == 0
    assert main(["score", "shop.py", "--fail-over", "0.1"]) == 1
    assert main(["score", "shop.py", "--fail-over", "1"]) == 0
    assert main(["score", "shop.py", "--fail-over", "high"]) == 2
    assert "is not a number from 0 to 1" in capsys.readouterr().err


def test_a_patch_is_read_in_either_direction(
    checkout: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Applied already or not yet, the same change is told; - reads standard input."""
    (checkout / "shop.py").write_text(FAULTY)
    patch = git("diff")
    (checkout / "p.diff").write_text(patch)
    assert main(["score", "--diff", "p.diff"]) == 0
    applied = capsys.readouterr().out
    (checkout / "shop.py").write_text(CLEAN)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(patch.encode())))

    assert main(["score", "--diff", "-"]) == 0
    assert capsys.readouterr().out == applied
    assert "pattern/shell-true" in applied


def test_a_patch_that_does_not_fit_is_looked_at_line_by_line(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And that is said."""
    (checkout / "shop.py").write_text(FAULTY)
    (checkout / "p.diff").write_text(git("diff"))
    (checkout / "shop.py").write_text("other = 1\n")

    assert main(["score", "--diff", "p.diff"]) == 0
    out = capsys.readouterr().out
    assert "does not fit the file here" in out
    assert "pattern/shell-true" in out


def test_a_patch_reads_no_file_elsewhere(checkout: Path) -> None:
    """A name that leads out of the folder is looked at by its lines alone."""
    (checkout.parent / "secret.py").write_text("a = 1\n")
    text = "--- a/../secret.py\n+++ b/../secret.py\n@@ -1 +1 @@\n-a = 1\n+a = 2\n"

    found = changed_texts.read_patch(checkout, text)
    assert all(one.partial for one in (*found.before, *found.after))


def test_sarif_has_the_findings(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing else is on standard output."""
    (checkout / "shop.py").write_text(FAULTY)

    assert main(["score", "shop.py", "--sarif"]) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["pattern/shell-true"]


@pytest.mark.usefixtures("checkout")
def test_words_that_make_no_sense_together_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """One thing at a time; a file that is not there is none."""
    assert main(["score", "--staged", "shop.py"]) == 2
    assert main(["score", "gone.py", "shop.py"]) == 20
    assert "gone.py is not a file" in capsys.readouterr().err


@pytest.mark.usefixtures("checkout")
def test_an_empty_store_is_said() -> None:
    """With what to do instead."""
    assert main(["score"]) == 0


def test_what_mostly_changes_too_is_a_hint_and_no_finding(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that was left out of the stage, with how often it was part of it; the number is as before.

    Only where a store is: without one, nothing is written anywhere.
    """
    for number in range(4):
        for name in ("shop.py", "menu.py"):
            (checkout / name).write_text(f"x = {number}\n")
        git("add", ".")
        git("commit", "-q", "-m", "both")
    (checkout / "shop.py").write_text("x = 9\n")
    git("add", ".")

    before = set(checkout.parent.rglob("*"))
    assert main(["score", "--staged", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["left_out"] == []
    assert set(checkout.parent.rglob("*")) - before <= set((checkout / ".git").rglob("*"))
    with Store.open(load({}, os.environ, checkout.parent).home) as store:
        assert store.salt
    assert main(["score", "--staged", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["path"] for one in told["left_out"]] == ["menu.py"]
    assert told["score"]["introduced"]["introduced"] == []
    assert main(["score", "--staged"]) == 0
    assert "hint: menu.py, not staged, changed in 4 of 5 commits of shop.py" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            ScoreMeaning(least=0.7, edits=3, bad=3, of=900, of_bad=90),
            "3 past edits with 0.7 or more are known: too few",
        ),
        (
            ScoreMeaning(least=0.2, edits=40, bad=10, of=900, of_bad=90),
            "of 40 past edits with 0.2 or more, 10 (25 %) were",
        ),
    ],
)
def test_what_a_score_has_meant_is_told_only_where_enough_is_known(found: ScoreMeaning, words: str) -> None:
    """With the rate of all edits beside it."""
    assert words in " ".join(render_meaning(found, 200))
