"""A repository with enough commits for a learning curve, made by one process."""

import os
import subprocess
from pathlib import Path

DAY = 86_400
AREAS = ("auth", "cart", "search", "mail")


def make_history(folder: Path, commits: int, *, start: int = 1_790_000_000) -> Path:
    """Make a repository whose commits name the area that they change, one a day."""
    folder.mkdir(parents=True)
    _git(folder, "init", "-q", "-b", "main")
    stream = ""
    for number in range(commits):
        area = AREAS[number * number % 7 % 4]
        files = {area: f"step {number}", f"test_{area}": f"check {number}"}
        if not number:
            files = {name: "first" for one in AREAS for name in (one, f"test_{one}")}
        message = f"Fix {area} {number}"
        who = f"Ada <ada@example.test> {start + number * DAY} +0000"
        stream += f"commit refs/heads/main\ncommitter {who}\ndata {len(message)}\n{message}\n"
        stream += "".join(f"M 644 inline {name}.py\ndata {len(text)}\n{text}\n" for name, text in files.items())
    command = ["git", "-C", str(folder), "fast-import", "--quiet"]
    subprocess.run(command, check=True, capture_output=True, input=stream.encode(), env=os.environ)
    if commits:
        _git(folder, "reset", "-q", "--hard")
    return folder


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, env=os.environ)
