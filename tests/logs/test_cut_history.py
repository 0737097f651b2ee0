"""logs.cut_history: a shallow clone's oldest commit has parents, though git does not show them."""

import subprocess
from pathlib import Path

from twiceshy.logs.cut_history import read_cut_parents


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True).stdout.strip()


def test_the_cut_names_its_parents(tmp_path: Path) -> None:
    """A whole clone has no cut."""
    git(tmp_path, "init", "-q", "-b", "main", "repo")
    repo = tmp_path / "repo"
    for number in range(3):
        git(repo, "commit", "-q", "--allow-empty", "-m", str(number))
    git(tmp_path, "clone", "-q", "--depth", "1", repo.as_uri(), "cut")

    assert read_cut_parents(tmp_path / "cut" / ".git") == {
        git(repo, "rev-parse", "HEAD"): (git(repo, "rev-parse", "HEAD~1"),)
    }
    assert read_cut_parents(repo / ".git") == {}


def test_a_list_that_is_none_is_passed_over(tmp_path: Path) -> None:
    """A damaged file costs nothing."""
    git(tmp_path, "init", "-q", "repo")
    (tmp_path / "repo" / ".git" / "shallow").write_text("rubbish\n")

    assert read_cut_parents(tmp_path / "repo" / ".git") == {}
