"""Rows wait until a server has them; what counts something is never dropped."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from twiceshy.archive import outbox
from twiceshy.archive.db import Store
from twiceshy.privacy.wire.wire_rows import decode_row
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
