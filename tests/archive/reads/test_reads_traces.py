"""What sessions left that a repository can show, as read from the store."""

from tests.archive.reads.conftest import Archive

from twiceshy.archive.db import Store
from twiceshy.archive.reads.authorship import (
    find_projects_with_commits,
    find_sessions,
    read_commits_state,
    read_input_states,
    read_traces,
)

IDENTITY = "remote:host/owner/shop"


def add_commit(archive: Archive, project: int, name: str) -> None:
    archive.put(
        "commit_",
        project_id=project,
        hash=name,
        parents="",
        author=b"a",
        authored_at="2026-11-12T14:00:00Z",
        authored_offset_min=0,
        committed_at="2026-11-12T14:00:00Z",
        subject="Change",
        trailers="[]",
    )


def test_only_projects_with_commits_and_sessions_can_be_linked(archive: Archive) -> None:
    """One without sessions and one without commits are left out."""
    archive.session(archive.project("idle"), "b1")
    add_commit(archive, archive.project("other"), "c1")
    project = archive.project("shop")
    archive.session(project, "a1")
    add_commit(archive, project, "c1")

    assert find_projects_with_commits(archive.connection) == [IDENTITY]


def test_sessions_are_found_by_identity_and_alias(archive: Archive) -> None:
    """In the order of their uids; those of other projects are not."""
    project = archive.project("shop")
    archive.session(project, "b1")
    archive.session(project, "a1")
    archive.session(archive.project("other"), "c1")
    archive.put("project_alias", identity="folder:/gone", project_id=project)

    assert [uid.hex()[:2] for uid in find_sessions(archive.connection, IDENTITY)] == ["a1", "b1"]
    assert find_sessions(archive.connection, "folder:/gone") == find_sessions(archive.connection, IDENTITY)
    assert find_sessions(archive.connection, "folder:/never") == []


def test_the_state_changes_with_edits_results_and_commits_only(archive: Archive) -> None:
    """A prompt changes nothing; an edit of one session leaves the other as it was."""
    project = archive.project("shop")
    first, second = archive.session(project, "a1"), archive.session(project, "b1")
    before, commits_before = (
        read_input_states(archive.connection, IDENTITY),
        read_commits_state(archive.connection, IDENTITY),
    )
    archive.prompt(first, "Go on")
    assert read_input_states(archive.connection, IDENTITY) == before
    archive.edit(first, b"call", "a.py")
    after = read_input_states(archive.connection, IDENTITY)
    assert [before[uid] == after[uid] for uid in before] == [False, True]
    archive.result(second, b"other", text="done")
    assert [after[uid] == now for uid, now in read_input_states(archive.connection, IDENTITY).items()] == [True, False]
    add_commit(archive, project, "c1")
    assert read_commits_state(archive.connection, IDENTITY) != commits_before


def test_a_trace_has_touches_and_calls_that_may_have_committed(store: Store) -> None:
    """In the session's order; a session that is not stored is left out; of a long output both ends stay."""
    archive = Archive(store.connection)
    session = archive.session(archive.project("shop"), "a1", branch="main")
    call = archive.call(session, "Bash", 5, command="git commit -m x")
    archive.result(session, call, 7, text="a" * 15_000 + "b" * 15_000, commit_hash="abc")
    archive.result(session, archive.call(session, "Bash", command="git push"))
    archive.result(session, archive.call(session, "Read", action="read", command="commit"))
    archive.edit(session, call, "a.py", 3, added_hashes=b"12345678")
    archive.session(archive.project("other"), "b1", first_at=None, last_at=None)

    trace, empty = read_traces(store, [bytes.fromhex(uid.ljust(32, "0")) for uid in ("a1", "c1", "b1")])

    assert (trace.agent, trace.native_id, trace.branch) == ("claude-code", "a1", "main")
    assert (trace.last_at or 0) - (trace.first_at or 0) == 3600
    (touch,) = trace.touches
    assert (touch.call, touch.path, touch.added) == (call, "a.py", b"12345678")
    (run,) = trace.git_runs
    assert (run.call, run.command, run.stated) == (call, "git commit -m x", "abc")
    assert round((run.until or 0) - (run.at or 0)) == 2
    assert run.text.startswith("aaa")
    assert run.text.endswith("bbb")
    assert (run.text.count("a"), run.text.count("b")) == (10_000, 10_000)
    assert (empty.first_at, empty.last_at, empty.branch, empty.touches, empty.git_runs) == (None, None, None, (), ())
