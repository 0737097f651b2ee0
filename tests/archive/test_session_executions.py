"""archive.session_executions and commit_rows: one row each, however often they are written."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.archive.conftest import NOON, Log, stored, uid

from twiceshy.archive import commit_rows, session_results
from twiceshy.archive.db import Store
from twiceshy.base.values import Scrubbed
from twiceshy.records.commits import Commit, CommitFile, StoredCommit
from twiceshy.records.outcomes import SessionExecution

LISTED = '[{"file":"src/a.py","score":0.5}]'
IDENTITY = Scrubbed("remote:host/owner/web-shop")


def judged(log: Log, **more: Any) -> SessionExecution:
    values: dict[str, Any] = {"task": uid("ask"), "timestamp": NOON, "last_modified": NOON, "tool_call_count": 4}
    values |= {"files_modified": 1, "user_message_count": 2, "tasks": 1, "corrections": 0, "regeneration_cycles": 0}
    return SessionExecution(session=log.session, **values | more)


def rows(store: Store, columns: str) -> list[tuple[object, ...]]:
    return store.connection.execute(f"SELECT {columns} FROM session_executions").fetchall()


def test_a_session_is_judged_once_and_its_newest_row_stands(store: Store) -> None:
    """With the beginning of its task's prompt; a session that is not stored is passed over."""
    log = Log().opened().prompt("please " + "x" * 1000, "ask")
    stored(store, log)
    first = judged(log, task_completed=True, tests_green=False, survival=0.5, rollback=False)
    for row in (first, replace(first, task_completed=None, corrections=3, tool_call_count=0)):
        with store.begin_writing() as connection:
            session_results.put(connection, [row, replace(row, session=uid("gone"))])

    assert rows(store, "task_completed, tests_green, rollback, survival, corrections, user_engagement_rate") == [
        (None, 0, 0, 0.5, 3, None)
    ]
    ((words,),) = rows(store, "task_description")
    assert str(words).startswith("please x")
    assert 100 < len(str(words)) <= 240


def test_engagement_is_messages_for_each_call(store: Store) -> None:
    """And a session without a known task has no description."""
    log = Log().opened()
    stored(store, log)
    with store.begin_writing() as connection:
        session_results.put(connection, [judged(log, task=None)])
    assert rows(store, "user_engagement_rate, task_description") == [(0.5, None)]


def test_a_risk_is_set_on_judged_sessions_only(store: Store) -> None:
    """Unknown again where nothing was scored."""
    log = Log().opened()
    stored(store, log)
    with store.begin_writing() as connection:
        session_results.put_risks(connection, [session_results.Risk(log.session, 0.5, LISTED)])
        assert rows(store, "risk_score") == []
        session_results.put(connection, [judged(log)])
        session_results.put_risks(connection, [session_results.Risk(log.session, 0.5, LISTED)])
        assert rows(store, "risk_score, diffs_scored") == [(0.5, LISTED)]
        before = connection.total_changes
        session_results.put_risks(connection, [session_results.Risk(log.session, 0.5, LISTED)])
        assert connection.total_changes == before
        session_results.put_risks(connection, [session_results.Risk(log.session, None, None)])
    assert rows(store, "risk_score, diffs_scored") == [(None, None)]


def commit(number: int, **more: Any) -> StoredCommit:
    values: dict[str, Any] = {"hash": f"{number:040x}", "parents": ("aa", "bb"), "author": b"8 bytes!"}
    values |= {"authored_at": NOON, "authored_offset_min": 60, "committed_at": NOON + timedelta(days=number)}
    files = (
        CommitFile(path=Scrubbed("a.py"), old_path=Scrubbed("b.py"), added=1, removed=2, added_hashes=b"h"),
        CommitFile(path=Scrubbed("c.bin"), added=None, removed=None),
        CommitFile(path=Scrubbed("c.bin"), added=7, removed=7),
    )
    return Commit(**values | {"subject": Scrubbed("Change ä"), "files": files} | more)


def test_a_commit_is_stored_once_for_its_project(store: Store) -> None:
    """How many were new is said; two names that are one after redaction are one file."""
    trailers = ((Scrubbed("Co-authored-by"), Scrubbed("é")),)
    with store.begin_writing() as connection:
        assert commit_rows.add_commits(connection, IDENTITY, [commit(1, trailers=trailers), commit(2)]) == 2
        assert commit_rows.add_commits(connection, IDENTITY, [commit(2), commit(3)]) == 1
        assert commit_rows.add_commits(connection, Scrubbed("remote:host/owner/api"), [commit(1)]) == 1
        assert commit_rows.add_commits(connection, Scrubbed("remote:host/owner/none"), []) == 0

    kept = store.connection.execute("SELECT subject, parents, trailers FROM commit_ ORDER BY id").fetchall()
    assert kept[0] == ("Change ä", "aa bb", '[["Co-authored-by", "é"]]')
    assert len(kept) == 4
    files = store.connection.execute(
        "SELECT path, old_path, added, removed, added_hashes FROM commit_file WHERE commit_id = 1 ORDER BY path"
    ).fetchall()
    assert files == [("a.py", "b.py", 1, 2, b"h"), ("c.bin", None, None, None, b"")]
    names = [name for (name,) in store.connection.execute("SELECT name FROM project ORDER BY id")]
    assert names == ["web-shop", "api"]


@pytest.mark.parametrize(("since", "until", "left"), [(0, 2, [2, 3]), (2, 9, [1]), (5, 9, [1, 2, 3])])
def test_forgotten_times_have_no_commits(store: Store, since: int, until: int, left: list[int]) -> None:
    """The same repository, read again, does not bring them back."""
    times = [f"{NOON + timedelta(days=day):%Y-%m-%dT%H:%M:%S}.000Z" for day in (since, until)]
    store.connection.execute(
        "INSERT INTO forgotten (session, project, from_at, until_at, forgotten_at) VALUES (NULL, NULL, ?, ?, '')", times
    )
    with store.begin_writing() as connection:
        assert commit_rows.add_commits(connection, IDENTITY, [commit(number) for number in (1, 2, 3)]) == len(left)

    kept = [int(name, 16) for (name,) in store.connection.execute("SELECT hash FROM commit_ ORDER BY hash")]
    assert kept == left
