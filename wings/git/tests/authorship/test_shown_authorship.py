"""Whose work a commit and a file are, from an agent's log and a repository to the terminal."""

import json
import os
import shutil
import sqlite3
from pathlib import Path
from random import Random

import pytest
from benchmarks.scripted_work import HUMAN, Line, Work, copies, function

from twiceshy.doors.cli.main import main


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Work:
    """A person and two sessions in one file; it is stored and judged."""
    place = tmp_path_factory.mktemp("authorship")
    rng = Random(7)
    work = Work(place, rng)
    work.change(HUMAN, "old.py", function(rng, HUMAN))
    work.commit(HUMAN, "Before all recording")
    one = work.open_session("find parcels that are late")
    work.change(one, "shop/late.py", function(rng, one) + function(rng, one))
    work.commit(one, "Find late parcels")
    work.change(HUMAN, "shop/late.py", [Line("# by hand: see the ledger", {HUMAN}), *work.files["shop/late.py"]])
    lines = copies(work.files["shop/late.py"])
    line = next(one for one in lines if "append" in one.text)
    line.text, line.writers = line.text.replace("append", "insert"), {*line.writers, HUMAN}
    work.change(HUMAN, "shop/late.py", lines)
    work.commit(HUMAN, "By hand")
    two = work.open_session("count quotas as well")
    work.change(two, "shop/late.py", work.files["shop/late.py"] + function(rng, two))
    work.commit(HUMAN, "Count quotas")
    work.save_logs(place / "claude")
    home = os.environ.get("TWICESHY_HOME")
    os.environ["TWICESHY_HOME"] = str(place / "home")
    try:
        assert main(["ingest", str(place / "claude")]) == 0
        assert main(["judge"]) == 0
    finally:
        os.environ.pop("TWICESHY_HOME") if home is None else os.environ.update(TWICESHY_HOME=home)
    return work


@pytest.fixture
def here(work: Work, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Work:
    """In its repository, with its store."""
    monkeypatch.setenv("TWICESHY_HOME", str(work.root / "home"))
    monkeypatch.chdir(work.repo)
    capsys.readouterr()
    return work


def test_every_line_has_its_writer(here: Work, capsys: pytest.CaptureFixture[str]) -> None:
    """Agent by session and prompt, person, or both."""
    assert main(["blame", "shop/late.py", "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    found = {
        number: (span["writer"]["kind"], span["writer"]["native_id"] or "")
        for span in answer["lines"]
        for number in range(span["first"], span["last"] + 1)
    }
    assert [found[number] for number in sorted(found)] == [line.truth for line in here.files["shop/late.py"]]
    assert sorted(answer["prompts"].values()) == ["count quotas as well", "find parcels that are late"]
    assert {span["writer"]["model"] for span in answer["lines"] if span["session"]} == {"claude-sonnet-4-5-20250929"}


def test_a_terminal_shows_it_line_by_line(here: Work, capsys: pytest.CaptureFixture[str]) -> None:
    """With the file's text, and the prompts below."""
    assert main(["blame", "shop/late.py"]) == 0

    out = capsys.readouterr().out
    assert out.startswith("shop/late.py at ")
    assert "1 human, 1 mixed" in out
    assert "# by hand: see the ledger" in out
    assert "find parcels that are late" in out


def test_what_is_older_than_all_recording_is_unknown(here: Work, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is named for it, and the reason is said."""
    assert main(["blame", "old.py"]) == 0

    assert "older than the first recorded session" in capsys.readouterr().out
    assert here.files["old.py"]


def test_a_commit_shows_whose_work_it_is(here: Work, capsys: pytest.CaptureFixture[str]) -> None:
    """By hash or by HEAD; with the evidence and the prompt."""
    assert main(["show", here.head()[:9], "--json"]) == 0
    by_hash = json.loads(capsys.readouterr().out)["commit"]
    assert main(["show", "HEAD"]) == 0
    drawn = capsys.readouterr().out

    assert (by_hash["agent_lines"], by_hash["human_lines"], by_hash["unknown_lines"]) == (by_hash["lines"], 0, 0)
    assert by_hash["sessions"][0]["prompts"] == ["count quotas as well"]
    assert "Count quotas" in drawn
    assert "linked with confidence" in drawn


def test_what_is_not_there_is_said(here: Work, capsys: pytest.CaptureFixture[str]) -> None:
    """A file, a commit, a folder outside of any repository."""
    assert here.repo.is_dir()
    for words, complaint in (
        (["blame", "gone.py"], "has no file 'gone.py'"),
        (["blame", "old.py", "--at", "gone"], "'gone' is no commit"),
        (["blame", str(here.root / "x.py")], "in no git repository"),
        (["show", "0123456789ab"], "0123456789ab"),
    ):
        assert main(words) == 30
        assert complaint in capsys.readouterr().err


def test_a_small_commit_behind_a_large_one_claims_no_more_than_git_does(
    here: Work, capsys: pytest.CaptureFixture[str]
) -> None:
    """The edits of the large one were committed with it."""
    head = here.git("rev-list", "HEAD").split()[1]
    added = here.git("show", "--format=", "--numstat", head).split("\t")[0]
    assert main(["show", head, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["commit"]

    assert found["lines"] == int(added)
    told = ("agent_lines", "human_lines", "mixed_lines", "unknown_lines", "moved_lines")
    assert sum(found[name] for name in told) == found["lines"]


@pytest.mark.parametrize("change", ["", "Entire-Checkpoint: 0e2d11c70b4f", "elsewhere"])
def test_people_are_named_on_evidence(
    here: Work, change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The commit was made here, and its message names no work that is not here."""
    home = tmp_path / "copy"
    shutil.copytree(here.root / "home", home)
    head = here.git("rev-list", "HEAD").split()[1]
    with sqlite3.connect(home / "twiceshy.db") as connection:
        if change == "elsewhere":
            connection.execute("UPDATE commit_ SET branch = NULL WHERE hash = ?", (head,))
        else:
            connection.execute("UPDATE commit_ SET body = ? WHERE hash = ?", (f"Why\n\n{change}\n\nmore", head))
    monkeypatch.setenv("TWICESHY_HOME", str(home))
    assert main(["show", head, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["commit"]

    assert (found["human_lines"] > 0) is (change == "")
    assert (found["unknown_lines"] > 0) is (change != "")
