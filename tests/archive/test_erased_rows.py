"""What is gone here is told to a server that may have it, once, and what of it still waits never leaves."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.archive.run_records import record

from twiceshy.archive import erased_rows, outbox, run_rows
from twiceshy.archive.db import Store
from twiceshy.privacy.wire.wire_rows import decode_row, make_row_id
from twiceshy.records.team import WireRow

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def row(kind: str, key: bytes, /, **data: object) -> WireRow:
    return WireRow(kind=kind, id=key, rev=0, at=NOW, data=data)  # type: ignore[arg-type]  # values of a row


def a_run(key: bytes) -> WireRow:
    return row("execution", key, exit_code=0, exit_reason="completed", total_runtime=1.0)


def a_fact(key: bytes) -> WireRow:
    hashes = {"project_hash": "0" * 32, "team_epoch": "e", "fact_hash": "1" * 32}
    return row("fact", key, **hashes, kind="test", worked=1, n=1, sessions=1)


def waiting(store: Store) -> list[WireRow]:
    return [decode_row(one.body) for one in outbox.read_due(store.connection, NOW, 100)]


def targets(store: Store) -> list[object]:
    return [one.data["target"] for one in waiting(store) if one.kind == "tombstone"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with two runs."""
    found = Store.open(tmp_path)
    with found.begin_writing() as connection:
        for number in (1, 2):
            run_rows.add(connection, record(number), NOW)
    return found


KEY = make_row_id(b"salt", "fact", b"how tests run")
FIRST, SECOND = (record(number).execution.execution_id for number in (1, 2))


def test_what_never_left_leaves_no_tombstone(store: Store) -> None:
    """A server must not learn of it in this way."""
    with store, store.begin_writing() as connection:
        run_rows.clear(connection, None)

        assert erased_rows.erase_gone(store, "forgotten", NOW) == 0
        assert waiting(store) == []


def test_a_run_goes_with_all_that_belongs_to_it(store: Store) -> None:
    """Its tombstone is put once, whether or not the server has the run."""
    with store, store.begin_writing() as connection:
        outbox.put_once(connection, [a_run(FIRST), a_run(SECOND)], NOW)
        outbox.put_rows(
            connection,
            [
                row("match_event", b"a" * 16, execution=FIRST.hex()),
                row("match_event", b"b" * 16, execution=SECOND.hex()),
            ],
            NOW,
        )
        connection.execute("DELETE FROM executions WHERE execution_id = ?", (FIRST,))

        assert erased_rows.erase_gone_runs(connection, "cleared", NOW) == 1
        assert erased_rows.erase_gone_runs(connection, "cleared", NOW) == 0
        assert {one.id for one in waiting(store) if one.kind != "tombstone"} == {SECOND, b"b" * 16}
        assert targets(store) == [FIRST.hex()]


def test_what_was_erased_and_is_there_again_has_another_id(store: Store) -> None:
    """A server never takes an erased one; and it can be erased again."""
    with store, store.begin_writing() as connection:
        fact = a_fact(KEY)
        seen = []
        for _ in range(3):
            assert outbox.put_changes(connection, [fact], NOW) == 1
            assert outbox.put_changes(connection, [fact], NOW) == 0
            assert erased_rows.erase_missing(connection, "fact", [KEY], "gone", NOW) == 0
            (one,) = [one for one in waiting(store) if one.kind == "fact"]
            seen.append((one.id, one.rev))
            assert erased_rows.erase_missing(connection, "fact", [], "gone", NOW) == 1

        assert len({key for key, _ in seen}) == 3
        assert {rev for _, rev in seen} == {0}
        assert sorted(map(str, targets(store))) == sorted(key.hex() for key, _ in seen)


def test_a_fact_that_waits_is_not_sent_after_forgetting(store: Store) -> None:
    """Any may hold words of what was forgotten; what is still true is put again when it is found again."""
    with store, store.begin_writing() as connection:
        fact = a_fact(KEY)
        outbox.put_changes(connection, [fact], NOW)
        erased_rows.erase_gone(store, "forgotten", NOW)

        assert waiting(store) == []
        assert outbox.put_changes(connection, [fact], NOW) == 1
        assert [(one.kind, one.rev) for one in waiting(store)] == [("fact", 1)]
