"""Checkpoints of a recorder, on its branch and in refs of their own."""

import json
import subprocess
from pathlib import Path

import pytest

from twiceshy.logs.git_checkpoints import read_checkpoints

HEX, ULID = "0e2d11c70b4f", "01KVBJCWYA4YW6J5M9GP655HZN"


def git(repo: Path, *words: str, stdin: str = "") -> str:
    ran = subprocess.run(["git", "-C", str(repo), *words], input=stdin, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", ".")
    git(tmp_path, "config", "user.name", "Ann")
    git(tmp_path, "config", "user.email", "ann@example.test")
    return tmp_path


def put(repo: Path, ref: str, files: dict[str, object]) -> None:
    """Make ``ref`` point to a commit with these files."""
    git(repo, "read-tree", "--empty")
    for path, value in files.items():
        text = value if isinstance(value, str) else json.dumps(value)
        blob = git(repo, "hash-object", "-w", "--stdin", stdin=text)
        git(repo, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    tree = git(repo, "write-tree")
    git(repo, "update-ref", ref, git(repo, "commit-tree", tree, "-m", "Checkpoint"))


NOTHING = [
    pytest.param("refs/heads/main", {"0/metadata.json": {"session_id": "s"}}, id="the code's own branch"),
    pytest.param(f"refs/entire/checkpoints/XX/{ULID}", {"0/metadata.json": {"session_id": "s"}}, id="another shard"),
    pytest.param(f"refs/entire/checkpoints/ZN/{ULID}", {"1/metadata.json": {"session_id": "s"}}, id="no first session"),
    pytest.param(f"refs/entire/checkpoints/ZN/{ULID}", {"0/metadata.json": "torn {"}, id="a torn file"),
    pytest.param(f"refs/entire/checkpoints/ZN/{ULID}", {"0/metadata.json": ["s"]}, id="another shape"),
    pytest.param(
        "refs/entire/checkpoints/v2/full/current",
        {"0e/2d11c70b4f/0/metadata.json": {"session_id": "s"}},
        id="transcripts",
    ),
]


@pytest.mark.parametrize(("ref", "files"), NOTHING)
def test_other_refs_name_no_session(repo: Path, ref: str, files: dict[str, object]) -> None:
    """Only a checkpoint's own place is believed."""
    put(repo, ref, files)

    assert read_checkpoints(repo) == {}


FOUND = [
    pytest.param("refs/heads/entire/checkpoints/v1", HEX, "0e/2d11c70b4f/", id="branch"),
    pytest.param("refs/remotes/origin/entire/checkpoints/v1", HEX, "0e/2d11c70b4f/", id="branch of another copy"),
    pytest.param("refs/entire/checkpoints/v2/main", HEX, "0e/2d11c70b4f/", id="a ref for all"),
    pytest.param(f"refs/entire/checkpoints/ZN/{ULID}", ULID, "", id="a ref for one"),
    pytest.param(f"refs/entire/checkpoints/4f/{HEX}", HEX, "", id="a ref for one of the older ids"),
    pytest.param(f"refs/remotes/origin/entire/checkpoints/ZN/{ULID}", ULID, "", id="a ref of another copy"),
]


@pytest.mark.parametrize(("ref", "checkpoint", "folder"), FOUND)
def test_a_checkpoint_names_its_sessions(repo: Path, ref: str, checkpoint: str, folder: str) -> None:
    """Each session of it, wherever its recorder keeps it."""
    put(
        repo,
        ref,
        {f"{folder}{number}/metadata.json": {"session_id": f"s{number}"} for number in (0, 1)}
        | {f"{folder}metadata.json": {"sessions": []}},
    )

    assert read_checkpoints(repo) == {checkpoint: {"s0", "s1"}}


def test_branch_and_refs_are_read_together(repo: Path) -> None:
    """A repository that changed from one to the other has both."""
    put(repo, "refs/heads/entire/checkpoints/v1", {"0e/2d11c70b4f/0/metadata.json": {"session_id": "old"}})
    put(repo, f"refs/entire/checkpoints/ZN/{ULID}", {"0/metadata.json": {"session_id": "new"}})

    assert read_checkpoints(repo) == {HEX: {"old"}, ULID: {"new"}}
