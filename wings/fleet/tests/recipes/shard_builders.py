"""Invented shards: logs go into stores of one secret, are judged and learned from, and written as shards write them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.archive.conftest import NOON, Log, state, stored
from tests.shortcuts import put_compiled_rules

from twiceshy.archive.db import Store
from twiceshy.archive.observations import read_observations
from twiceshy.base.config import load
from twiceshy.base.private_files import write_new
from twiceshy.base.values import Scope
from twiceshy.judgement.outcomes.correlate import find_effects
from twiceshy.judgement.recipes.judge_sessions import judge
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.records.events import Failure
from twiceshy.records.fleet import FleetInput, FleetMerge, MergeReceipt
from twiceshy_fleet.lake.shard_files import name_table
from twiceshy_fleet.lake.tables import TABLES, name_owners, write_tables
from twiceshy_fleet.shards.merge_lessons import list_merged_lessons
from twiceshy_fleet.shards.merge_shards import merge_shards, pack_effect
from twiceshy_fleet.shards.merge_tables import MERGE_TABLES
from twiceshy_fleet.shards.shard_work import ShardDesk, prepare_desk, set_up_home

NOW = NOON + timedelta(days=40)
WHOSE = {"web-shop": ("shop", "p1"), "api": ("shop", "p2"), "docs": ("words", "p3"), "infra": ("", "")}
"""Team and person of each project's logs."""
_RED = "src/app.ts(2,5): error TS2304: Cannot find name 'quokka'.\nhusky - pre-commit script failed (code 1)\n"
_LOAVES = "FAILED tests/a.py::test_x - BasketError: the basket holds two loaves of bread and no butter{}\n1 failed\n"
_CALLS: Sequence[tuple[str, str, Failure | None]] = (
    ("npx tsc --noEmit", _RED, Failure.ERROR),
    ("frob list --short", "Exit code 1\nError: unknown flag: --short", Failure.ERROR),
    ("frob list", "a", None),
    ("zap all", "Exit code 127\nbash: line 1: zap: command not found", Failure.ERROR),
    ("git commit -m x", _RED, Failure.ERROR),
    ("pytest -q", _LOAVES.format(""), Failure.ERROR),
    ("pytest -q", _LOAVES.format(" now"), Failure.ERROR),
    ("pytest -q", _LOAVES.format(" left now"), Failure.ERROR),
    ("git push", "Exit code 128\nfatal: Authentication failed for 'https://host/owner/shop.git/'", Failure.ERROR),
)


def write_log(project: str, number: int, calls: Iterable[int]) -> Log:
    """Write a session of a project that makes some of the calls above; later numbers began later."""
    name = f"{project} {number}"
    start = NOON + timedelta(days=number)
    log = Log(name, f"remote:host/owner/{project}", start).opened().prompt("please").reply("yes")
    for place, call in enumerate(calls):
        command, output, failure = _CALLS[call]
        log.call(f"{name} {place}", command).result(f"{name} {place}", output, failure)
        log.call(f"{name} {place} edit", tool="Edit").edit(f"{name} {place} edit", f"a{place}\n", f"b{place}\n")
        log.result(f"{name} {place} edit", "done")
    return log.prompt("no, do not use axios, use fetch instead").reply("done").usage(name, 5)


def write_history() -> list[Log]:
    """Write sessions of four projects: equal mistakes in several, an option that is refused here and works there."""
    kinds = {"web-shop": (0, 1, 2, 4), "api": (3, 5, 8, 0), "docs": (6, 7, 3, 8), "infra": (1, 2, 3, 5, 6)}
    logs = [write_log(project, number, kinds[project]) for project in sorted(kinds) for number in range(3)]
    works = Log("works", "remote:host/owner/docs", NOON + timedelta(days=9)).opened().prompt("x").reply("y")
    return [*logs, works.call("w", "frob list --long").result("w", "fine")]


def prepare(folder: Path) -> ShardDesk:
    """Return a worker's desk."""
    put_compiled_rules(folder / "rules")
    write_new(folder / "secret", b"s" * 32)
    (folder / "scratch").mkdir()
    return prepare_desk(load({}, {}, folder), str(folder / "secret"), str(folder / "scratch"))


def fill_store(desk: ShardDesk, home: Path, logs: Sequence[Log]) -> Store:
    """Return a store that read, judged and learned all these logs at once, open."""
    home.parent.mkdir(parents=True, exist_ok=True)
    config = set_up_home(desk, home)
    with Store.open(home) as store:
        assert store.salt
        for log in logs:
            stored(store, log)
    judge(config, processes=1, now=lambda: NOW)
    learn_lessons(config, keep_cases=True, now=lambda: NOW)
    store = Store.open(home)
    owners = {state(f"{log.name}.jsonl").key: _name_owner(log) for log in logs}
    name_owners(store.connection, owners)
    return store


def _name_owner(log: Log) -> FleetInput:
    team, person = WHOSE[log.project.rpartition("/")[2]]
    return FleetInput(kind="log", place="", size=0, stamp="", team=team, person=person)


def write_shards(desk: ShardDesk, output: Path, shards: Mapping[str, Sequence[Log]]) -> None:
    """Write each shard's tables into an output."""
    for shard, logs in shards.items():
        made = output / "made" / shard
        with fill_store(desk, output / "homes" / shard, logs) as store:
            made.mkdir(parents=True)
            for table in write_tables(store, {**TABLES, **MERGE_TABLES}, made):
                target = output / name_table(table, shard)
                target.parent.mkdir(parents=True, exist_ok=True)
                if (made / f"{table}.parquet").exists():
                    (made / f"{table}.parquet").rename(target)


def merge(desk: ShardDesk, output: Path, shards: Iterable[str]) -> MergeReceipt:
    """Merge the shards of an output."""
    return merge_shards(desk, FleetMerge(output=str(output), shards=tuple(shards), now=NOW))


def read_merged(output: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the merged tables."""
    from pyarrow import parquet  # noqa: PLC0415  # an extra

    found = {}
    for path in sorted(output.glob("merged/*.parquet")):
        table = parquet.read_table(path)
        found[path.stem] = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return found


def ask_one_store(desk: ShardDesk, home: Path, logs: Sequence[Log]) -> dict[str, list[tuple[Any, ...]]]:
    """Return lessons and effects as one store with everything has them, which merged nothing."""
    with fill_store(desk, home, logs) as store:
        store.connection.execute(
            "CREATE TEMP TABLE session_owner AS SELECT session, team, person FROM temp.fleet_session"
        )
        return {
            "lessons": [tuple(row) for row in list_merged_lessons(replace(desk.config, home=home), store, NOW)],
            "effects": [pack_effect(one) for one in find_effects(read_observations(store, Scope()))],
        }


def with_name(log: Log, name: str) -> Log:
    """Return a copy of a log in another file."""
    other = Log(log.name, log.project, log.start)
    other.events = [replace(event) for event in log.events]
    other.name = name
    return other
