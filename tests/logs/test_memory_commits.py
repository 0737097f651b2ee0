"""Commits that hold memory are known by their files or their trailer, never by their subject."""

from datetime import UTC, datetime

import pytest

from twiceshy.logs.memory_commits import is_memory_commit
from twiceshy.records.commits import Commit, CommitFile, RawCommit


def a_commit(
    *paths: str, subject: str = "x", trailers: tuple[tuple[str, str], ...] = (), old: str | None = None
) -> RawCommit:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return Commit(
        hash="a" * 40,
        parents=(),
        author=b"a" * 8,
        authored_at=at,
        authored_offset_min=0,
        committed_at=at,
        subject=subject,
        trailers=trailers,
        files=tuple(CommitFile(path=path, old_path=old, added=1, removed=0) for path in paths),
    )


CASES = [
    ("files of memory alone", a_commit(".twiceshy/memory/a.zst", ".twiceshy/memory/index/b"), True),
    ("on a file system without case", a_commit(".Twiceshy/Memory/a.zst"), True),
    ("a file of the project beside them", a_commit(".twiceshy/memory/a.zst", "src/a.py"), False),
    ("a project's file moved into it", a_commit(".twiceshy/memory/a.zst", old="src/a.py"), False),
    ("a folder that begins alike", a_commit(".twiceshy/memory-of-ann/a"), False),
    ("the trailer", a_commit("src/a.py", trailers=(("Twiceshy-Memory", "1"),)), True),
    ("another value", a_commit("src/a.py", trailers=(("Twiceshy-Memory", "0"),)), False),
    ("a person's subject", a_commit("src/a.py", subject="data: ML model card; memory"), False),
    ("no files at all", a_commit(), False),
]


@pytest.mark.parametrize(("commit", "holds"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_what_holds_memory_is_known(commit: RawCommit, holds: bool) -> None:
    """And a person's commit never is taken for it."""
    assert is_memory_commit(commit) == holds
