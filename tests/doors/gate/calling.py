"""A data folder with an installed hook, and calls of it as an agent makes them."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from twiceshy.recipes.setup import hook_folder

PYTHON = sys._base_executable  # type: ignore[attr-defined]  # the interpreter below the environment
START = "try:\n import sys;sys.path.insert(0,sys.argv[1]);import hook\nexcept BaseException:pass"
CLEAN = {"PATH": os.environ["PATH"]}


@contextmanager
def closing_what_stays_open() -> Iterator[None]:
    """The hook leaves its descriptors to the end of its process; called in ours, they would add up."""
    before = find_open()
    yield
    for path in find_open() - before:
        os.close(int(path.name))


def find_open() -> set[Path]:
    """This process's descriptors, but for the one that lists them."""
    return {path for path in list(Path("/dev/fd").iterdir()) if path.exists()}


class Hooked:
    """A data folder whose hook can be called."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "hooks"
        self.folder.mkdir(parents=True)
        self.salt = secrets.token_bytes(32)
        (home / "salt").write_bytes(self.salt)
        for source in hook_folder.SCRIPTS:
            (self.folder / source.name).write_bytes(hook_folder.adapt_script(source))

    def command(self, event: str) -> list[str]:
        return [PYTHON, "-I", "-S", "-c", START, str(self.folder), "claude-code", event]

    def call(self, event: str, given: object, **env: str) -> None:
        """One call; it must end with 0 and say nothing."""
        data = given if isinstance(given, bytes) else json.dumps(given).encode()
        done = subprocess.run(
            self.command(event), input=data, capture_output=True, env=CLEAN | env, timeout=20, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")

    def lines(self, session: str = "s1") -> list[dict[str, Any]]:
        path = self.home / "spool" / f"{session}.jsonl"
        return [json.loads(line) for line in path.read_text().split("\n") if line] if path.exists() else []

    def failures(self) -> list[str]:
        path = self.folder / "failures"
        return [line.split(" ", 1)[1] for line in path.read_text().split("\n") if line] if path.exists() else []


def tool(name: str, session: str = "s1", **given: object) -> dict[str, object]:
    return {
        "session_id": session,
        "cwd": "/home/ann/shop",
        "tool_use_id": "toolu_01",
        "tool_name": name,
        "tool_input": given,
        "hook_event_name": "PreToolUse",
    }
