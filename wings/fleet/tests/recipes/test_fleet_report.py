"""fleet.recipes.fleet_report: the whole report of a small output, and the same figures as one store with everything."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.shortcuts import put_compiled_rules
from wings.fleet.tests.lake.small_outputs import write_example

from twiceshy.account.price_list import load_price_list
from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope
from twiceshy.logs import collect
from twiceshy.recipes import look
from twiceshy.recipes.demo.sample_history import write_sample
from twiceshy.recipes.look.session_costs import read_session_costs
from twiceshy.records.fleet import FleetInput, SetAside, ShardReceipt, ShardWork
from twiceshy_fleet import recipes as fleet
from twiceshy_fleet.lake.manifest import Manifest
from twiceshy_fleet.lake.places import open_place
from twiceshy_fleet.shards.shard_work import prepare_desk, work_on_shard

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load({"home": str(tmp_path / "home")}, {}, tmp_path)


def test_everything_of_a_small_output(config: Config, tmp_path: Path) -> None:
    """Counts as the tests of each question have them; dollars at the list's prices."""
    write_example(tmp_path / "out")
    rates = load_price_list().prices["claude-opus-4-5"].tiers[0].rates

    found = fleet.build_fleet_report(config, str(tmp_path / "out"), "repository")

    assert (found.whole.sessions, found.whole.calls, found.whole.failed[:2]) == (3, 10, (2, 8))
    assert (found.imitations, found.copies, found.failed_shards, found.aside) == (1, 1, 0, 0)
    assert [(one.name, one.sessions, one.verdict) for one in found.groups] == [("shop", 2, "few"), ("api", 1, "few")]
    assert found.whole.dollars == pytest.approx(2.5 + rates.input + rates.output / 1000)
    assert (found.whole.unpriced, found.models) == (77, (("unheard-of", 77),))
    assert [one.says for one in found.lessons] == ["Reading before an edit"]
    assert {one.name for one in found.troubles} == {"make", "Edit"}
    assert [one.rule for one in found.findings] == ["sql-text"]


def test_what_is_not_in_the_figures_is_told(config: Config, tmp_path: Path) -> None:
    """Shards that failed, and inputs that were set aside."""
    write_example(tmp_path / "out")
    manifest = Manifest(open_place(str(tmp_path / "out")))
    manifest.write_receipt(ShardReceipt(shard="c3", given="g", state="failed", reason="gone"))
    manifest.write_aside([SetAside("/logs/bad.jsonl", "1", "damaged")])

    found = fleet.build_fleet_report(config, str(tmp_path / "out"))

    assert (found.failed_shards, found.aside) == (1, 1)


@pytest.mark.parametrize(
    ("team", "says"), [("", "fleet status"), ("reds", "no session")], ids=["nothing there", "no such team"]
)
def test_an_empty_output_says_what_to_do(config: Config, tmp_path: Path, team: str, says: str) -> None:
    """It is no report of zeros."""
    with pytest.raises(NotFound, match=says):
        fleet.build_fleet_report(config, str(tmp_path / "out"), team=team)


def test_an_unknown_team_is_told_the_others(config: Config, tmp_path: Path) -> None:
    """So that a misspelt one is seen."""
    write_example(tmp_path / "out")

    with pytest.raises(NotFound, match="'blue', 'green'"):
        fleet.build_fleet_report(config, str(tmp_path / "out"), team="bleu")


def test_a_fleet_says_what_one_store_says(config: Config, tmp_path: Path) -> None:
    """Two projects, once cut into a shard each and once ingested as a whole."""
    for seed, name in enumerate(("a1", "b2")):
        write_sample(tmp_path / "logs" / name, seed=seed, today=NOW.date())
    put_compiled_rules(config.home)
    put_compiled_rules(tmp_path / "rules")
    (tmp_path / "secret").write_bytes(b"s" * 32)
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "scratch").mkdir()
    desk = prepare_desk(load({}, {}, tmp_path), str(tmp_path / "secret"), str(tmp_path / "scratch"))
    for shard in ("a1", "b2"):
        logs = sorted((tmp_path / "logs" / shard).rglob("*.jsonl"))
        work_on_shard(desk, ask(tmp_path / "out", shard, logs))
    collect.ingest([tmp_path / "logs"], config)

    found = fleet.build_fleet_report(config, str(tmp_path / "out"), "model")

    report = look.build_report(config, Scope())
    with Store.open(config.home, readonly=True) as store:
        costs = read_session_costs(store, config, Scope())
    totals = report.totals
    assert totals is not None
    assert (found.whole.sessions, found.whole.calls, found.whole.edits) == (totals.sessions, totals.calls, totals.edits)
    assert found.whole.failed.hits == sum(one.failed.hits for one in report.tools) > 0
    assert found.whole.failed.n == sum(one.calls for one in report.tools)
    assert found.whole.dollars == pytest.approx(costs.dollars)
    assert {one.name: one.tokens[:4] for one in found.groups if one.tokens.total} == {
        one.model: (one.input, one.output, one.cache_write, one.cache_read) for one in report.models
    }


def ask(output: Path, shard: str, logs: list[Path]) -> ShardWork:
    """One shard's work on these logs."""
    inputs = tuple(
        FleetInput(
            kind="log",
            place=str(path),
            size=path.stat().st_size,
            stamp=str(path.stat().st_mtime_ns),
            agent="claude-code",
            team=f"team {shard}",
            group=shard,
        )
        for path in logs
    )
    places = tuple(one.place for one in inputs)
    return ShardWork(shard=shard, output=str(output), inputs=inputs, changed=places, now=NOW, given="given")
