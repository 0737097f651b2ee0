"""recipes.look.spend_pictures: boxes, days and hours are the same money as the account."""

import os
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import pytest
from tests.archive.conftest import Log, stored

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.values import Scope
from twiceshy.recipes.look.spend_pictures import build_spend_pictures
from twiceshy.recipes.look.spend_report import build_spend_report

MONDAY = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)


@pytest.fixture
def config(scratch_home: Path) -> Config:
    """Two projects; of the second the session is a thousandth of all money."""
    (scratch_home / "own.toml").write_text('["model-x"]\ninput = 1\noutput = 2\n')
    found = load({"cost.prices": str(scratch_home / "own.toml")}, os.environ, scratch_home)
    with Store.open(found.home) as store:
        first = Log("one", start=MONDAY).opened().prompt("hello").call("c", "ls -l").usage("m", 900_000)
        stored(store, first.result("c", "x" * 900).usage("n", 900_000))
        stored(store, Log("two", "remote:host/owner/api", MONDAY + timedelta(days=1)).opened().usage("o", 900))
    return found


def test_boxes_lie_in_each_other_and_are_all_of_it(config: Config) -> None:
    """On each level they are as wide together as what they part; what is too small to be seen is one box."""
    found = build_spend_pictures(config, Scope(), UTC)

    assert found.total_usd == pytest.approx(build_spend_report(config, Scope()).total_usd)
    top = [box for box in found.boxes if box.level == 0]
    assert [box.name for box in top] == ["web-shop", "1 smaller"]
    assert sum(box.usd for box in top) == pytest.approx(found.total_usd)
    for level in (1, 2, 3):
        parts = [box for box in found.boxes if box.level == level]
        assert sum(box.usd for box in parts) <= top[0].usd + 1e-9
        ends = [(box.begin_usd, box.begin_usd + box.usd) for box in parts]
        assert all(before[1] <= after[0] + 1e-9 for before, after in pairwise(ends))
    assert {box.session[:2] for box in found.boxes if box.level == 3 and box.session} == {"s-"}


def test_days_and_hours_are_of_the_persons_zone(config: Config) -> None:
    """Half an hour before midnight is another day one zone on."""
    here = build_spend_pictures(config, Scope(), UTC)
    east = build_spend_pictures(config, Scope(), timezone(timedelta(hours=1)))

    assert list(here.days) == ["2026-11-02", "2026-11-03"]
    assert list(east.days) == ["2026-11-03", "2026-11-04"]
    assert here.hours[0][23] == pytest.approx(here.days["2026-11-02"])
    assert east.hours[1][0] == pytest.approx(here.hours[0][23])
    assert sum(map(sum, here.hours)) == pytest.approx(here.total_usd)


def test_without_money_there_is_nothing(scratch_home: Path) -> None:
    """A session without tokens."""
    config = load({}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        stored(store, Log("one").opened().prompt("hello"))
    found = build_spend_pictures(config, Scope(), UTC)

    assert (found.total_usd, found.boxes, found.days) == (0, (), {})
