"""logs.git_reflog: the branch of a commit is known only where every move to and from it was noted."""

import os
import subprocess
from pathlib import Path

import pytest

from twiceshy.logs.git_reflog import CommitOrigin, find_origins, read_origins

PERSON = "A <a@example.test> 1790000000 +0000"


def name(letter: str) -> str:
    return letter * 40


def moves(*rows: tuple[str, str, str]) -> list[str]:
    """Lines of a reflog: what HEAD was, what it became, and why."""
    return [f"{name(before)} {name(after)} {PERSON}\t{why}" for before, after, why in rows]


@pytest.mark.parametrize(
    ("rows", "at_end", "branches"),
    [
        pytest.param([("0", "a", "commit (initial): x"), ("a", "b", "commit: y")], "main", {"a": "main", "b": "main"}),
        pytest.param([("0", "a", "clone: from /x"), ("a", "b", "commit: y")], "main", {"b": "main"}, id="clone"),
        pytest.param([("a", "b", "commit: y")], None, {"b": None}, id="detached and nothing noted"),
        pytest.param(
            [("a", "b", "commit: y"), ("b", "b", "checkout: moving from main to side"), ("b", "c", "commit: z")],
            "side",
            {"b": "main", "c": "side"},
            id="two branches",
        ),
        pytest.param(
            [("b", "b", "checkout: moving from main to side"), ("b", "c", "commit: z")],
            "other",
            {"c": None},
            id="a move was not noted",
        ),
        pytest.param(
            [("b", "b", f"checkout: moving from main to {name('b')}"), ("b", "c", "commit: z")],
            None,
            {"c": None},
            id="detached",
        ),
        pytest.param(
            [("b", "b", "checkout: moving from main to v1"), ("b", "c", "commit: z")], None, {"c": None}, id="a tag"
        ),
        pytest.param(
            [("b", "b", "checkout: moving from v1 to main"), ("b", "c", "commit: z")], "main", {"c": "main"}, id="back"
        ),
        pytest.param(
            [
                ("b", "a", "rebase (start): checkout main"),
                ("a", "c", "rebase (pick): y"),
                ("c", "d", "rebase (squash): y"),
                ("d", "d", "rebase (finish): returning to refs/heads/side"),
            ],
            "side",
            {"c": "side", "d": "side"},
            id="rebase",
        ),
        pytest.param(
            [
                ("b", "a", "pull --rebase origin x (start): checkout a"),
                ("a", "c", "pull --rebase origin x (pick): y"),
                ("c", "c", "pull --rebase origin x (finish): returning to refs/heads/side"),
            ],
            "side",
            {"c": "side"},
            id="pull with rebase",
        ),
        pytest.param(
            [
                ("b", "a", "rebase: checkout main"),
                ("a", "c", "rebase: y"),
                ("c", "c", "rebase finished: returning to refs/heads/side"),
            ],
            "side",
            {"c": "side"},
            id="rebase of an old git",
        ),
        pytest.param(
            [
                ("b", "a", "rebase (start): checkout main"),
                ("a", "c", "rebase (pick): y"),
                ("c", "b", "rebase (abort): returning to refs/heads/side"),
            ],
            "side",
            {},
            id="rebase given up",
        ),
        pytest.param(
            [("a", "b", "commit: y"), ("b", "b", "Branch: renamed refs/heads/main to refs/heads/trunk")],
            "trunk",
            {"b": "main"},
            id="renamed",
        ),
        pytest.param(
            [("a", "b", "merge side: Fast-forward"), ("b", "c", "merge side: Merge made by the 'ort' strategy.")],
            "main",
            {"c": "main"},
            id="merges",
        ),
        pytest.param(
            [("a", "b", "pull: Fast-forward"), ("b", "c", "pull origin rebase: Merge made by the 'ort' strategy.")],
            "main",
            {"c": "main"},
            id="pulls",
        ),
        pytest.param(
            [("a", "b", "commit: y"), ("0", "c", "commit (initial): z")],
            "fresh",
            {"b": None, "c": "fresh"},
            id="a branch without a past",
        ),
        pytest.param([("a", "b", "reset: moving to b"), ("b", "c", "something new: z")], "main", {}, id="no commit"),
    ],
)
def test_the_branch_of_commits(rows: list[tuple[str, str, str]], at_end: str | None, branches: dict[str, str]) -> None:
    """By the moves alone."""
    found = find_origins(moves(*rows), at_end, {"v1"}, {"main", "side"})

    assert {key[0]: one.branch for key, one in found.items()} == branches


def test_an_amended_commit_names_the_one_before() -> None:
    """And only that."""
    found = find_origins(moves(("a", "b", "commit: y"), ("b", "c", "commit (amend): y")), "main")

    assert found == {name("b"): CommitOrigin("main", None), name("c"): CommitOrigin("main", name("b"))}


def test_lines_that_are_none_are_left_out() -> None:
    """A torn line, a foreign one."""
    assert find_origins(["", "x", moves(("a", "b", "commit: y"))[0][:70]], "main") == {}


def test_each_work_tree_has_its_own_moves(tmp_path: Path) -> None:
    """Also of a bare repository, which has none."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], check=True, capture_output=True, text=True, env=os.environ)
        return done.stdout.strip()

    repo, other = str(tmp_path / "repo"), str(tmp_path / "other")
    git("init", "-q", "-b", "main", repo)
    git("-C", repo, "commit", "-q", "--allow-empty", "-m", "one")
    git("-C", repo, "worktree", "add", "-q", "-b", "side", other)
    git("-C", other, "commit", "-q", "--allow-empty", "-m", "two")
    found = read_origins(tmp_path / "repo" / ".git")
    git("clone", "-q", "--bare", repo, str(tmp_path / "bare"))

    assert {key: one.branch for key, one in found.items()} == {
        git("-C", repo, "rev-parse", "main"): "main",
        git("-C", other, "rev-parse", "side"): "side",
    }
    assert read_origins(tmp_path / "bare") == {}
