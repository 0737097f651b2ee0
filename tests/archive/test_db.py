"""What is added is there once, whole, and belongs together."""

import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.archive.conftest import NOON, Log, state, stored, uid

from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads.sources import SourceStates, read_cursors, read_skipped_lines, read_states, read_totals
from twiceshy.archive.reads.text import read_whole
from twiceshy.archive.rows import pack_events
from twiceshy.base.errors import NotFound, StoreCorrupt
from twiceshy.records.events import Failure
from twiceshy.records.ingest import Cursor, LineTally, UnreadableLine
from twiceshy.stats.text import fingerprint


def values(store: Store, sql: str, *parameters: object) -> list[Any]:
    return store.connection.execute(sql, parameters).fetchall()


def test_an_empty_batch_stores_only_its_source(store: Store) -> None:
    """A file without events is known afterwards, so that it is not read again."""
    added = store.add(pack_events([]), state())

    assert (set(added.new.values()), set(added.duplicates.values())) == ({0}, {0})
    assert [name for (name,) in values(store, "SELECT name FROM source")] == ["a.jsonl"]
    assert not (store.home / "bodies.db").exists()


def test_each_kind_of_event_is_stored_once_however_often_it_comes(store: Store) -> None:
    """The second time every event is a duplicate and nothing is found twice."""
    log = Log().everything("rotate")
    first = stored(store, log)
    second = stored(store, log)

    expected = {"session": 1, "prompt": 2, "reply": 1, "call": 1, "result": 1, "edit": 1, "usage": 1, "mark": 1}
    assert expected == first.new
    assert set(second.new.values()) == {0}
    assert second.duplicates == expected | {"session": 0}
    assert len(values(store, "SELECT rowid FROM words WHERE words MATCH 'rotate'")) == 5
    assert values(store, "SELECT duplicates FROM source") == [(8,)]


