"""Commits too large to read: which they are, and what is still known of them."""

import os
import subprocess
from pathlib import Path

import pytest

from twiceshy.logs.change_history import HEAVY, weigh_commits
from twiceshy.logs.commit_words import read_changes
from twiceshy.records.predictions import Status


def git(repo: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(repo), *words], check=True, capture_output=True, env=os.environ)


def commit(repo: Path, message: str) -> None:
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", message)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A small commit, a generated one, a move of all of it, its removal, another small one."""
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "a.py").write_text("alpha = 1\n")
    commit(folder, "First")
    (folder / "made").mkdir()
    for number in range(20):
        (folder / "made" / f"page{number}.html").write_text(f"page{number} generated\n" * (HEAVY // 200))
    (folder / "a.py").write_text("alpha = 1\nbeta = 2\n")
    (folder / "gone.py").write_text("gamma = 3\n")
    commit(folder, "Generate")
    (folder / "made").rename(folder / "moved")
    (folder / "gone.py").rename(folder / "kept.py")
    commit(folder, "Move")
    for path in (folder / "moved").iterdir():
        path.unlink()
    (folder / "kept.py").write_text("delta = 4\n")
    commit(folder, "Clear")
    (folder / "a.py").write_text("epsilon = 5\n")
    commit(folder, "Last")
    return folder


def test_only_commits_with_large_patches_are_heavy(repo: Path) -> None:
    """What is small, and what only moves however large it is, is not."""
    known = weigh_commits(repo, ["HEAD"])

    assert [known.order.index(one) for one in known.heavy] == [1, 3]
    assert known.lost == []


def test_a_heavy_commit_gives_all_names_in_its_place_and_words_of_its_small_sources(repo: Path) -> None:
    """Nothing is lost but the words of what a program wrote."""
    changes = list(read_changes(repo, salt=b"s"))

    assert [change.subject for change in changes] == ["First", "Generate", "Move", "Clear", "Last"]
    made = {file.path: file for file in changes[1].files}
    assert len(made) == 22
    assert dict(made["a.py"].gained) == {"alpha": 1, "beta": 1}
    assert dict(made["a.py"].lost) == {"alpha": 1}
    assert (made["gone.py"].status, dict(made["gone.py"].gained)) == (Status.ADDED, {"gamma": 1})
    assert not made["made/page1.html"].gained
    assert {file.before for file in changes[2].files} >= {"made/page1.html", "gone.py"}
    kept = next(file for file in changes[3].files if file.path == "kept.py")
    assert (dict(kept.gained), dict(kept.lost)) == ({"delta": 1}, {"gamma": 1})


def test_a_limit_and_a_start_hold_for_heavy_commits_too(repo: Path) -> None:
    """The newest ones only, and only what is new."""
    newest = list(read_changes(repo, salt=b"s", limit=2))
    later = list(read_changes(repo, salt=b"s", after=newest[0].id))

    assert [change.subject for change in newest] == ["Clear", "Last"]
    assert [change.subject for change in later] == ["Last"]
