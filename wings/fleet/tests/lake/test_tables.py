"""A shard's tables: whose each row is, and types that hold for every shard."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

import pytest
from tests.shortcuts import write_part_of_sample

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.records.exports import ColumnType, RowColumn
from twiceshy.records.fleet import FleetInput
from twiceshy_fleet.lake.tables import TABLES, build_schema, name_owners, write_rows, write_tables

parquet = pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    write_part_of_sample(tmp_path / "logs", datetime(2026, 11, 23, tzinfo=UTC).date())
    found = replace(load({}, {"TWICESHY_HOME": str(tmp_path / "data")}, tmp_path), ingest_processes=1)
    ingest([tmp_path / "logs"], found)
    return found


def test_every_row_says_whose_it_is(config: Config, tmp_path: Path) -> None:
    """Half of the logs are one team's; the others' rows have no team."""
    logs = sorted((tmp_path / "logs").rglob("*.jsonl"))
    with Store.open(config.home) as store:
        keys = [blake2b(str(path).encode(), key=store.salt, digest_size=16).digest() for path in logs]
        owner = FleetInput(kind="log", place="", size=0, stamp="", team="shop", person="ab")
        name_owners(store.connection, dict.fromkeys(keys[::2], owner))
        written = write_tables(store, TABLES, tmp_path)
        stored = {
            name: store.connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("session", "prompt", "reply", "call", "result", "edit", "usage", "mark")
        }

    assert stored == {name: written[name] for name in stored}
    sessions = parquet.read_table(tmp_path / "session.parquet").to_pylist()
    calls = parquet.read_table(tmp_path / "call.parquet").to_pylist()
    assert {one["team"] for one in sessions} == {"shop", ""}
    assert {one["session"]: (one["team"], one["person"]) for one in sessions if one["team"]}.items() >= {
        one["session"]: (one["team"], one["person"]) for one in calls if one["team"]
    }.items()
    assert {one["person"] for one in calls if one["team"]} == {"ab"}
    assert all(one["at"].tzinfo is not None for one in calls)


def test_the_same_store_gives_the_same_bytes(config: Config, tmp_path: Path) -> None:
    """A second writing of all of it, too."""
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        with Store.open(config.home) as store:
            name_owners(store.connection, {})
            write_tables(store, TABLES, folder)

    first, second = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert first == second != {}


def test_columns_keep_their_types_without_values(tmp_path: Path) -> None:
    """A shard in which nobody is named has the same columns as the others."""
    columns = [RowColumn(one.value, one) for one in ColumnType if one in _HELD]
    empty = tmp_path / "empty.parquet"

    assert write_rows(tmp_path / "none.parquet", columns, []) == 0
    assert not (tmp_path / "none.parquet").exists()
    assert write_rows(empty, columns, [[None] * len(columns)]) == 1
    assert parquet.read_schema(empty) == build_schema(columns)


def test_a_table_larger_than_a_group_is_whole(tmp_path: Path) -> None:
    """Rows are taken one by one and written group by group."""
    columns = [
        RowColumn("n", ColumnType.INTEGER),
        RowColumn("at", ColumnType.TIME),
        RowColumn("so", ColumnType.BOOLEAN),
    ]
    rows = ((number, "2026-11-23T10:00:00.123456Z", number % 2) for number in range(20_000))

    assert write_rows(tmp_path / "many.parquet", columns, rows) == 20_000
    read = parquet.read_table(tmp_path / "many.parquet").to_pylist()
    assert [one["n"] for one in read] == list(range(20_000))
    assert read[-1] == {"n": 19_999, "at": datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=UTC), "so": True}


_HELD = {
    *(ColumnType.TEXT, ColumnType.INTEGER, ColumnType.REAL),
    *(ColumnType.BOOLEAN, ColumnType.TIME, ColumnType.BYTES),
}
