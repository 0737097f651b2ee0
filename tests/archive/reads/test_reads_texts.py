"""archive.reads: whole texts, edits, places and stories, with what each question leaves out."""

from typing import Any

import pytest
from tests.archive.conftest import Log, stored, uid
from tests.archive.reads.conftest import Archive

from twiceshy.archive.db import Store
from twiceshy.archive.reads import calls, edits, sessions
from twiceshy.archive.reads.stories import hash_inputs, read_stories
from twiceshy.base.values import Scope


@pytest.fixture
def archive(store: Store) -> Archive:
    """Rows of an open store."""
    return Archive(store.connection)


def key(digits: str) -> bytes:
    return bytes.fromhex(digits.ljust(32, "0"))


def test_long_texts_of_calls_and_edits_come_back_whole(store: Store) -> None:
    """Inputs, and files as edits left them; a fragment is no file's text."""
    log = Log().opened().call("one", "make", text="x" * 900).call("two", "ls", text="short")
    log.edit("one", "before " * 99, "after " * 99)
    stored(store, log)

    assert calls.read_inputs(store, log.session) == {uid("call", "one"): "x" * 900, uid("call", "two"): "short"}
    assert calls.read_texts_after(store, log.session) == {uid("call", "one"): [("src/shop.py", "after " * 99)]}
    assert calls.read_inputs(store, b"gone") == {}
    store.connection.execute("UPDATE edit SET partial = 1")
    assert calls.read_texts_after(store, log.session) == {}


def test_a_reading_shows_a_file_only_where_it_was_whole(store: Store, archive: Archive) -> None:
    """Not a part, not a failure, not a command."""
    session = archive.session(archive.project("shop"), "a1")
    whole = archive.call(session, "Read", action="read")
    archive.result(session, whole, text="all of it", lines_returned=3, lines_total=3)
    unknown = archive.call(session, "Read", action="read")
    archive.result(session, unknown, text="some of it")
    others: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"action": "read", "first_line": 5}, {}),
        ({"action": "read", "line_count": 5}, {}),
        ({"action": "read"}, {"failure": "error"}),
        ({"action": "read"}, {"lines_returned": 3, "lines_total": 9}),
        ({"action": "run"}, {}),
    ]
    for call, result in others:
        archive.result(session, archive.call(session, "Read", **call), text="part", **result)

    assert calls.read_texts_shown(store, key("a1")) == {whole: "all of it", unknown: "some of it"}


def test_edits_are_read_in_their_order_by_session(archive: Archive) -> None:
    """A session without edits is left out; lines are those put in and taken out."""
    first, second = (archive.session(archive.project(name), name + "1") for name in ("a", "b"))
    archive.edit(first, b"c", "late.py", rank=9, added=3, removed=4)
    archive.edit(first, b"c", "early.py", rank=1, created=1)
    archive.edit(second, b"c", "other.py")

    found = edits.read_edits(archive.connection, [key("a1"), b"gone"])

    assert list(found) == [key("a1")]
    assert [(one.path, one.lines, one.created, one.rank) for one in found[key("a1")]] == [
        ("early.py", 3, True, 1),
        ("late.py", 7, False, 9),
    ]
    assert found[key("a1")][0].session == key("a1")


@pytest.mark.parametrize(
    ("command", "counts"),
    [
        ("cat > a <<EOF", True),
        ("echo x > a", True),
        ("printf x > a", True),
        ("ls | tee a", True),
        ("x" * 490, True),
        ("ls", False),
    ],
)
def test_commands_that_may_write_count_as_edits(archive: Archive, command: str, counts: bool) -> None:
    """Newest session first; imitations are left out."""
    shop = archive.project("shop")
    old, new = archive.session(shop, "01", day="2026-11-01"), archive.session(shop, "02", day="2026-11-02")
    archive.edit(archive.session(shop, "03", real=0), b"c", "a.py")
    archive.edit(old, b"c", "a.py")
    archive.edit(new, b"c", "a.py")
    archive.call(old, "Bash", command=command)
    archive.call(old, "Read", action="read", command=command)

    found = edits.count_edits(archive.connection)

    assert list(found.items()) == [(key("02"), 1), (key("01"), 1 + counts)]


def test_the_newest_sessions_have_a_place(archive: Archive) -> None:
    """Their folder and their model; imitations are left out."""
    shop = archive.project("shop")
    old = archive.session(shop, "01", day="2026-11-01", cwd="/home/ann/shop")
    archive.session(shop, "02", day="2026-11-02", agent="codex")
    archive.session(shop, "03", day="2026-11-03", real=0)
    for model in ("a", "b", "b"):
        archive.event("reply", old, thinking=0, model=model, text="x")

    newest = sessions.read_newest(archive.connection, Scope(), 9)

    assert [place.session for place in newest] == [key("02"), key("01")]
    assert (newest[1].cwd, newest[1].model, newest[0].cwd, newest[0].model) == ("/home/ann/shop", "b", "", "")
    assert (newest[1].id, newest[1].project_name) == ("s-01000000", "shop")
    assert len(sessions.read_newest(archive.connection, Scope(), 1)) == 1
    assert sessions.read_newest(archive.connection, Scope(agent="aider"), 9) == []
    assert sessions.read_place(archive.connection, key("01")) == newest[1]


def test_a_story_has_the_files_and_words_of_its_calls(store: Store, archive: Archive) -> None:
    """The middle of a very long text is left out; thoughts and subagents stay out."""
    shop = archive.project("shop")
    session = archive.session(shop, "a1", cwd="/home/ann/shop")
    call = archive.call(session, "Bash", command="make")
    archive.result(session, call, text="a" * 100_000 + "b" * 100_000, exit_code=2, words="no", commit_hash="abc")
    archive.edit(session, call, "a.py", added_hashes=b"12345678abcdefgh", removed_hashes=b"", created=1)
    archive.reply(session, "done", thinking=1)
    archive.event("reply", session, thinking=0, model="m", text="the end", agent_run=b"run")

    (story,) = read_stories(store, [key("a1"), b"gone"])

    (moment,) = story.moments
    assert (moment.command, moment.exit_code, moment.words, moment.commit) == ("make", 2, "no", "abc")
    assert moment.text.startswith("aaa")
    assert moment.text.endswith("bbb")
    assert "…" in moment.text
    assert len(moment.text) < 100_000
    (changed,) = moment.changed
    assert (changed.path, changed.added, changed.removed, changed.created) == (
        "a.py",
        (b"12345678", b"abcdefgh"),
        (),
        True,
    )
    before = hash_inputs(store.connection)
    archive.reply(session, "more")
    after = hash_inputs(store.connection)
    assert [name for name in before if before[name] != after.get(name)] == [key("a1")]
