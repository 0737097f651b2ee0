"""Changes for tests: a few words make a commit."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from twiceshy.records.change_risk import ChangeStory, TimedChange
from twiceshy.records.commits import Commit, CommitFile, RawCommit

START = datetime(2026, 1, 5, 12, tzinfo=UTC)


def a_change(number: int, *files: tuple[str, int, int], days: float | None = None, **fields: Any) -> TimedChange:
    """Return the commit of that number: a day after the one before, by one author, with ``(path, added, removed)``."""
    at = START + timedelta(days=number if days is None else days)
    values: dict[str, Any] = {
        "hash": name_commit(number),
        "parents": (name_commit(number - 1),) if number else (),
        "author": b"ann",
        "authored_at": at,
        "authored_offset_min": 0,
        "committed_at": at,
        "subject": f"Change {number}",
        "body": "",
        "files": tuple(CommitFile(path=path, added=added, removed=removed) for path, added, removed in files),
    }
    commit: RawCommit = Commit(**values | fields)
    return TimedChange(commit, commit.committed_at.timestamp())


def name_commit(number: int) -> str:
    """Return the hash of the commit of that number."""
    return f"{number:07x}{'c' * 33}"


def tell(changes: Sequence[TimedChange]) -> list[ChangeStory]:
    """Return stories of the changes, with nothing measured."""
    return [ChangeStory(change=one) for one in changes]
