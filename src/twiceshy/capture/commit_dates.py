"""When was each commit of a repository made? Times only, so that a long history costs one short call of git."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.capture.git_program import stream_git


def read_commit_dates(repo: Path, head: str) -> list[datetime | None]:
    """Return the time of each commit reachable from ``head``, merges left out; None for one that no calendar has.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository.
    """
    with stream_git(repo, "log", "--no-merges", "--format=%ct", head, "--") as output:
        return [_parse_seconds(line) for line in output]


def _parse_seconds(line: bytes) -> datetime | None:
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(int(line), UTC)
    return None
