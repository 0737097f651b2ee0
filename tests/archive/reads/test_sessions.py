"""archive.reads.session_times: when sessions were, and how many of each project."""

from datetime import UTC, datetime
from typing import Any

from twiceshy.archive.reads import sessions as reads
from twiceshy.base.values import Scope
from twiceshy.records.figures import SessionCount


def test_an_empty_store_has_no_times(archive: Any) -> None:
    """Nothing is made up."""
    assert reads.read_last_times(archive.connection, Scope()) == []
    assert reads.read_span(archive.connection, Scope()) == (0, None, None)


def test_imitations_are_counted_apart(archive: Any) -> None:
    """Everything else is of sessions that the agent wrote, in scope."""
    shop, api = archive.project("web-shop"), archive.project("api")
    archive.session(shop, "aa01", day="2026-11-10")
    archive.session(shop, "aa02", day="2026-11-12")
    archive.session(api, "bb01", day="2026-11-11")
    archive.session(api, "bb02", real=0)
    connection = archive.connection

    assert len(reads.read_last_times(connection, Scope())) == 3
    assert reads.read_span(connection, Scope(project="shop")) == (
        2,
        datetime(2026, 11, 10, 14, tzinfo=UTC),
        datetime(2026, 11, 12, 15, tzinfo=UTC),
    )
    assert reads.count_by_project(connection, Scope()) == [SessionCount("web-shop", 2), SessionCount("api", 1)]
    assert (reads.count_imitations(connection, Scope()), reads.count_imitations(connection, Scope(project="shop"))) == (
        1,
        0,
    )


def test_sessions_come_by_their_begin_whatever_was_stored_first(archive: Any) -> None:
    """Those without a time first, by their uid; imitations too."""
    shop = archive.project("web-shop")
    archive.session(shop, "aa03", day="2026-11-12")
    archive.session(shop, "aa02", day="2026-11-10", real=0)
    archive.session(shop, "aa01", day="2026-11-12")
    archive.connection.execute("INSERT INTO session (uid, agent, native_id, project_id) VALUES (x'ff', 'x', 'x', 1)")
    known = dict(archive.connection.execute("SELECT uid, coalesce(first_at, '') FROM session").fetchall())

    found = reads.list_by_begin(archive.connection)

    assert found == sorted(known, key=lambda uid: (known[uid], uid))
    assert found[0] == b"\xff"
    assert len(found) == 4
