"""What sessions left that a repository can show, as read from the store."""

from tests.store.reads.conftest import Archive

from twiceshy.store.reads.traces import find_projects_with_commits, find_sessions, read_commits_state, read_input_states

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
