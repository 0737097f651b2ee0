"""When was the evidence there?"""

from datetime import UTC, datetime
from math import inf
from typing import Any

import pytest
from tests.archive.reads.conftest import MIGRATIONS, Archive

from twiceshy.archive.reads.event_times import (
    read_activity,
    read_added_lines,
    read_authored_times,
    read_event_times,
    read_fetched_outputs,
    read_model_tokens,
)
from twiceshy.records.stories import FetchedOutput, ModelTokens


def test_events_and_commits_have_times(archive: Archive) -> None:
    """A call that of its result, a commit though only its beginning is known; the unknown is left out."""
    session = archive.session(archive.project("shop"), "aa")
    call = archive.call(session, "Bash", 5)
    archive.result(session, call, 9)
    at, texts = "2026-11-02T00:00:00.000Z", {"parents": "", "subject": "x", "trailers": "[]"}
    times = {"authored_at": at, "committed_at": at, "authored_offset_min": 0}
    archive.put("commit_", project_id=1, hash="ab" * 20, author=b"a", **times, **texts)

    found = read_event_times(archive.connection, [call.hex(), "abab", "cdcd", "ff" * 16])

    assert {name: f"{at:%H:%M:%S}" for name, at in found.items()} == {call.hex(): "14:00:09", "abab": "00:00:00"}


# The store tells when something was there to be known.

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


# archive.reads.activity: when commits, sessions and chats were.


@pytest.fixture
def two_projects(archive: Any) -> Any:
    archive.connection.execute("CREATE TABLE IF NOT EXISTS project_alias (identity TEXT, project_id INTEGER)")
    shop, api = archive.project("web-shop"), archive.project("api")
    session = archive.session(shop, "aa01")
    archive.prompt(session, "add a cart", second=1)
    archive.reply(session, "done", second=2)
    archive.prompt(session, "go on", second=3, kind="sdk")
    archive.reply(session, "done", second=4)
    archive.prompt(session, "nothing follows", second=5, kind="sdk")
    archive.prompt(session, "a subagent's", second=6, agent_run=b"x")
    archive.prompt(session, "no time", second=7, at=None)
    archive.session(shop, "aa02", real=0)
    archive.session(api, "bb01")
    for name, parents in (("c1", ""), ("c2", "c1"), ("c3", "c1 c2")):
        archive.put(
            "commit_", project_id=api, hash=name, parents=parents, author=b"a", authored_at="2026-11-12T10:00:00.000Z",
            authored_offset_min=0, committed_at="2026-11-12T10:00:00.000Z", subject="s", trailers="[]",
        )  # fmt: skip
    return archive


def test_chats_are_what_a_session_is_split_into(two_projects: Any) -> None:
    """A program's prompt counts where something followed it, a subagent's never. Lost times are the session's."""
    found = read_activity(two_projects.connection, "remote:host/owner/web-shop")

    assert [at and at.second for at in found.chats] == [1, 3, 0]
    assert found.sessions == [datetime(2026, 11, 12, 15, tzinfo=UTC)]
    assert found.commits == []


def test_merges_and_imitations_are_left_out(two_projects: Any) -> None:
    """Over all projects, too."""
    found = read_activity(two_projects.connection, None)

    assert (len(found.commits), len(found.sessions), len(found.chats)) == (2, 2, 3)
    assert read_activity(two_projects.connection, "unknown") == ([], [], [])
