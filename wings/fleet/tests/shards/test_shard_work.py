"""A unit of work: the same rows however often and in how many steps, and nothing but scrubbed text anywhere."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.shortcuts import put_compiled_rules, write_part_of_sample
from wings.fleet.tests.shards.shard_asks import leave_out_lessons

from twiceshy.base.config import load
from twiceshy.base.errors import ConfigError, StoreCorrupt
from twiceshy.base.private_files import write_new
from twiceshy.records.fleet import FleetInput, ShardWork
from twiceshy_fleet.lake.manifest import Manifest
from twiceshy_fleet.lake.places import open_place
from twiceshy_fleet.shards.shard_work import ShardDesk, prepare_desk, work_on_shard

parquet = pytest.importorskip("pyarrow.parquet")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> ShardDesk:
    put_compiled_rules(tmp_path / "rules")
    write_new(tmp_path / "secret", b"s" * 32)
    (tmp_path / "scratch").mkdir()
    return prepare_desk(load({}, {}, tmp_path), str(tmp_path / "secret"), str(tmp_path / "scratch"))


@pytest.fixture
def inputs(tmp_path: Path) -> tuple[FleetInput, ...]:
    write_part_of_sample(tmp_path / "logs", NOW.date())
    return tuple(describe(path) for path in sorted((tmp_path / "logs").rglob("*.jsonl")))


def describe(path: Path) -> FleetInput:
    size, stamp = path.stat().st_size, str(path.stat().st_mtime_ns)
    return FleetInput(kind="log", place=str(path), size=size, stamp=stamp, agent="claude-code", team="t", group="g")


def ask(output: Path, inputs: tuple[FleetInput, ...], changed: tuple[FleetInput, ...] = ()) -> ShardWork:
    places = tuple(one.place for one in changed)
    return ShardWork(shard="a1", output=str(output), inputs=inputs, changed=places, now=NOW, given="given")


def read(output: Path) -> dict[str, list[dict[str, object]]]:
    found = {path.parts[-3]: parquet.read_table(path).to_pylist() for path in output.rglob("tables/*/*/*.parquet")}
    return {name: sorted(rows, key=str) for name, rows in found.items()}


def test_in_two_steps_as_in_one(desk: ShardDesk, inputs: tuple[FleetInput, ...], tmp_path: Path) -> None:
    """What was read before is not read again, and stays; the receipt is the one that was answered.

    A trouble that ended in the second half was one at its first half: its lesson is kept.
    """
    one, two = tmp_path / "one", tmp_path / "two"
    half = inputs[: len(inputs) // 2]

    whole = work_on_shard(desk, ask(one, inputs, inputs))
    work_on_shard(desk, ask(two, half, half))
    later = work_on_shard(desk, ask(two, inputs, inputs[len(half) :]))

    assert whole.rows["call"] > 0 < whole.rows["lesson"]
    assert leave_out_lessons(later.rows) == leave_out_lessons(whole.rows)
    assert {row["id"] for row in read(one)["lesson"]} <= {row["id"] for row in read(two)["lesson"]}
    assert later.bytes_read < whole.bytes_read == sum(path.size for path in inputs)
    assert leave_out_lessons(read(two)) == leave_out_lessons(read(one))
    assert Manifest(open_place(str(two))).read_receipt("a1") == later


def test_the_same_work_gives_the_same_bytes(desk: ShardDesk, inputs: tuple[FleetInput, ...], tmp_path: Path) -> None:
    """Whoever does it, and over an output that is there."""
    for output in (tmp_path / "one", tmp_path / "two"):
        work_on_shard(desk, ask(output, inputs, inputs))
    work_on_shard(desk, ask(tmp_path / "two", inputs, inputs))

    first, second = (
        {path.relative_to(output): path.read_bytes() for path in output.rglob("tables/*/*/*.parquet")}
        for output in (tmp_path / "one", tmp_path / "two")
    )
    assert first == second != {}


def test_nothing_is_left_on_the_worker_and_no_salt_in_the_output(
    desk: ShardDesk, inputs: tuple[FleetInput, ...], tmp_path: Path
) -> None:
    """The data folder is gone with the unit; the output is its owner's alone."""
    work_on_shard(desk, ask(tmp_path / "out", inputs, inputs))

    assert [path.name for path in desk.scratch.iterdir()] == [desk.cache.name]
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert not any(desk.secret in path.read_bytes() for path in files)
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_a_log_that_cannot_be_read_is_set_aside(
    desk: ShardDesk, inputs: tuple[FleetInput, ...], tmp_path: Path
) -> None:
    """With its reason; the others are read."""
    gone = replace(inputs[0], place=str(tmp_path / "gone.jsonl"))

    done = work_on_shard(desk, ask(tmp_path / "out", (*inputs, gone), (*inputs, gone)))

    assert [(one.place, one.stamp) for one in done.aside] == [(gone.place, gone.stamp)]
    assert "gone.jsonl" in done.aside[0].reason
    assert done.rows["session"] > 0


def test_a_log_in_a_persons_folder_is_set_aside_too(
    desk: ShardDesk, inputs: tuple[FleetInput, ...], tmp_path: Path
) -> None:
    """What is read is told by its scrubbed path, in which a person's name is a placeholder."""
    gone = replace(inputs[0], place=str(tmp_path / "-home-maria-shop" / "gone.jsonl"))

    done = work_on_shard(desk, ask(tmp_path / "out", (*inputs, gone), (*inputs, gone)))

    assert [one.place for one in done.aside] == [gone.place]
    assert "maria" not in done.aside[0].reason


def test_a_damaged_state_says_what_to_do(desk: ShardDesk, inputs: tuple[FleetInput, ...], tmp_path: Path) -> None:
    """Nothing is written over it."""
    state = tmp_path / "out" / "state" / "a1.tar.zst"
    state.parent.mkdir(parents=True)
    state.write_bytes(b"no archive")

    with pytest.raises(StoreCorrupt, match="is damaged"):
        work_on_shard(desk, ask(tmp_path / "out", inputs, inputs))
    assert state.read_bytes() == b"no archive"


def test_a_missing_secret_is_named(tmp_path: Path) -> None:
    """Before anything is read."""
    with pytest.raises(ConfigError, match="no-such-secret"):
        prepare_desk(load({}, {}, tmp_path), str(tmp_path / "no-such-secret"), "")
