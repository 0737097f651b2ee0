"""What stands in a commit's files, read from its tree."""

import os
import subprocess
from pathlib import Path

import pytest

from twiceshy.logs import tree_words
from twiceshy.logs.tree_words import MOST_DATA, MOST_FILE, find_base, list_blobs, read_words


def git(repo: Path, *words: str) -> str:
    return subprocess.run(
        ["git", "-C", str(repo), *words], check=True, capture_output=True, env=os.environ
    ).stdout.decode()


def commit(repo: Path, message: str) -> str:
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "--allow-empty", "-m", message)
    return git(repo, "rev-parse", "HEAD").strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    return folder


def read(repo: Path, head: str = "HEAD") -> dict[str, dict[str, int]]:
    blobs = list_blobs(repo, head)
    return {path: dict(found) for path, found in read_words(repo, blobs, sorted(blobs))}


def test_words_are_those_of_that_commit_only(repo: Path) -> None:
    """Not of an older one, not of a later one; links stay out."""
    (repo / "a.py").write_text("alpha\n")
    commit(repo, "One")
    (repo / "a.py").write_text("beta beta\n")
    (repo / "link").symlink_to("a.py")
    second = commit(repo, "Two")
    (repo / "a.py").write_text("gamma\n")
    commit(repo, "Three")

    assert read(repo, second) == {"a.py": {"beta": 2}}


def test_what_nobody_writes_by_hand_gives_no_words(repo: Path) -> None:
    """Binary files, lock files, very long lines; and of long files only the start."""
    (repo / "image.png").write_bytes(b"\0alpha")
    (repo / "x.lock").write_text("alpha\n")
    (repo / "min.js").write_text("alpha beta " * 100 + "\ngamma\n")
    (repo / "data.json").write_text("alpha\n" * MOST_DATA)
    (repo / "long.py").write_text("alpha\n" * MOST_FILE)
    (repo / "odd\nname.py").write_text("delta\n")
    commit(repo, "One")

    found = read(repo)

    assert set(found) == {"min.js", "data.json", "long.py", "odd\nname.py"}
    assert found["min.js"] == {"gamma": 1}
    assert 0 < found["data.json"]["alpha"] <= MOST_DATA // 6
    assert 0 < found["long.py"]["alpha"] <= MOST_FILE // 6


def test_files_are_read_in_the_given_order_until_the_limit(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ones whole, then a part of one, then none."""
    for name in "abc":
        (repo / name).write_text("word\n" * 10)
    commit(repo, "One")
    monkeypatch.setattr(tree_words, "MOST_TREE", 60)

    blobs = list_blobs(repo, "HEAD")

    assert [(path, found["word"]) for path, found in read_words(repo, blobs, ["b", "a", "c"])] == [("b", 10), ("a", 2)]


def test_a_missing_content_costs_only_its_file(repo: Path) -> None:
    """As in a clone without contents."""
    (repo / "a.py").write_text("alpha\n")
    (repo / "b.py").write_text("beta\n")
    commit(repo, "One")
    blob = git(repo, "rev-parse", "HEAD:a.py").strip()
    (repo / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    assert read(repo) == {"b.py": {"beta": 1}}


def test_text_is_scrubbed_before_its_words_are_counted(repo: Path) -> None:
    """What the scrubber takes out never becomes a word."""
    (repo / "a.py").write_text("password hunter\n")
    commit(repo, "One")
    blobs = list_blobs(repo, "HEAD")

    ((_, found),) = read_words(
        repo, blobs, ["a.py"], scrub=lambda texts: [text.replace("hunter", "") for text in texts]
    )

    assert dict(found) == {"password": 1}


def test_the_base_lies_so_many_steps_back_or_at_the_start(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nearer where too many patches would lie between."""
    ids = [commit(repo, f"Number {number}") for number in range(9)]

    assert find_base(repo, ids[8], 3) == ids[5]
    assert find_base(repo, ids[8], 40) == ids[0]
    assert find_base(repo, ids[0], 40) == ids[0]
    monkeypatch.setattr(tree_words, "MOST_PATCHES", 2)
    assert find_base(repo, ids[8], 8) == ids[6]