def test_of_a_batch_only_the_new_events_can_be_found_anew(store: Store) -> None:
    """A resumed copy repeats old events among new ones: words of the old are not indexed a second time."""
    stored(store, Log().opened().prompt("alpha", key=1).prompt("beta", key=2))
    added = stored(store, Log("copy").opened().prompt("alpha", key=1).prompt("gamma", key=3).prompt("beta", key=2))

    assert (added.new["prompt"], added.duplicates["prompt"]) == (1, 2)
    for word, count in {"alpha": 1, "beta": 1, "gamma": 1}.items():
        assert len(values(store, "SELECT rowid FROM words WHERE words MATCH ?", word)) == count
    ((rowid,),) = values(store, "SELECT rowid FROM words WHERE words MATCH 'gamma'")
    assert values(store, "SELECT text FROM prompt WHERE id = ?", rowid // 4) == [("gamma",)]


def test_a_long_text_is_whole_and_its_row_short(store: Store) -> None:
    """The row keeps the beginning, the body all of it."""
    text = "héllo wörld\n" * 1000
    stored(store, Log().opened().prompt(text))
    ((head, body),) = values(store, "SELECT text, body FROM prompt")

    assert read_whole(store, head, body) == text
    assert text.startswith(head)
    assert len(head) <= 240


def test_a_missing_text_says_so(store: Store) -> None:
    """A hash that leads nowhere gives words for the reader, not an error."""
    stored(store, Log().opened().prompt("x" * 1000))

    assert "missing" in store.body(b"0" * 16)


def test_the_usage_row_with_the_most_output_counts(store: Store) -> None:
    """Within a batch, across batches and across files."""
    stored(store, Log().opened().usage("m", 5).usage("m", 9).usage("m", 7))
    stored(store, Log("other").opened().usage("m", 8))
    assert values(store, "SELECT output FROM usage") == [(9,)]
    added = stored(store, Log("third").opened().usage("m", 12).usage("n", 1))

    assert values(store, "SELECT output FROM usage ORDER BY 1") == [(1,), (12,)]
    assert (added.new["usage"], added.duplicates["usage"]) == (1, 1)


def test_of_two_equal_outputs_the_whole_one_counts(store: Store) -> None:
    """In one batch and in two: what is known to have ended is not forgotten."""
    stored(store, Log().opened().usage("m", 5, unended=True).usage("n", 5, unended=True).usage("n", 5))
    stored(store, Log().usage("m", 5, cost=0.5, cache_write_1h=1).usage("n", 5, unended=True))

    assert values(store, "SELECT unended, cost, cache_write_1h FROM usage ORDER BY cost") == [(0, None, 0), (0, 0.5, 1)]


def test_a_session_seen_again_only_grows(store: Store) -> None:
    """Ends move outwards, gaps fill, what was known stays, the later title counts."""
    stored(store, Log().opened(branch=None, title="old", version="1"))
    stored(
        store,
        Log().opened(
            branch="main",
            title="new",
            version="2",
            first_at=NOON - timedelta(hours=1),
            last_at=NOON,
            real=False,
        ),
    )
    stored(store, Log().opened(branch=None, title=None, first_at=None, last_at=None))

    assert values(store, "SELECT branch, title, version, first_at, last_at, real FROM session") == [
        ("main", "new", "1", "2026-09-01T11:00:00.000Z", "2026-09-01T12:01:00.000Z", 0)
    ]


def test_events_of_a_session_that_nobody_told_of_are_kept(store: Store) -> None:
    """The session gets its name when somebody tells of it."""
    stored(store, Log().prompt("first words"))
    stored(store, Log().opened())

    assert values(store, "SELECT native_id, p.name FROM session JOIN project p ON p.id = project_id") == [
        ("first", "web-shop")
    ]


def test_a_later_batch_may_speak_of_an_earlier_ones_session(store: Store) -> None:
    """A file that grew is read on without its session being told again."""
    log = Log().opened().prompt("one")
    stored(store, log)
    log.events.clear()
    stored(store, log.prompt("two"))

    assert values(store, "SELECT s.native_id, text FROM prompt JOIN session s ON s.id = session_id") == [
        ("first", "one"),
        ("first", "two"),
    ]


def test_a_failure_has_one_fingerprint_wherever_the_batch_was_cut(store: Store) -> None:
    """The tool counts even when the call came with an earlier batch."""
    log = Log().opened().call("a", "pytest").result("a", "Error: it broke", Failure.ERROR).call("b", "pytest")
    stored(store, log)
    log.events.clear()
    stored(store, log.result("b", "Error: it broke", Failure.ERROR))

    found = values(store, "SELECT fingerprint, message FROM result")
    assert found[0] == found[1]
    assert found[0][0] == fingerprint.fingerprint(found[0][1], "Bash")


def test_an_alias_leads_to_its_project(store: Store) -> None:
    """Sessions of an identity that turned out to mean another project belong to that one."""
    stored(store, Log().opened())
    with store.begin_writing() as connection:
        connection.execute("INSERT INTO project_alias VALUES ('folder:/old', 1)")
    stored(store, Log("second", project="folder:/old").opened())

    assert values(store, "SELECT DISTINCT project_id FROM session") == [(1,)]


def test_counts_of_a_source_add_up_until_it_is_read_from_its_start(store: Store) -> None:
    """Reads of a growing file are summed; a replaced file begins anew."""
    line = UnreadableLine(offset=5, length=6, reason="bad-json")
    tally = LineTally(lines=3, with_events=2, non_events={"progress": 1}, unknown={"odd": 1})
    for _ in range(2):
        store.add(pack_events([]), state(redacted={"jwt": 2}, skipped=[line], tally=tally))
    found = read_totals(store.connection)
    assert (found.lines, found.with_events, found.skipped) == (6, 4, 1)
    assert (found.non_events, found.unknown, found.redacted) == ({"progress": 2}, {"odd": 2}, {"jwt": 4})
    assert read_skipped_lines(store.connection, 5)[0][0].line == line

    store.add(pack_events([]), state(from_start=True, tally=LineTally(lines=1)))
    found = read_totals(store.connection)
    assert (found.lines, found.with_events, found.skipped, found.non_events) == (1, 0, 0, {})


def test_cursors_come_back_as_they_were(store: Store) -> None:
    """Reading goes on exactly where it ended."""
    cursor = Cursor(
        offset=1 << 40, line=7, rank_ms=8, rank_count=9, head=b"\x00\xff", tail=b"\x01", state='{"ü":"\\n"}'
    )
    store.add(pack_events([]), state(cursor=cursor, size=5, mtime_ns=6))
    known = read_cursors(store.connection)[uid("source", "a.jsonl")]

    assert (known.size, known.mtime_ns, known.cursor) == (5, 6, cursor)
    assert read_states(store.connection) == SourceStates(1, NOON, frozenset({("claude-code", 5, 6)}))


def test_derived_values_are_stale_when_input_or_rules_change(store: Store) -> None:
    """Only what is missing or was made of something else is computed again."""
    store.put_derived("behaviour", [DerivedValue(b"a", b"1", b"{}"), DerivedValue(b"b", b"1", b"{}")], 1)
    inputs = {b"a": b"1", b"b": b"2", b"c": b"1"}

    assert store.find_stale("behaviour", {b"a": b"1"}, 1) == []
    assert store.find_stale("behaviour", inputs, 1) == [b"b", b"c"]
    assert store.find_stale("behaviour", inputs, 2) == [b"a", b"b", b"c"]
    assert store.find_stale("other", {b"a": b"1"}, 1) == [b"a"]
    store.put_derived("behaviour", [DerivedValue(b"b", b"2", b"[]")], 1)
    assert store.get_derived("behaviour", b"b") == DerivedValue(b"b", b"2", b"[]")
    assert store.get_derived("behaviour", b"c") is None


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_only_the_owner_can_read_whatever_the_umask(home: Path) -> None:
    """Folder 0700, every file 0600, also where they were looser before."""
    old = os.umask(0)
    try:
        home.mkdir(mode=0o777)
        with Store.open(home) as store:
            stored(store, Log().everything("rotate"))
            assert len(store.salt) == 32
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()}
    finally:
        os.umask(old)

    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert set(modes.values()) == {0o600}
    assert {"twiceshy.db", "twiceshy.db-wal", "bodies.db", "salt"} <= set(modes)


