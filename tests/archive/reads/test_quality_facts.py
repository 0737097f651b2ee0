"""archive.reads.quality_facts: outlines of sessions, commits and edits in scope."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.archive.reads.conftest import MIGRATIONS, Archive

from twiceshy.archive.db import Store
from twiceshy.archive.reads.quality_facts import (
    count_log_lines,
    count_named_files,
    read_checked_commits,
    read_commit_members,
    read_edit_counts,
    read_edited_files,
    read_joins,
    read_linked_commits,
    read_outlines,
    read_places,
    read_session_members,
)
from twiceshy.archive.session_links import KIND, encode_links
from twiceshy.archive.session_values import put_copies
from twiceshy.base.values import Scope
from twiceshy.records.commits import Link


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as made, made.begin_writing() as connection:
        assert made.bodies.text(b"none") is None  # its file is made before a row refers to it
        archive = Archive(connection)
        shop, other = archive.project("shop"), archive.project("other")
        first = archive.session(shop, "aa")
        archive.prompt(first, "mend the sum", 1)
        archive.prompt(first, "lost", 2, body=b"l" * 16)
        archive.reply(first, "Grüße", 3)
        call = archive.call(first, "Edit", 4, action="edit", path="/w/a.py", path_key=b"1" * 8)
        archive.result(first, call, 5)
        archive.edit(first, call, "/w/a.py", 5, path_key=b"1" * 8)
        archive.edit(first, call, "/w/a.py", 6, path_key=b"1" * 8, partial=1)
        archive.call(first, "Bash", 7)
        archive.mark(first, "compaction", "auto", 8)
        archive.session(other, "bb", day="2026-11-20")
        archive.session(shop, "cc", real=0)
        for name, parents, day in (("a", "", 12), ("b", "a", 13), ("c", "a b", 20)):
            key = archive.put(
                "commit_",
                project_id=shop,
                hash=name * 40,
                parents=parents,
                author=b"h",
                authored_at=f"2026-11-{day}T10:00:00.000Z",
                authored_offset_min=0,
                committed_at=f"2026-11-{day}T10:00:00.000Z",
                subject=f"Subject {name}",
                trailers="[]",
                body="Why." if name == "a" else None,
            )
            if name != "c":
                archive.put("commit_file", commit_id=key, path="a.py", added_hashes=b"")
        for name, result in (("a", "pending"), ("b", "fail")):
            archive.put(
                "ci_result",
                uid=name.encode() * 16,
                project_id=shop,
                commit_hash=name * 40,
                at="2026-11-13T11:00:00.000Z",
                result=result,
            )
        yield made


def test_sessions_are_outlined_with_beginnings_and_sizes(store: Store) -> None:
    """In bytes; a long text that is missing from the store has no size. Imitations are left out."""
    first, second = read_outlines(store, Scope())

    assert [(one.text.beginning, one.text.size) for one in first.prompts] == [("mend the sum", 12), ("lost", None)]
    assert [one.text.size for one in first.replies] == [7]
    assert [(one.tool, bool(one.ended)) for one in first.calls] == [("Edit", True), ("Bash", False)]
    assert [one.kind for one in first.marks] == ["compaction"]
    assert (second.project, second.prompts) == ("remote:host/owner/other", [])


def test_a_scope_narrows_everything(store: Store) -> None:
    """Sessions, edits and files by project; commits also by time."""
    other = Scope(project="other")
    (session,) = read_outlines(store, other)

    assert session.uid.hex().startswith("bb")
    assert read_checked_commits(store.connection, other) == []
    assert read_edit_counts(store.connection, other).by_file == {}
    assert count_named_files(store.connection, other) == 0
    assert count_named_files(store.connection, Scope()) == 1


def test_commits_tell_what_ci_said(store: Store) -> None:
    """A pending answer is none; the message is whole where it was read."""
    first, second, merge = read_checked_commits(store.connection, Scope(project="shop"))

    assert (first.message, first.files, first.merge, first.checked) == ("Subject a\n\nWhy.", 1, False, False)
    assert (second.message, second.checked) == ("Subject b", True)
    assert (merge.files, merge.merge) == (0, True)


def test_edits_are_whole_or_fragments(store: Store) -> None:
    """Counted by file."""
    found = read_edit_counts(store.connection, Scope())

    assert (found.whole, found.fragments, found.by_file) == (1, 1, {b"1" * 8: 2})
    assert list(read_edited_files(store.connection, Scope()).values()) == [{b"1" * 8}]


def test_places_are_of_sessions_that_an_agent_wrote(store: Store) -> None:
    """With the project's name; a folder that no log says is empty."""
    first, second = read_places(store.connection, Scope())

    assert (first.project, first.name, first.folder) == ("remote:host/owner/shop", "shop", "")
    assert second.name == "other"


