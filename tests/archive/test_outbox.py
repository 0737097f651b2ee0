"""Rows wait until a server has them; what counts something is never dropped."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.archive.run_records import record

from twiceshy.archive import outbox, run_rows
from twiceshy.archive.db import Store
from twiceshy.privacy.wire.wire_rows import decode_row, make_row_id
from twiceshy.records.team import RowAnswer, WireRow, WireValue

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def execution(number: int, runtime: float = 1.0) -> WireRow:
    """A run."""
    data: dict[str, WireValue] = {"exit_code": 0, "exit_reason": "completed", "total_runtime": runtime}
    return WireRow(kind="execution", id=number.to_bytes(16, "big"), rev=0, at=NOW, data=data)


def sample(number: int) -> WireRow:
    """A piece of output of about a kilobyte."""
    data: dict[str, WireValue] = {"execution": "0" * 32, "content": "x" * 1000}
    return WireRow(kind="output_sample", id=number.to_bytes(16, "big"), rev=0, at=NOW, data=data)


def session(prompts: int) -> WireRow:
    """A session that goes on."""
    data: dict[str, WireValue] = {"agent": "codex", "model": "m", "prompts": prompts}
    return WireRow(kind="session", id=b"s" * 16, rev=0, at=NOW, data=data)


def test_a_row_waits_until_it_is_answered(tmp_path: Path) -> None:
    """The same row again is one; a refused one is kept with its reason and not tried again."""
    with Store.open(tmp_path) as store, store.begin_writing() as connection:
        rows = [execution(1), execution(2), execution(3), execution(1)]
        assert outbox.put_rows(connection, rows, NOW) == 3
        assert [decode_row(row.body) for row in outbox.read_due(connection, NOW, 10)] == rows[:3]

        answers = [
            RowAnswer(rows[0].id, 0, "stored"),
            RowAnswer(rows[1].id, 0, "known"),
            RowAnswer(rows[2].id, 0, "refused", "rule github-token"),
        ]
        outbox.settle(connection, answers)

        assert outbox.read_due(connection, NOW, 10) == []
        state = outbox.read_state(connection, NOW)
        assert (dict(state.rows), dict(state.refused)) == ({}, {"rule github-token": 1})


def test_a_row_that_was_tried_in_vain_waits(tmp_path: Path) -> None:
    """Until its time has come."""
    with Store.open(tmp_path) as store, store.begin_writing() as connection:
        outbox.put_rows(connection, [execution(1)], NOW)
        outbox.postpone(connection, outbox.read_due(connection, NOW, 1), NOW + timedelta(seconds=8))

        assert outbox.read_due(connection, NOW + timedelta(seconds=7), 1) == []
        (row,) = outbox.read_due(connection, NOW + timedelta(seconds=8), 1)
        assert row.tries == 1
        assert outbox.read_state(connection, NOW).due == 0


def test_only_a_change_is_a_new_revision(tmp_path: Path) -> None:
    """And it takes the place of an older one that still waits."""
    with Store.open(tmp_path) as store, store.begin_writing() as connection:
        assert [outbox.put_changes(connection, [session(n)], NOW) for n in (1, 1, 2)] == [1, 0, 1]
        (row,) = outbox.read_due(connection, NOW, 10)
        assert (row.rev, decode_row(row.body).data["prompts"]) == (1, 2)

        outbox.settle(connection, [RowAnswer(row.id, row.rev, "stored")])
        assert [outbox.put_changes(connection, [session(n)], NOW) for n in (2, 1)] == [0, 1]
        assert [row.rev for row in outbox.read_due(connection, NOW, 10)] == [2]


def test_an_outbox_that_is_too_large_drops_samples_and_never_counts(tmp_path: Path) -> None:
    """The oldest samples go first."""
    with Store.open(tmp_path) as store, store.begin_writing() as connection:
        outbox.put_rows(connection, [execution(1)], NOW)
        for age in range(5):
            outbox.put_rows(connection, [sample(10 + age)], NOW + timedelta(seconds=age))

        assert outbox.bound_size(connection, 3000) == 3
        assert [row.id[-1] for row in outbox.read_due(connection, NOW + timedelta(days=1), 10)] == [1, 13, 14]
        assert outbox.bound_size(connection, 0) == 2
        assert dict(outbox.read_state(connection, NOW).rows) == {"execution": 1}


@pytest.mark.parametrize("rows", [[], [execution(1)]])
def test_the_state_says_how_old_the_oldest_is(tmp_path: Path, rows: list[WireRow]) -> None:
    """None where nothing waits."""
    with Store.open(tmp_path) as store, store.begin_writing() as connection:
        outbox.put_rows(connection, rows, NOW)

        state = outbox.read_state(connection, NOW)

        assert state.oldest_at == (NOW if rows else None)
        assert (state.size > 0, state.due) == (bool(rows), len(rows))


# What is gone here is told to a server that may have it, once, and what of it still waits never leaves.

TEST_ERASED_ROWS_NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def row(kind: str, key: bytes, /, **data: object) -> WireRow:
    return WireRow(kind=kind, id=key, rev=0, at=TEST_ERASED_ROWS_NOW, data=data)  # type: ignore[arg-type]  # values of a row


def a_run(key: bytes) -> WireRow:
    return row("execution", key, exit_code=0, exit_reason="completed", total_runtime=1.0)


def a_fact(key: bytes) -> WireRow:
    hashes = {"project_hash": "0" * 32, "team_epoch": "e", "fact_hash": "1" * 32}
    return row("fact", key, **hashes, kind="test", worked=1, n=1, sessions=1)


def waiting(store: Store) -> list[WireRow]:
    return [decode_row(one.body) for one in outbox.read_due(store.connection, TEST_ERASED_ROWS_NOW, 100)]


def targets(store: Store) -> list[object]:
    return [one.data["target"] for one in waiting(store) if one.kind == "tombstone"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with two runs."""
    found = Store.open(tmp_path)
    with found.begin_writing() as connection:
        for number in (1, 2):
            run_rows.add(connection, record(number), TEST_ERASED_ROWS_NOW)
    return found


