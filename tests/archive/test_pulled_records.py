"""What others told is kept apart, once, and known as theirs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from twiceshy.archive.db import Store
from twiceshy.archive.pulled_records import (
    accept_pulled,
    count_pulled,
    find_entries,
    list_pulled_ids,
    note_pushed,
    put_entries,
    put_pulled,
    read_entries,
    read_pulled,
    remove_entries,
    remove_pulled,
)
from twiceshy.base.values import Scrubbed
from twiceshy.records.memory import MemoryEntry, PulledCount, PulledRow

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
SHOP = Scrubbed("remote:host/owner/web-shop")
CHAT = PulledRow(
    id=b"1" * 16, writer="a" * 16, type="chat", at=AT, session="s-1", commit_hash="", line=Scrubbed('{"v":1}')
)
COMMIT = replace(CHAT, id=b"2" * 16, type="commit", session="", commit_hash="c0ffee")


def test_a_fact_is_stored_once(store: Store) -> None:
    """And comes back as it is, of its project only."""
    with store.begin_writing() as connection:
        assert put_pulled(connection, SHOP, [CHAT, COMMIT]) == 2
        assert put_pulled(connection, SHOP, [CHAT]) == 0

    assert read_pulled(store.connection, SHOP) == [CHAT, COMMIT]
    assert read_pulled(store.connection, SHOP, ["commit"]) == [COMMIT]
    assert read_pulled(store.connection, "remote:host/owner/other") == []
    assert list_pulled_ids(store.connection, SHOP) == {CHAT.id, COMMIT.id}


def test_what_is_accepted_stays_accepted(store: Store) -> None:
    """Also when it is told again."""
    with store.begin_writing() as connection:
        put_pulled(connection, SHOP, [CHAT, COMMIT])
        assert accept_pulled(connection, SHOP, [CHAT.id], AT) == 1
        assert accept_pulled(connection, SHOP, [CHAT.id], AT) == 0
        put_pulled(connection, SHOP, [CHAT])

    assert [one.accepted for one in read_pulled(store.connection, SHOP)] == [True, False]
    assert count_pulled(store.connection, SHOP) == [
        PulledCount("a" * 16, "chat", 1, 1),
        PulledCount("a" * 16, "commit", 1, 0),
    ]


def test_a_fact_can_be_removed(store: Store) -> None:
    """Where its writer forgot it."""
    with store.begin_writing() as connection:
        put_pulled(connection, SHOP, [CHAT, COMMIT])
        assert remove_pulled(connection, SHOP, [CHAT.id, b"9" * 16]) == 1

    assert read_pulled(store.connection, SHOP) == [COMMIT]


# What of ours lies in which memory is known, and found again to forget it.

TEST_MEMORY_ENTRIES_AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
HERE, THERE = b"h" * 16, b"t" * 16
TEST_MEMORY_ENTRIES_CHAT = MemoryEntry(b"1" * 16, b"2" * 16, "chat", TEST_MEMORY_ENTRIES_AT, "s-1")
TEST_MEMORY_ENTRIES_COMMIT = MemoryEntry(
    b"3" * 16, b"3" * 16, "commit", TEST_MEMORY_ENTRIES_AT + timedelta(days=1), "", "c0ffee"
)


def test_entries_come_back_and_go(store: Store) -> None:
    """Of their own memory only."""
    with store.begin_writing() as connection:
        put_entries(connection, HERE, [TEST_MEMORY_ENTRIES_CHAT, TEST_MEMORY_ENTRIES_COMMIT, TEST_MEMORY_ENTRIES_CHAT])
        put_entries(connection, THERE, [TEST_MEMORY_ENTRIES_CHAT])
        remove_entries(connection, THERE, [TEST_MEMORY_ENTRIES_CHAT.made])

    assert list(read_entries(store.connection, HERE)) == [TEST_MEMORY_ENTRIES_CHAT, TEST_MEMORY_ENTRIES_COMMIT]
    assert list(read_entries(store.connection, THERE)) == []


def test_entries_are_found_by_session_and_time(store: Store) -> None:
    """Without a session all in the time are found."""
    with store.begin_writing() as connection:
        put_entries(connection, HERE, [TEST_MEMORY_ENTRIES_CHAT, TEST_MEMORY_ENTRIES_COMMIT])

    assert find_entries(store.connection, HERE, ["s-1"], None, None) == [TEST_MEMORY_ENTRIES_CHAT]
    assert find_entries(store.connection, HERE, None, None, TEST_MEMORY_ENTRIES_AT + timedelta(hours=1)) == [
        TEST_MEMORY_ENTRIES_CHAT
    ]
    assert find_entries(store.connection, HERE, None, TEST_MEMORY_ENTRIES_AT + timedelta(hours=1), None) == [
        TEST_MEMORY_ENTRIES_COMMIT
    ]


def test_what_was_pushed_is_known(store: Store) -> None:
    """With the place that it went to last."""
    with store.begin_writing() as connection:
        put_entries(connection, HERE, [TEST_MEMORY_ENTRIES_CHAT])
        put_entries(connection, THERE, [TEST_MEMORY_ENTRIES_CHAT])
        note_pushed(connection, HERE, b"p" * 8)

    assert [one.pushed for one in read_entries(store.connection, HERE)] == [b"p" * 8]
    assert [one.pushed for one in read_entries(store.connection, THERE)] == [None]
