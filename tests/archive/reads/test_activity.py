"""archive.reads.activity: when commits, sessions and chats were."""

from datetime import UTC, datetime
from typing import Any

import pytest

from twiceshy.archive.reads.activity import read_activity


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
