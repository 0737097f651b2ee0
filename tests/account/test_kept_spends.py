"""account.kept_spends: the account of a session, kept until the session or a price changes."""

import os
from datetime import UTC
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.account.kept_spends import refresh_spends
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import read_all
from twiceshy.archive.session_spends import KIND, VERSION
from twiceshy.base.config import load
from twiceshy.base.values import Scope
from twiceshy.recipes.keep.forget_records import forget
from twiceshy.recipes.look.cost_report import build_cost_report
from twiceshy.recipes.look.spend_report import build_spend_report
from twiceshy.records.spending import CostGroup
from twiceshy.records.upkeep import Extent


def test_an_account_is_kept_until_its_session_or_a_price_changes(scratch_home: Path) -> None:
    """What is kept gives the same answer, is computed again where it must be, and survives damage."""
    (scratch_home / "own.toml").write_text('["model-x"]\ninput = 1\noutput = 2\n')
    config = load({"cost.prices": str(scratch_home / "own.toml")}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        log = Log("one").opened().prompt("hello").usage("m", 400).call("c", "ls -l")
        stored(store, log)
        stored(store, Log("two").opened().usage("n", 600))
    first = build_spend_report(config, Scope())
    assert refresh_spends(config, lambda: None) == 2
    with Store.open(config.home) as store:
        kept = {one.key: one for one in read_all(store.connection, KIND)}
        assert len(kept) == 2
        damaged = next(iter(kept.values()))._replace(value=b'["no"]')
        store.put_derived(KIND, [damaged], VERSION)
    assert build_spend_report(config, Scope()) == first
    with Store.open(config.home) as store:
        store.put_derived(KIND, [kept[damaged.key]], VERSION)
        assert {one.key: one for one in read_all(store.connection, KIND)} == kept
        forged = damaged._replace(value=b"[true, 0, 0, {}, [], [], [], null, null, {}, [0, 0], []]")
        store.put_derived(KIND, [forged], VERSION)
    assert build_spend_report(config, Scope()).total_usd < first.total_usd  # it is not computed twice
    with Store.open(config.home) as store:
        stored(store, log.result("c", "x" * 900).usage("later", 50))
    assert refresh_spends(config, lambda: None) == 1
    assert refresh_spends(config, lambda: None) == 0
    (scratch_home / "own.toml").write_text('["model-x"]\ninput = 2\noutput = 4\n')
    spent, cost = (
        build_spend_report(config, Scope()),
        build_cost_report(config, Scope(), CostGroup.DAY, NOON, UTC),
    )
    assert spent.total_usd == pytest.approx(cost.total.dollars, abs=1e-12)
    assert spent.tokens == cost.total.tokens.total > first.tokens


def test_a_forgotten_session_leaves_no_account(scratch_home: Path) -> None:
    """Nothing of it stays in what is kept."""
    config = load({}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        stored(store, Log("one").opened().prompt("hello").usage("m", 400))
    refresh_spends(config, lambda: None)
    with Store.open(config.home) as store:
        assert read_all(store.connection, KIND)
    forget(config, Extent(), NOON, dry_run=False)
    with Store.open(config.home) as store:
        assert not read_all(store.connection, KIND)
