"""A log that ends whoever reads it is found, and the rest of its shard is worked on."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from tests.fleet_faults import prepare_faulty_desk
from tests.logs.builders import a_session
from tests.shortcuts import put_compiled_rules

from twiceshy.base.config import load
from twiceshy.base.private_files import write_new
from twiceshy.base.spread import FailedItem, ItemLimits, LostItem
from twiceshy.records.fleet import FleetInput, ShardReceipt, ShardWork
from twiceshy.wings.fleet.cluster.processes import open_processes
from twiceshy.wings.fleet.cluster.work_engine import EngineWish
from twiceshy.wings.fleet.recipes.try_alone import Fault, leave_out_culprits
from twiceshy.wings.fleet.shards.shard_work import ShardDesk

pytest.importorskip("pyarrow.parquet")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


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
    return ShardWork(shard="s1", output=str(folder / "out"), inputs=tuple(made), changed=places, now=NOW, given="g")


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
