"""Objects have the names that git gives them, and git reads the pack."""

import subprocess
from pathlib import Path

from twiceshy_git.memory_repository import git_objects
from twiceshy_git.memory_repository.git_objects import GitObject

BLOBS = [GitObject("blob", bytes([size % 251]) * size) for size in (0, 1, 15, 16, 2047, 2048, 300_000)]
TREE = git_objects.make_tree({f"f{at}": blob.hash for at, blob in enumerate(BLOBS)}, {"f": BLOBS[0].hash[::-1]})


def test_git_knows_them_by_the_same_names(tmp_path: Path) -> None:
    """Each size that its head has another form for."""
    files = {f"f{at}": blob.hash for at, blob in enumerate(BLOBS)}
    inner = git_objects.make_tree(files, {})
    root = git_objects.make_tree({"f.json": BLOBS[1].hash}, {"f": inner.hash})
    commit = git_objects.make_commit(root.hash, 7, "Memory")
    subprocess.run(["git", "init", "-q", "--bare", tmp_path], check=True)
    pack = git_objects.build_pack([*BLOBS, *BLOBS, inner, root, commit])
    subprocess.run(["git", "index-pack", "--stdin"], cwd=tmp_path, input=pack, check=True, capture_output=True)
    done = subprocess.run(["git", "fsck", "--strict", commit.hash], cwd=tmp_path, check=False, capture_output=True)
    shown = subprocess.run(
        ["git", "cat-file", "-s", f"{commit.hash}:f/f6"], cwd=tmp_path, check=True, capture_output=True
    )

    assert (done.returncode, shown.stdout) == (0, b"300000\n")


def test_a_tree_comes_back() -> None:
    """Names and hashes; a folder as well."""
    names = git_objects.read_tree(TREE.content)

    assert names["f2"] == BLOBS[2].hash
    assert len(names) == len(BLOBS) + 1
