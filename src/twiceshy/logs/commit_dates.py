"""When was each commit of a repository made, and each file last committed?

Times only, so that a long history costs one short call of git.
"""

import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.logs.git_program import ask_git, stream_git


def read_commit_dates(repo: Path, head: str) -> list[datetime | None]:
    """Return the time of each commit reachable from ``head``, merges left out; None for one that no calendar has.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository.
    """
    with stream_git(repo, "log", "--no-merges", "--format=%ct", head, "--") as output:
        return [_parse_seconds(line) for line in output]


def read_first_parents(repo: Path, head: str, limit: int) -> list[tuple[str, str, int]]:
    """Return hash, first parent and committer's time of the newest commits up to ``head``, merges left out.

    The parent of a first commit is empty; times are seconds since 1970 UTC.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository.
    """
    listed = ask_git(repo, "log", "--no-merges", f"-n{limit}", "--no-show-signature", "--format=%H %ct %P", head, "--")
    rows = [line.split() for line in listed.splitlines()]
    return [(row[0], row[2] if len(row) > 2 else "", int(row[1])) for row in rows if len(row) > 1]


def _parse_seconds(line: bytes) -> datetime | None:
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(int(line), UTC)
    return None


def read_last_commits(repo: Path, since: datetime) -> dict[str, float]:
    """Return when each file was last committed behind HEAD since then, by the author's clock.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository.
    """
    mark = secrets.token_hex(8)  # no name of a file can look like it
    words = ["--no-merges", "--no-renames", "--name-only", "-z", f"--since=@{int(since.timestamp())}"]
    listed = ask_git(repo, "log", *words, "--no-show-signature", f"--format={mark}%at", "HEAD", "--")
    made, last = 0.0, dict[str, float]()
    for word in listed.split("\0"):
        if word.startswith(mark):
            made = float(word.removeprefix(mark).partition("\n")[0] or 0)
        elif name := word.removeprefix("\n"):
            last[name] = max(made, last.get(name, 0.0))
    return last
