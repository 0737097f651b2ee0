"""recipes.look.cost_report: what stored sessions cost, by what is asked for."""

import os
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope
from twiceshy.recipes.look.cost_report import build_cost_report, read_spending_now
from twiceshy.recipes.look.session_costs import read_session_costs
from twiceshy.records.spending import CostGroup, CostReport, SpendingNow


@pytest.fixture
def config(scratch_home: Path) -> Config:
    (scratch_home / "own.toml").write_text('["model-x"]\ninput = 1\noutput = 2\n')
    return load({"cost.prices": str(scratch_home / "own.toml")}, os.environ, scratch_home)


def fill(config: Config, *logs: Log) -> None:
    with Store.open(config.home) as store:
        for one in logs:
            stored(store, one)


def build(config: Config, by: CostGroup, scope: Scope = Scope()) -> CostReport:  # noqa: B008  # frozen
    return build_cost_report(config, scope, by, NOON + timedelta(hours=1), UTC)


def test_nothing_stored_is_said(config: Config) -> None:
    """By the error that names the next command."""
    with pytest.raises(NotFound):
        build(config, CostGroup.DAY)


def test_sessions_without_counts_are_counted(config: Config) -> None:
    """They cost something that nobody knows; one that did nothing cost nothing."""
    fill(config, Log("one").opened().call("c", "ls"), Log("two").opened().prompt("hello"))
    found = build(config, CostGroup.DAY)

    assert (found.rows, found.total.messages, found.uncounted) == ([], 0, 1)


@pytest.mark.parametrize("by", CostGroup)
def test_the_total_is_that_of_the_sessions(config: Config, by: CostGroup) -> None:
    """Whatever the rows are."""
    fill(config, Log("one").opened().usage("m", 4), Log("two").opened().usage("n", 6))
    found = build(config, by)
    with Store.open(config.home, readonly=True) as store:
        expected = read_session_costs(store, config, Scope()).dollars

    assert found.total.dollars == pytest.approx(expected) == pytest.approx(32e-6)
    assert sum(row.dollars for row in found.rows) == pytest.approx(expected)
    assert [block.active for block in found.blocks] == ([True] if by is CostGroup.BLOCK else [])
    assert found.prices.startswith("LiteLLM 1.")


def test_of_now_nothing_is_known_without_a_store(config: Config) -> None:
    """And no store is made for it."""
    nothing = SpendingNow(today=0.0, partial=False, block=None, session=None, last=None)

    assert read_spending_now(config, Scope(), None, NOON, UTC) == nothing
    assert not config.home.exists()


def test_what_is_spent_now_is_told(config: Config) -> None:
    """Today, in the block, and in the session that the client names."""
    fill(config, Log("one").opened().usage("m", 4, cost=2.0), Log("two").opened().usage("n", 6, cost=4.0))
    config = load({}, os.environ, config.home)
    found = read_spending_now(config, Scope(), "two", NOON + timedelta(hours=1), UTC)

    assert (found.today, found.session) == (6, 4)
    assert found.block is not None
    assert found.block.row.dollars == 6