KEY = make_row_id(b"salt", "fact", b"how tests run")
FIRST, SECOND = (record(number).execution.execution_id for number in (1, 2))


def test_what_never_left_leaves_no_tombstone(store: Store) -> None:
    """A server must not learn of it in this way."""
    with store, store.begin_writing() as connection:
        run_rows.clear(connection, None)

        assert outbox.erase_gone(store, "forgotten", TEST_ERASED_ROWS_NOW) == 0
        assert waiting(store) == []


def test_a_run_goes_with_all_that_belongs_to_it(store: Store) -> None:
    """Its tombstone is put once, whether or not the server has the run."""
    with store, store.begin_writing() as connection:
        outbox.put_once(connection, [a_run(FIRST), a_run(SECOND)], TEST_ERASED_ROWS_NOW)
        outbox.put_rows(
            connection,
            [
                row("match_event", b"a" * 16, execution=FIRST.hex()),
                row("match_event", b"b" * 16, execution=SECOND.hex()),
            ],
            TEST_ERASED_ROWS_NOW,
        )
        connection.execute("DELETE FROM executions WHERE execution_id = ?", (FIRST,))

        assert outbox.erase_gone_runs(connection, "cleared", TEST_ERASED_ROWS_NOW) == 1
        assert outbox.erase_gone_runs(connection, "cleared", TEST_ERASED_ROWS_NOW) == 0
        assert {one.id for one in waiting(store) if one.kind != "tombstone"} == {SECOND, b"b" * 16}
        assert targets(store) == [FIRST.hex()]


def test_what_was_erased_and_is_there_again_has_another_id(store: Store) -> None:
    """A server never takes an erased one; and it can be erased again."""
    with store, store.begin_writing() as connection:
        fact = a_fact(KEY)
        seen = []
        for _ in range(3):
            assert outbox.put_changes(connection, [fact], TEST_ERASED_ROWS_NOW) == 1
            assert outbox.put_changes(connection, [fact], TEST_ERASED_ROWS_NOW) == 0
            assert outbox.erase_missing(connection, "fact", [KEY], "gone", TEST_ERASED_ROWS_NOW) == 0
            (one,) = [one for one in waiting(store) if one.kind == "fact"]
            seen.append((one.id, one.rev))
            assert outbox.erase_missing(connection, "fact", [], "gone", TEST_ERASED_ROWS_NOW) == 1

        assert len({key for key, _ in seen}) == 3
        assert {rev for _, rev in seen} == {0}
        assert sorted(map(str, targets(store))) == sorted(key.hex() for key, _ in seen)


def test_a_fact_that_waits_is_not_sent_after_forgetting(store: Store) -> None:
    """Any may hold words of what was forgotten; what is still true is put again when it is found again."""
    with store, store.begin_writing() as connection:
        fact = a_fact(KEY)
        outbox.put_changes(connection, [fact], TEST_ERASED_ROWS_NOW)
        outbox.erase_gone(store, "forgotten", TEST_ERASED_ROWS_NOW)

        assert waiting(store) == []
        assert outbox.put_changes(connection, [fact], TEST_ERASED_ROWS_NOW) == 1
        assert [(one.kind, one.rev) for one in waiting(store)] == [("fact", 1)]
