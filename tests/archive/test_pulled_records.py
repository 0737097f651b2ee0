"""What others told is kept apart, once, and known as theirs."""

from dataclasses import replace
from datetime import UTC, datetime

from twiceshy.archive.db import Store
from twiceshy.archive.pulled_records import (
    accept_pulled,
    count_pulled,
    list_pulled_ids,
    put_pulled,
    read_pulled,
    remove_pulled,
)
from twiceshy.base.values import Scrubbed
from twiceshy.records.pulled import PulledCount, PulledRow

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
