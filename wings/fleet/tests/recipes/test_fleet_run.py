"""A run: what is due is done, what was done is not done again, and what fails is told and stays."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from tests.fleet_faults import prepare_faulty_desk
from tests.logs.builders import a_session
from tests.shortcuts import put_compiled_rules, write_part_of_sample

from twiceshy.base.config import Config, load
from twiceshy.base.errors import UsageError
from twiceshy.base.private_files import write_new
from twiceshy.base.spread import FailedItem, ItemLimits, LostItem
from twiceshy.records.fleet import FleetInput, FleetWish, PieceWork, ShardReceipt, ShardWork
from twiceshy_fleet.cluster.engines import open_processes
from twiceshy_fleet.cluster.work_engine import EngineWish
from twiceshy_fleet.recipes import fleet_run
from twiceshy_fleet.recipes.fleet_run import Fault, leave_out_culprits, run_fleet
from twiceshy_fleet.shards.large_shards import plan_reading, plan_scanning
from twiceshy_fleet.shards.shard_work import ShardDesk

parquet = pytest.importorskip("pyarrow.parquet")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    put_compiled_rules(tmp_path / "data")
    return load({}, {"TWICESHY_HOME": str(tmp_path / "data")}, tmp_path)


@pytest.fixture
def wish(tmp_path: Path) -> FleetWish:
    write_part_of_sample(tmp_path / "logs", NOW.date())
    return FleetWish(output=str(tmp_path / "out"), logs=(str(tmp_path / "logs"),), workers=1)


def read(output: str) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for path in sorted(Path(output).rglob("tables/*/*/*.parquet")):
        found.setdefault(path.parts[-3], []).extend(parquet.read_table(path).to_pylist())
    return {name: sorted(rows, key=str) for name, rows in found.items()}


def test_what_is_due_is_done_once(config: Config, wish: FleetWish) -> None:
    """The second run opens nothing, and says what stands in the output."""
    seen: list[tuple[int, int]] = []

    first = run_fleet(config, wish, now=lambda: NOW, watch=lambda *at: seen.append(at))
    second = run_fleet(config, FleetWish(output=wish.output), now=lambda: NOW)

    assert first.worked == first.shards == len(seen) - 1 > 0
    assert (first.failed, first.aside) == ((), ())
    assert (second.worked, second.bytes_read, second.rows) == (0, 0, first.rows)
    assert {name: len(rows) for name, rows in read(wish.output).items()} == {
        name: count for name, count in first.rows.items() if count
    }


def test_a_new_log_is_all_that_is_read(config: Config, wish: FleetWish, tmp_path: Path) -> None:
    """In two runs as in one."""
    logs = sorted((tmp_path / "logs").rglob("*.jsonl"))
    late = logs[0].rename(tmp_path / "late.jsonl")
    run_fleet(config, wish, now=lambda: NOW)
    late.rename(logs[0])
    done = run_fleet(config, wish, now=lambda: NOW)
    whole = run_fleet(config, replace(wish, output=str(tmp_path / "whole")), now=lambda: NOW)

    assert done.bytes_read == logs[0].stat().st_size
    assert done.rows == whole.rows
    assert read(wish.output)["call"] == read(str(tmp_path / "whole"))["call"]


def test_a_shard_that_fails_is_told_and_tried_again(config: Config, wish: FleetWish, tmp_path: Path) -> None:
    """Its figures stay, the others are worked on, and the next run does it once there is nothing in the way."""
    first = run_fleet(config, wish, now=lambda: NOW)
    state = next((tmp_path / "out" / "state").iterdir())
    good = state.read_bytes()
    state.write_bytes(b"no archive")
    log = next((tmp_path / "logs").rglob("*.jsonl"))
    log.write_bytes(log.read_bytes() + log.read_bytes().splitlines(keepends=True)[-1])

    failed = run_fleet(config, wish, now=lambda: NOW)
    state.write_bytes(good)
    mended = run_fleet(config, wish, now=lambda: NOW)

    assert ["is damaged" in one.reason for one in failed.failed] == [True]
    assert failed.rows == first.rows
    assert (mended.failed, mended.worked) == ((), 1)


def test_a_log_that_ends_its_worker_is_set_aside(
    config: Config, wish: FleetWish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All else is worked on in the same run; it is not tried again until it is asked for, and then it is read."""
    for path in sorted((tmp_path / "logs").rglob("*.jsonl"))[2:]:
        path.unlink()
    a_session("bad").prompt("go on").write(tmp_path / "logs" / "kills.jsonl")
    os.mkfifo(tmp_path / "logs" / "pipe.jsonl")
    with monkeypatch.context() as patch:
        patch.setattr(fleet_run, "prepare_desk", prepare_faulty_desk)
        first = run_fleet(config, wish, now=lambda: NOW)
    second = run_fleet(config, FleetWish(output=wish.output), now=lambda: NOW)
    again = run_fleet(config, FleetWish(output=wish.output, again=True), now=lambda: NOW)

    assert {Path(one.place).name: one.reason for one in first.aside} == {
        "kills.jsonl": "its worker was lost: killed by signal 9",
        "pipe.jsonl": "it is no regular file",
    }
    assert (first.failed, first.rows["session"], first.worked) == ((), 2, first.shards)
    assert (second.worked, second.aside, second.rows) == (0, first.aside, first.rows)
    assert again.rows["session"] == 3
    assert [Path(one.place).name for one in again.aside] == ["pipe.jsonl"]


