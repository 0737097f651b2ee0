"""recipes.look.spend_report: where the money of stored sessions went."""

import os
from datetime import UTC
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.archive.db import Store
from twiceshy.archive.reads.context_items import read_body_sizes, read_context_items, read_request_runs
from twiceshy.base.config import load
from twiceshy.base.values import Scope
from twiceshy.recipes.look.cost_report import build_cost_report
from twiceshy.recipes.look.spend_report import build_spend_report
from twiceshy.records.spend import Cause
from twiceshy.records.spending import CostGroup


def test_cells_add_up_to_what_the_cost_report_says(scratch_home: Path) -> None:
    """For every scope; a copied message counts once."""
    (scratch_home / "own.toml").write_text('["model-x"]\ninput = 1\noutput = 2\n')
    config = load({"cost.prices": str(scratch_home / "own.toml")}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        first = Log("one").opened().prompt("hello").call("c", "ls -l").usage("m", 400).result("c", "x" * 900)
        stored(store, first.reply("done").usage("n", 600))
        stored(store, Log("two", "remote:host/owner/api").opened().usage("m", 400))
        items = list(read_context_items(store.connection, 1, read_body_sizes(store.bodies)))
        assert read_request_runs(items) == []
    assert [(one.item.cause, one.item.name, one.item.size) for one in items] == [
        (Cause.PROMPTS, "prompts and pastes", 5),
        (Cause.OWN_OUTPUT, "commands", 2),
        (Cause.COMMANDS, "ls", 900),
        (Cause.OWN_OUTPUT, "words", 4),
    ]
    for project in (None, "web-shop", "api"):
        scope = Scope(project=project)
        spent, cost = build_spend_report(config, scope), build_cost_report(config, scope, CostGroup.DAY, NOON, UTC)
        assert spent.total_usd == pytest.approx(cost.total.dollars, abs=1e-12)
        assert sum(one.usd for one in spent.cells) == pytest.approx(spent.total_usd, abs=1e-12)
        assert sum(row.usd for row in spent.causes) == pytest.approx(sum(row.usd for row in spent.mechanisms))
        assert spent.tokens == cost.total.tokens.total