def test_a_reader_sees_what_is_stored_and_cannot_write(home: Path) -> None:
    """Looking never makes or changes a store."""
    with pytest.raises(NotFound, match="twiceshy ingest"):
        Store.open(home, readonly=True)
    assert not home.exists()
    with Store.open(home) as store:
        stored(store, Log().opened().prompt("p" * 500))
        with Store.open(home, readonly=True) as reader:
            ((body,),) = values(reader, "SELECT body FROM prompt")
            assert reader.body(body) == "p" * 500
            with pytest.raises(Exception, match="readonly"), reader.begin_writing():
                pass


def test_the_salt_stays_the_same_and_cannot_be_swapped(home: Path) -> None:
    """A lost or foreign salt is an error before every log looks new."""
    with Store.open(home) as store:
        salt = store.salt
    with Store.open(home) as store:
        assert store.salt == salt
    (home / "salt").write_bytes(b"x" * 32)
    with Store.open(home) as store, pytest.raises(StoreCorrupt, match="salt"):
        _ = store.salt
    (home / "salt").write_bytes(b"")
    with Store.open(home) as store, pytest.raises(StoreCorrupt, match="32 bytes"):
        _ = store.salt
    (home / "salt").unlink()
    with Store.open(home) as store, pytest.raises(StoreCorrupt, match="missing"):
        _ = store.salt


def test_settings_of_the_file_are_what_was_promised(store: Store) -> None:
    """WAL, foreign keys, incremental vacuum, secure deletion."""
    stored(store, Log().everything("rotate"))
    for connection, synchronous in ((store.connection, 1), (store.bodies.connection, 2)):
        found = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "foreign_keys", "auto_vacuum", "secure_delete", "synchronous", "busy_timeout")
        }
        assert found == {
            "journal_mode": "wal",
            "foreign_keys": 1,
            "auto_vacuum": 2,
            "secure_delete": 1,
            "synchronous": synchronous,
            "busy_timeout": 5000,
        }
