"""What of ours lies in which memory is known, and found again to forget it."""

from datetime import UTC, datetime, timedelta

from twiceshy.archive.db import Store
from twiceshy.archive.memory_entries import find_entries, note_pushed, put_entries, read_entries, remove_entries
from twiceshy.records.pulled import MemoryEntry

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
HERE, THERE = b"h" * 16, b"t" * 16
CHAT = MemoryEntry(b"1" * 16, b"2" * 16, "chat", AT, "s-1")
COMMIT = MemoryEntry(b"3" * 16, b"3" * 16, "commit", AT + timedelta(days=1), "", "c0ffee")


def test_entries_come_back_and_go(store: Store) -> None:
    """Of their own memory only."""
    with store.begin_writing() as connection:
        put_entries(connection, HERE, [CHAT, COMMIT, CHAT])
        put_entries(connection, THERE, [CHAT])
        remove_entries(connection, THERE, [CHAT.made])

    assert list(read_entries(store.connection, HERE)) == [CHAT, COMMIT]
    assert list(read_entries(store.connection, THERE)) == []


def test_entries_are_found_by_session_and_time(store: Store) -> None:
    """Without a session all in the time are found."""
    with store.begin_writing() as connection:
        put_entries(connection, HERE, [CHAT, COMMIT])

    assert find_entries(store.connection, HERE, ["s-1"], None, None) == [CHAT]
    assert find_entries(store.connection, HERE, None, None, AT + timedelta(hours=1)) == [CHAT]
    assert find_entries(store.connection, HERE, None, AT + timedelta(hours=1), None) == [COMMIT]


def test_what_was_pushed_is_known(store: Store) -> None:
    """With the place that it went to last."""
    with store.begin_writing() as connection:
        put_entries(connection, HERE, [CHAT])
        put_entries(connection, THERE, [CHAT])
        note_pushed(connection, HERE, b"p" * 8)

    assert [one.pushed for one in read_entries(store.connection, HERE)] == [b"p" * 8]
    assert [one.pushed for one in read_entries(store.connection, THERE)] == [None]
