"""A plan: what a run would do, and what it costs by a sample that was really worked through."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.shortcuts import put_compiled_rules, write_part_of_sample

from twiceshy.base.config import Config, load
from twiceshy.records.fleet import FleetPlan, FleetWish, SetAside, ShardReceipt
from twiceshy.records.ingest import StepProgress
from twiceshy_fleet.planning.changes import mark_read
from twiceshy_fleet.recipes.fleet_plan import plan_fleet
from twiceshy_fleet.recipes.fleet_status import read_fleet_status
from twiceshy_fleet.recipes.open_fleet import find_manifest
from twiceshy_fleet.recipes.prepare_work import prepare_work

pytest.importorskip("pyarrow")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
ENV = {"TWICESHY_FLEET_SECRET": "a1" * 32}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    put_compiled_rules(tmp_path / "data")
    return replace(load({}, {}, tmp_path), home=tmp_path / "data")


@pytest.fixture
def wish(tmp_path: Path) -> FleetWish:
    write_part_of_sample(tmp_path / "logs/web", NOW.date())
    return FleetWish(output=str(tmp_path / "out"), logs=(str(tmp_path / "logs"),), team_at=1)


def plan(wish: FleetWish, config: Config, sample_mb: float = 0, seen: list[StepProgress] | None = None) -> FleetPlan:
    progress = (seen if seen is not None else []).append
    return plan_fleet(wish, config, sample_mb=sample_mb, workers=2, now=NOW, env=ENV, progress=progress)


def test_a_sample_says_what_the_whole_costs(wish: FleetWish, config: Config, tmp_path: Path) -> None:
    """Parts that were worked through, an interval, and nothing left of it but the manifest."""
    seen: list[StepProgress] = []
    found = plan(wish, config, 0.2, seen)

    assert found.whole is not None
    assert found.new == found.whole
    assert found.mb_a_second is not None
    assert 0 < found.mb_a_second.low <= found.mb_a_second.estimate <= found.mb_a_second.high
    assert 1 < len(found.sample) <= 4
    assert all(run.cpu_s > 0 and run.output > 0 and run.peak_mb > 30 for run in found.sample)
    assert sum(run.size for run in found.sample) < found.whole.size == sum(one.size for one in found.figures)
    assert found.whole.cpu_hours.low <= found.whole.cpu_hours.estimate <= found.whole.cpu_hours.high
    assert found.memory_mb >= max(run.peak_mb for run in found.sample) * 0.5
    assert [one.done for one in seen] == list(range(len(seen)))
    assert sorted(path.name for path in (tmp_path / "out").rglob("*") if path.is_file()) == [
        "fleet.json",
        "inputs.parquet",
        "shards.parquet",
    ]


def test_without_a_sample_it_says_what_there_is(wish: FleetWish, config: Config) -> None:
    """Inputs by agent and team, shards, and what waits: until it is worked on, however often one asks."""
    first, second = plan(wish, config), plan(wish, config)

    assert first == second
    assert (first.whole, first.new, first.mb_a_second, first.sample) == (None, None, None, ())
    assert {(one.agent, one.team) for one in first.figures} == {("claude-code", "web")}
    assert (first.shards, first.waiting, first.changed) == (1, 1, 0)
    assert first.fresh == sum(one.inputs for one in first.figures) > 5
    assert first.longest[1] == sum(one.size for one in first.figures)


def test_after_a_run_only_what_is_new_costs(wish: FleetWish, config: Config, tmp_path: Path) -> None:
    """And the state says what was done, what failed and what is aside."""
    plan(wish, config)
    manifest = find_manifest(wish.output)
    listing = prepare_work(wish, manifest, bytes.fromhex("a1" * 32), now=NOW)
    before = read_fleet_status(wish.output)
    done = [
        ShardReceipt(shard=one.shard, given=one.given, state="done", rows={"call": 7}, cpu_s=2.5, bytes_read=9)
        for one in listing.works
    ]
    for receipt in done:
        manifest.write_receipt(receipt)
    manifest.write_inputs(mark_read(listing.inputs, listing.works))
    manifest.write_aside([SetAside("/x", "1", "odd")])
    after = read_fleet_status(wish.output)
    (tmp_path / "logs/web/new.md").write_text("x")
    again = plan(wish, config)
    manifest.write_receipt(replace(done[0], state="failed", reason="lost"))

    assert (before.done, before.waiting, before.last_run, before.rows) == (0, 1, None, {})
    assert (after.done, after.waiting, after.failed, after.rows) == (1, 0, (), {"call": 7})
    assert (after.cpu_s, after.bytes_read, after.aside) == (2.5, 9, (SetAside("/x", "1", "odd"),))
    assert after.last_run is not None
    assert (again.waiting, again.fresh, again.changed) == (0, 0, 0)
    assert [one.reason for one in read_fleet_status(wish.output).failed] == ["lost"]


def test_nothing_to_read_costs_nothing(wish: FleetWish, config: Config, tmp_path: Path) -> None:
    """An empty folder is no fault."""
    (tmp_path / "empty").mkdir()

    found = plan(replace(wish, logs=(str(tmp_path / "empty"),)), config, 1)

    assert (found.shards, found.sample, found.whole, found.longest) == (0, (), None, ("", 0))
