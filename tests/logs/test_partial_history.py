"""A content that is not there costs one commit its lines, and no other commit anything."""

import subprocess
from pathlib import Path

import pytest

from twiceshy.base.errors import SourceError
from twiceshy.logs import git as whole
from twiceshy.logs.partial_history import read_partly

SALT = b"s" * 32


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Six commits: a file that changes, a rename, and a folder."""
    folder = tmp_path / "web"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    for number in range(4):
        (folder / "a.txt").write_text(f"line {number}\n")
        (folder / f"{number}.txt").write_text(f"own {number}\n")
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", f"Change {number}")
    git(folder, "mv", "a.txt", "b.txt")
    git(folder, "commit", "-q", "-m", "Move")
    return folder


def drop(repo: Path, name: str) -> None:
    """Take one object away, as a partial clone lacks it."""
    found = git(repo, "rev-parse", name)
    path = repo / ".git" / "objects" / found[:2] / found[2:]
    path.chmod(0o600)
    path.unlink()


def test_a_whole_repository_is_read_as_ever(repo: Path) -> None:
    """Both ways give the same commits in the same order."""
    assert list(read_partly(repo, salt=SALT)) == list(whole.read_commits(repo, salt=SALT))


def test_what_is_known_is_left_out(repo: Path) -> None:
    """Only what is behind no known commit."""
    known = git(repo, "rev-parse", "HEAD~2")

    assert [one.subject for one in read_partly(repo, salt=SALT, known=[known])] == ["Change 3", "Move"]
    assert list(read_partly(repo, salt=SALT, known=[git(repo, "rev-parse", "HEAD")])) == []


def test_a_missing_content_costs_only_the_commits_that_need_it(repo: Path) -> None:
    """These keep message and names of files; the others keep their lines."""
    everything = list(whole.read_commits(repo, salt=SALT))
    drop(repo, "HEAD~3:a.txt")
    with pytest.raises(SourceError):
        list(whole.read_commits(repo, salt=SALT))

    found = list(read_partly(repo, salt=SALT))

    assert [one.hash for one in found] == [one.hash for one in everything]
    assert [one == other for one, other in zip(found, everything, strict=True)] == [True, False, False, True, True]
    assert [[file.path for file in one.files] for one in found[1:3]] == [["1.txt", "a.txt"], ["2.txt", "a.txt"]]
    assert {(file.added, file.added_hashes) for one in found[1:3] for file in one.files} == {(None, b"")}


def test_a_missing_tree_leaves_the_messages(repo: Path) -> None:
    """Of commits around it nothing but the message can be known."""
    drop(repo, "HEAD~3^{tree}")

    found = list(read_partly(repo, salt=SALT))

    assert [one.subject for one in found] == ["Change 0", "Change 1", "Change 2", "Change 3", "Move"]


def test_a_missing_commit_is_said(repo: Path) -> None:
    """What is behind it cannot be listed."""
    drop(repo, "HEAD~3")

    with pytest.raises(SourceError, match="git rev-list failed"):
        list(read_partly(repo, salt=SALT))
