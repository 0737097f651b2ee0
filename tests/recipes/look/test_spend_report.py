"""recipes.look.spend_report: where the money of stored sessions went."""

import os
from datetime import UTC
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.archive.db import Store
from twiceshy.archive.reads.context_items import read_body_sizes, read_context_items, read_request_runs
from twiceshy.base.config import load
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.recipes.look.cost_report import build_cost_report
from twiceshy.recipes.look.spend_report import build_spend_report
from twiceshy.records.events import Mark, MarkKind
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


def test_what_a_client_attaches_has_a_name(scratch_home: Path) -> None:
    """Lists of skills and servers are part of the fixed start; a file is a file; what hooks say is theirs."""
    marks = [
        (MarkKind.ATTACHED, "skill_listing", '{"size": 40}'),
        (MarkKind.ATTACHED, "file", '{"size": 9, "path": "a.md"}'),
        (MarkKind.ATTACHED, "directory", "no json"),
        (MarkKind.HOOK, "hook_additional_context", "x" * 700),
        (MarkKind.HOOK, "hook_success", "xx"),
        (MarkKind.NOTICE, "edited_text_file", "xxx"),
    ]
    config = load({}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        log = Log("one").opened().prompt("hello")
        log.events += [Mark(stamp=log.stamp(), kind=kind, name=Scrubbed(n), text=Scrubbed(t)) for kind, n, t in marks]
        stored(store, log.usage("m", 1))
        items = list(read_context_items(store.connection, 1, read_body_sizes(store.bodies)))
    assert [(one.item.cause, one.item.name, one.item.size) for one in items[1:]] == [
        (Cause.FIXED_START, "list of skills", 40),
        (Cause.READS, "a.md", 9),
        (Cause.READS, "files named in prompts", 0),
        (Cause.TOOLS, "what hooks said", 700),
        (Cause.READS, "files changed meanwhile, shown again", 3),
    ]