def test_large_shards_are_prepared_by_several(
    config: Config, wish: FleetWish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And have the same rows; what was prepared is gone."""
    small = run_fleet(config, replace(wish, output=str(tmp_path / "small")), now=lambda: NOW)
    kinds: list[str] = []

    def plan(works: Sequence[ShardWork]) -> list[list[PieceWork]]:
        stages = [plan_reading(works, large=0), plan_scanning(works, large=0, piece=20_000)]
        kinds.extend(piece.kind for stage in stages for piece in stage)
        return stages

    monkeypatch.setattr(fleet_run, "plan_stages", plan)
    large = run_fleet(config, wish, now=lambda: NOW)

    assert {"store", "scans"} == {*kinds}
    assert large.rows == small.rows
    assert read(wish.output) == read(str(tmp_path / "small"))
    assert not [path for path in (tmp_path / "out" / "pieces").rglob("*") if path.is_file()]


def test_an_output_of_nobody_says_how_to_begin(config: Config, tmp_path: Path) -> None:
    """Nothing is made there."""
    with pytest.raises(UsageError, match="--logs PLACE"):
        run_fleet(config, FleetWish(output=str(tmp_path / "none")))
    assert not (tmp_path / "none").exists()


# A log that ends whoever reads it is found, and the rest of its shard is worked on.

pytest.importorskip("pyarrow.parquet")
TEST_TRY_ALONE_NOW = datetime(2026, 11, 23, tzinfo=UTC)


def explain(fault: Fault) -> str:
    return "failed" if isinstance(fault, FailedItem) else fault.reason


@pytest.fixture
def setup(tmp_path: Path) -> Callable[[], ShardDesk]:
    put_compiled_rules(tmp_path / "rules")
    write_new(tmp_path / "secret", b"s" * 32)
    (tmp_path / "scratch").mkdir()
    config = replace(load({}, {}, tmp_path), home=tmp_path / "rules")
    return partial(prepare_faulty_desk, config, str(tmp_path / "secret"), str(tmp_path / "scratch"))


def make_work(folder: Path, *names: str) -> ShardWork:
    made = []
    for name in names:
        path = folder / f"{name}.jsonl"
        a_session(name).prompt("go on").write(path)
        found = path.stat()
        made.append(
            FleetInput(
                kind="log", place=str(path), size=found.st_size, stamp=str(found.st_mtime_ns), agent="claude-code"
            )
        )
    places = tuple(one.place for one in made)
    return ShardWork(
        shard="s1", output=str(folder / "out"), inputs=tuple(made), changed=places, now=TEST_TRY_ALONE_NOW, given="g"
    )


def names(work: ShardWork) -> list[str]:
    return [Path(one.place).stem for one in work.inputs]


def test_what_kills_and_what_eats_memory_is_found(setup: Callable[[], ShardDesk], tmp_path: Path) -> None:
    """Each is told with its reason and its stamp, and the output is not touched."""
    work = make_work(tmp_path, "a", "kills", "eats")

    with open_processes(EngineWish(workers=2, limits=ItemLimits(memory_mb=900))) as engine:
        found = leave_out_culprits(engine, setup, work, explain)

    assert found is not None
    assert names(found) == ["a"] == [Path(place).stem for place in found.changed]
    assert sorted((one.place, one.stamp) for one in work.inputs[1:]) == [(one.place, one.stamp) for one in found.aside]
    assert [word in one.reason for word, one in zip(("memory", "signal 9"), found.aside, strict=True)] == [True, True]
    assert found.kept == work.inputs[1:]
    assert not (tmp_path / "out").exists()


class Trials:
    """An engine that asks nobody: a part with a bad log in it is lost."""

    def __init__(self, *bad: str) -> None:
        self.bad = bad
        self.parts: list[list[str]] = []

    def __call__(self, _function: object, items: Iterable[ShardWork], *, setup: object) -> Iterator[object]:
        del setup
        for work in items:
            self.parts.append(names(work))
            lost = any(name in self.bad for name in names(work))
            yield LostItem(item=work, reason="lost") if lost else ShardReceipt(shard="s1", given="g", state="done")


@pytest.mark.parametrize(
    ("count", "bad", "trials"),
    [
        pytest.param(0, (), 0, id="nothing is new"),
        pytest.param(3, (), 3, id="nobody is guilty alone"),
        pytest.param(3, ("1",), 3, id="few are tried alone"),
        pytest.param(100, ("7", "99"), 8 + 7 + 5 + 2, id="many in parts"),
        pytest.param(3, ("0", "1", "2"), 3, id="all are guilty"),
    ],
)
def test_culprits_are_found_in_few_trials(count: int, bad: tuple[str, ...], trials: int, tmp_path: Path) -> None:
    """Every culprit and nothing else is left out; where there is none, nobody knows what to leave out."""
    work = make_work(tmp_path, *map(str, range(count)))
    engine = Trials(*bad)

    found = leave_out_culprits(engine, None, work, explain)  # type: ignore[arg-type]  # nobody asks it

    assert (found is None) == (not bad)
    if found is not None:
        assert [Path(one.place).stem for one in found.aside] == list(bad)
        assert set(names(found)) == set(names(work)) - set(bad)
    assert len(engine.parts) == trials