def test_links_and_lines_of_logs_are_counted(store: Store) -> None:
    """Nothing where nothing was linked or read."""
    assert read_linked_commits(store.connection, Scope()) == {}
    assert count_log_lines(store.connection) == (0, 0, 0)


# What is parted when rows are split, and what belongs together.


def uid(name: str) -> bytes:
    return bytes.fromhex(name.ljust(32, "0"))


def link(commit: str, confidence: float) -> Link:
    return Link(
        session=b"", commit_hash=commit, confidence=confidence, evidence=(), lines_shared=1, lines_of_commit=1,
        lines_of_session=1,
    )  # fmt: skip


def put_commit(archive: Archive, project: int, name: str, patch: str | None = None) -> None:
    times = {"authored_at": "2026-11-02T00:00:00.000Z", "committed_at": "2026-11-02T00:00:00.000Z"}
    texts = {"parents": "", "subject": "x", "trailers": "[]"}
    archive.put(
        "commit_", project_id=project, hash=name, author=b"a", authored_offset_min=0, patch_id=patch, **times, **texts
    )


def test_sessions_and_commits_are_members(archive: Archive) -> None:
    """Those in scope that an agent wrote; a commit of two clones once."""
    shop, cart = archive.project("shop"), archive.project("cart")
    archive.session(shop, "aa")
    archive.session(cart, "bb", first_at=None, last_at=None)
    archive.session(shop, "cc", real=0)
    put_commit(archive, shop, "00" * 20)
    put_commit(archive, cart, "00" * 20)

    found = read_session_members(archive.connection, Scope())

    assert [(one.key, one.at is None, one.agent) for one in found] == [
        (uid("aa"), False, "claude-code"),
        (uid("bb"), True, "claude-code"),
    ]
    assert [one.key for one in read_session_members(archive.connection, Scope(project="cart"))] == [uid("bb")]
    assert [one.key for one in read_commit_members(archive.connection)] == [bytes(20)]


def test_what_belongs_together_is_joined(archive: Archive) -> None:
    """Copies, what goes on after a recap, sure links, and commits with one patch."""
    archive.connection.executescript((MIGRATIONS / "0011-session-values.sql").read_text(encoding="utf-8"))
    shop, cart = archive.project("shop"), archive.project("cart")
    archive.session(shop, "aa", day="2026-11-01")
    archive.session(cart, "dd", day="2026-11-02")
    archive.prompt(archive.session(shop, "bb", day="2026-11-03"), "This session is continued", kind="summary")
    archive.prompt(archive.session(shop, "cc", day="2026-11-04"), "mend it")
    put_copies(archive.connection, [(uid("aa"), uid("cc"))])
    for name, patch in (("11", "p"), ("22", "p"), ("33", "q")):
        put_commit(archive, shop, name * 20, patch)
    links = encode_links([link("11" * 20, 0.9), link("33" * 20, 0.2)])
    archive.put("derived", kind=KIND, key=uid("cc"), input_hash=b"", rule_version=1, value=links)

    assert set(read_joins(archive.connection)) == {
        (uid("aa"), uid("cc")),
        (uid("bb"), uid("aa")),
        (uid("cc"), b"\x11" * 20),
        (b"\x22" * 20, b"\x11" * 20),
    }
