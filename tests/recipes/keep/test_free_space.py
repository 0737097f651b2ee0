"""recipes.keep.free_space: what is past its time is counted before it goes, leaves memories too, and lessons stay."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored
from tests.run.recipes.test_run_history import put
from wings.git.tests.share.two_clones import TwoClones

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound
from twiceshy.recipes.keep import cleanup, plan_cleanup
from twiceshy.records import ids
from twiceshy.records.upkeep import Cleaning
from twiceshy_git.share.pull_memory import pull
from twiceshy_git.share.push_memory import push

NOW = NOON + timedelta(days=40)


@pytest.fixture
def config(scratch_home: Path) -> Config:
    """A session of forty days ago, one that went on until ten days ago, and one of yesterday; thirty days are kept."""
    config = replace(load({}, os.environ, scratch_home), memory_retention_days=30)
    with Store.open(config.home) as store:
        assert store.salt
        stored(store, Log("old").everything("rotate"))
        stored(store, Log("long").opened(last_at=NOW - timedelta(days=10)).prompt("begin").prompt("again"))
        stored(store, Log("new", start=NOW - timedelta(days=1)).everything("scale"))
    return config


def count(found: Cleaning) -> dict[str, int]:
    return {one.kind: one.count for one in found.expired}


def list_rows(config: Config) -> list[str]:
    with Store.open(config.home, readonly=True) as store:
        return list(store.connection.iterdump())


def test_a_plan_counts_by_kind_and_changes_nothing(config: Config) -> None:
    """Every table with the bytes that its rows hold; long texts that younger rows need are not among them."""
    before = list_rows(config)
    plan = plan_cleanup(config, NOW)

    assert count(plan)["session"] == count(plan)["part of a session"] == 1
    assert plan.old is not None
    assert {kind: number for kind, number in count(plan).items() if kind in plan.old.events} == plan.old.events
    assert all(one.bytes for one in plan.expired if one.kind in plan.old.events and one.kind != "usage")
    assert count(plan)["long text"] > 0
    assert plan.dry_run
    assert list_rows(config) == before


def test_what_was_planned_goes(config: Config) -> None:
    """Once: afterwards nothing is past its time."""
    plan = plan_cleanup(config, NOW)
    done = cleanup(config, NOW)

    assert done.expired == plan.expired
    assert done.old is not None
    assert done.old.texts == count(plan)["long text"]
    assert (done.dry_run, plan_cleanup(config, NOW).old) == (False, None)


def test_sessions_and_runs_are_named(config: Config) -> None:
    """By their whole ids."""
    run = put(config, 1)
    plan = plan_cleanup(replace(config, telemetry_max_db_size_mb=0), NOW)
    named = {one.kind: one.ids for one in plan.expired}

    assert named["session"] == (f"{ids.SESSION}-{Log('old').session.hex()}",)
    assert (named["run"], plan.runs) == ((f"{ids.RUN}-{run.hex()}",), 1)


def test_the_memory_of_a_repository_lets_go_too(tmp_path: Path) -> None:
    """With a tombstone, so that clones drop it; where it was pushed to is named, and a plan takes nothing out."""
    clones = TwoClones(tmp_path)
    config = replace(clones.ann.config, memory_retention_days=1)
    clones.ann.work("take payments")
    push(config, clones.ann.folder, dry_run=False)
    pull(clones.bob.config, clones.bob.folder)
    now = datetime.now(UTC) + timedelta(days=9)

    plan, done = plan_cleanup(config, now), cleanup(config, now)
    push(config, clones.ann.folder, dry_run=False)

    assert plan.old is not None
    assert done.old is not None
    assert plan.old.memory == done.old.memory
    assert (done.old.memory.facts, done.old.memory.pushed) == (1, (str(clones.origin),))
    assert pull(clones.bob.config, clones.bob.folder).forgotten == 1


def test_nothing_is_made_where_nothing_is_stored(scratch_home: Path) -> None:
    """It is said."""
    config = load({}, os.environ, scratch_home)
    with pytest.raises(NotFound, match="nothing to clean up"):
        plan_cleanup(config, NOW)

    assert not config.home.exists()
