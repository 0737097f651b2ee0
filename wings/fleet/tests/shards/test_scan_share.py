"""All shares together know what one scoring finds, and each only its part."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.shortcuts import write_part_of_sample
from wings.fleet.tests.shards.shard_asks import NOW, ask, describe, make_desk

from twiceshy.archive import derived_values, scans
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedRow
from twiceshy.archive.scans import KIND as SCAN
from twiceshy.base.config import Config
from twiceshy.score.recipes.score_sessions import score_stored
from twiceshy_fleet.shards.scan_share import ScanShare, scan_share
from twiceshy_fleet.shards.shard_work import read_shard


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A store in which logs are read and nothing is scored."""
    write_part_of_sample(tmp_path / "logs", NOW.date())
    desk = make_desk(tmp_path)
    (tmp_path / "folder").mkdir()
    work = ask(tmp_path / "out", *(describe(path) for path in sorted((tmp_path / "logs").rglob("*.jsonl"))))
    return replace(desk.config, home=read_shard(desk, work, tmp_path / "folder"))


def collect(config: Config, of: int, long: int) -> list[list[DerivedRow]]:
    return [[*scan_share(config, ScanShare(number, of), long)] for number in range(of)]


@pytest.mark.parametrize(("of", "long"), [(1, 1000), (3, 1000), (3, 1), (7, 2)], ids=str)
def test_together_they_know_all_and_nothing_else(config: Config, of: int, long: int) -> None:
    """However long sessions are divided; a text of two sessions may be looked at twice, with one answer."""
    found = {(row.kind, row.value.key): row.value for share in collect(config, of, long) for row in share}
    with Store.open(config.home) as store:
        assert derived_values.read_all(store.connection, SCAN) == []
    score_stored(config, processes=1)
    with Store.open(config.home) as store:
        known = {
            (kind, one.key): one
            for kind in (SCAN, scans.TASK_KIND)
            for one in derived_values.read_all(store.connection, kind)
        }
    assert found == known
    assert {kind for kind, _ in known} == {SCAN, scans.TASK_KIND}
    assert collect(config, of, long) == [[]] * of


def test_a_long_session_is_divided(config: Config) -> None:
    """Each share has some of its answers, and none has all."""
    sizes = [len(share) for share in collect(config, 2, 1)]

    assert min(sizes) > 0
    assert max(sizes) < len(collect(config, 1, 1000)[0])


def test_a_key_is_of_one_share() -> None:
    """Whatever it is."""
    shares = [ScanShare(number, 3) for number in range(3)]

    assert [sum(share.has(bytes([one] * 16)) for share in shares) for one in range(256)] == [1] * 256
    assert ScanShare(0, 1).has(b"anything")
