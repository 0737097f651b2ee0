"""A row that the database refuses is left out; the rows beside it are stored."""

from dataclasses import replace

import pytest
from tests.archive.conftest import NOON, Log

from twiceshy.archive.db import Store
from twiceshy.archive.reads.sources import read_skipped_lines
from twiceshy.archive.rows import RowBatch, pack_events
from twiceshy.archive.storage_errors import may_be_refusal
from twiceshy.base.errors import StoreCorrupt
from twiceshy.base.values import Scrubbed
from twiceshy.records.ingest import Cursor, LineTally, SourceState


def state() -> SourceState:
    return SourceState(
        key=b"k" * 16,
        agent="claude-code",
        name=Scrubbed("a.jsonl"),
        size=100,
        mtime_ns=1,
        cursor=Cursor(offset=100),
        tally=LineTally(lines=8, with_events=8),
        read_at=NOON,
    )


def spoil(batch: RowBatch, table: str, column: int, value: object) -> RowBatch:
    """The batch with an odd value in the first row of a table."""
    first, *rest = batch.tables[table]
    row = (*first[:column], value, *first[column + 1 :])
    return batch._replace(tables={**batch.tables, table: [row, *rest]})  # type: ignore[list-item]  # odd on purpose


def counts(store: Store) -> dict[str, int]:
    return {
        table: store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # literals
        for table in ("session", "prompt", "reply", "call", "result", "edit", "usage", "mark", "words")
    }


def test_a_good_batch_is_stored_as_by_the_fast_way(store: Store, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Both ways leave the same rows, words and counts."""
    batch = pack_events(Log().everything("rotate").events)
    found = store.add_leniently(batch, state(), 0)
    with Store.open(tmp_path_factory.mktemp("other") / "store") as other:
        fast = other.add(batch, state())
        assert counts(other) == counts(store)

    assert ({k: v for k, v in fast.new.items() if v}, ()) == (
        {k: v for k, v in found.result.new.items() if v},
        found.refused,
    )


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        pytest.param("usage", 4, 2**63, id="a number beyond SQLite's"),
        pytest.param("prompt", 2, "soon", id="a text where a number belongs"),
        pytest.param("reply", 7, None, id="nothing where a text belongs"),
        pytest.param("call", 6, ["Bash"], id="a list"),
        pytest.param("result", 14, "\ud800", id="half a character"),
    ],
)
def test_a_refused_row_costs_only_itself(store: Store, table: str, column: int, value: object) -> None:
    """The batch as a whole is refused; row by row all others are stored, and the place is named."""
    batch = pack_events(Log().everything("rotate").events)
    with pytest.raises(Exception) as refusal:  # of several kinds
        store.add(spoil(batch, table, column, value), state())
    assert may_be_refusal(refusal.value)
    assert counts(store)[table] == 0

    found = store.add_leniently(spoil(batch, table, column, value), state(), 40)

    kept = {name: len(rows) - (name == table) for name, rows in batch.tables.items()}
    assert {name: number for name, number in counts(store).items() if name in kept} == kept
    (line,) = found.refused
    assert (line.offset, line.length, line.reason) == (40, 60, "fault")
    assert read_skipped_lines(store.connection, 5, ours=True)[0][0].line == line
    assert read_skipped_lines(store.connection, 5, ours=False) == ([], 0)


def test_trouble_of_the_database_is_no_refusal() -> None:
    """A damaged file must not be taken for an odd row."""
    assert not may_be_refusal(StoreCorrupt("damaged"))
    assert not may_be_refusal(OSError("no space"))
    assert replace(state(), size=1).size == 1
