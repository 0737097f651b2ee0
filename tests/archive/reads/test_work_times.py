"""The store tells when something was there to be known."""

from math import inf

import pytest
from tests.archive.reads.conftest import MIGRATIONS, Archive

from twiceshy.archive.reads.work_times import (
    read_added_lines,
    read_authored_times,
    read_fetched_outputs,
    read_model_tokens,
)
from twiceshy.records.work_parts import FetchedOutput, ModelTokens

SESSION = bytes.fromhex("01".ljust(32, "0"))
AT = 1_794_492_000.0
"""2026-11-12 14:00:00 UTC."""


@pytest.fixture
def session(archive: Archive) -> int:
    """A session of a project."""
    return archive.session(archive.project("web"), "01")


def test_fetched_output_names_the_command_and_who_waited(archive: Archive, session: int) -> None:
    """A wait for nobody knows which command says nothing."""
    archive.connection.executescript((MIGRATIONS / "0008-attempts.sql").read_text(encoding="utf-8"))
    run = archive.call(session, "Bash", 1)
    for second, which in ((5, run), (9, None)):
        by = archive.call(session, "BashOutput", second, action="wait")
        archive.result(session, by, second + 1)
        archive.connection.execute("INSERT INTO wait SELECT id, ? FROM call WHERE uid = ?", (which, by))
        if which:
            first = by

    assert read_fetched_outputs(archive.connection, SESSION) == [FetchedOutput(run, first, AT + 6)]


def test_tokens_come_by_time(archive: Archive, session: int) -> None:
    """All that was read counts as read; what has no time was never."""
    for at, read in ((None, 9), ("2026-11-12T14:00:02.000Z", 1)):
        tokens = {"input": read, "output": 4, "cache_write": 10, "cache_read": 100}
        archive.put("usage", uid=bytes([read]), session_id=session, at=at, model="m", **tokens)

    assert read_model_tokens(archive.connection, SESSION) == [
        ModelTokens(AT + 2, "m", 111, 4),
        ModelTokens(inf, "m", 119, 4),
    ]


def test_a_commit_is_told_with_its_lines_and_its_time(archive: Archive) -> None:
    """Of all its files; of a commit that is not stored none."""
    project = archive.project("web")
    commit = archive.put(
        "commit_",
        project_id=project,
        hash="ab",
        parents="",
        author=b"a",
        authored_at="2026-11-12T14:00:03.000Z",
        authored_offset_min=0,
        committed_at="",
        subject="",
        trailers="[]",
    )
    for path in ("a.py", "b.py"):
        archive.put("commit_file", commit_id=commit, path=path, added_hashes=path.ljust(8).encode())

    assert read_added_lines(archive.connection, ["ab", "cd"]) == {"ab": b"a.py    b.py    ", "cd": b""}
    assert read_authored_times(archive.connection, ["ab", "cd"]) == [(AT + 3, "ab")]
