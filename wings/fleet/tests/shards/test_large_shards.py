"""What is done ahead of large shards comes in an order in which each stage finds what it needs."""

from dataclasses import replace
from pathlib import Path

from wings.fleet.tests.shards.shard_asks import ask

from twiceshy.records.fleet import FleetInput
from twiceshy_fleet.shards.large_shards import LARGE_BYTES, PIECE_BYTES, plan_stages


def test_small_shards_have_no_stages(tmp_path: Path) -> None:
    """Nothing is done ahead of them."""
    log = FleetInput(kind="log", place="/a", size=LARGE_BYTES, stamp="1", agent="codex")

    assert plan_stages([ask(tmp_path, log)]) == []


def test_logs_are_read_before_their_edits_are_scanned(tmp_path: Path) -> None:
    """A log of five gigabytes is read once and scanned in forty parts."""
    log = FleetInput(kind="log", place="/a", size=5_000_000_000, stamp="1", agent="codex")
    small = replace(log, place="/b", size=1)

    first, second = plan_stages([ask(tmp_path, log), ask(tmp_path, small)])

    assert [(one.kind, one.work.inputs) for one in first] == [("store", (log,))]
    assert {one.kind for one in second} == {"scans"}
    assert [one.number for one in second] == [*range(40)]
    assert {one.of for one in second} == {-(-log.size // PIECE_BYTES)}
