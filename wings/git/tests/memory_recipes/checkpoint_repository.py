"""A made-up repository with a commit of an agent's work, and Entire's checkpoints beside it."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.logs.builders import Log, a_session

HEX, ULID = "0e2d11c70b4f", "01KVBJCWYA4YW6J5M9GP655HZN"
FOLDER = "/Users/bea/shop"
TEXT = "def add(a, b):\n    return a + b\n\n\ndef sub(a, b):\n    return a - b\n"


def git(repo: Path, *words: str, stdin: bytes = b"", mail: str = "ann@example.test") -> str:
    """Run git there as somebody, and return what it said."""
    env = os.environ | {"GIT_AUTHOR_EMAIL": mail, "GIT_COMMITTER_EMAIL": mail}
    ran = subprocess.run(["git", "-C", str(repo), *words], input=stdin, capture_output=True, check=True, env=env)
    return ran.stdout.decode().strip()


def make_repository(folder: Path, *checkpoints: str) -> Path:
    """Make a repository whose one commit names these checkpoints; Ann is its user."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main", ".")
    git(folder, "config", "user.name", "Ann")
    git(folder, "config", "user.email", "ann@example.test")
    (folder / "shop.py").write_text(TEXT)
    git(folder, "add", "shop.py")
    trailers = "\n".join(f"Entire-Checkpoint: {one}" for one in checkpoints)
    git(folder, "commit", "-q", "-m", f"Add a shop\n\n{trailers}")
    return folder


def make_log(seed: str) -> Log:
    """Return a session that writes the shop, on a machine that is not this one."""
    return a_session(seed, cwd=FOLDER).prompt("make a shop").writes("shop.py", TEXT)


def dump(log: Log) -> bytes:
    """Return a log's bytes."""
    return b"".join(text + b"\n" for text in log.lines())


def describe(log: Log, **more: object) -> bytes:
    """Return a session's metadata."""
    return json.dumps({"session_id": log.session_id, "agent": "Claude Code"} | more).encode()


def put_checkpoint(repo: Path, ref: str, files: Mapping[str, bytes], mail: str = "ann@example.test") -> None:
    """Add files to what a ref holds, in a commit of its own by whoever has that address."""
    old = subprocess.run(["git", "-C", str(repo), "rev-parse", "-q", "--verify", ref], capture_output=True, check=False)
    parent = old.stdout.decode().strip()
    git(repo, "read-tree", parent or "--empty")
    rows = [f"100644 {git(repo, 'hash-object', '-w', '--stdin', stdin=text)}\t{path}" for path, text in files.items()]
    git(repo, "update-index", "--add", "--index-info", stdin="\n".join(rows).encode())
    words = ["commit-tree", git(repo, "write-tree"), "-m", "Checkpoint", *(["-p", parent] if parent else [])]
    git(repo, "update-ref", ref, git(repo, *words, mail=mail))
    git(repo, "read-tree", "HEAD")
