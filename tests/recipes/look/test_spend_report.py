"""recipes.look.spend_report: where the money of stored sessions went."""

import os
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.archive.db import Store
from twiceshy.archive.reads.context_items import read_body_sizes, read_context_items, read_request_runs
from twiceshy.base.config import load
from twiceshy.base.errors import UsageError
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.recipes.look.cost_report import build_cost_report
from twiceshy.recipes.look.spend_report import build_spend_report
from twiceshy.records.events import Mark, MarkKind, Usage
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


def test_rows_add_up_to_all_of_it(scratch_home: Path) -> None:
    """By time in their order, else the dearest first; each with its own causes."""
    (scratch_home / "own.toml").write_text('["model-x"]\ninput = 1\noutput = 2\n')
    config = load({"cost.prices": str(scratch_home / "own.toml")}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        stored(store, Log("one").opened().usage("m", 400))
        stored(store, Log("two", "remote:host/owner/api", NOON + timedelta(days=40)).opened().usage("n", 800))
    by_project = build_spend_report(config, Scope(), CostGroup.PROJECT, UTC)
    by_month = build_spend_report(config, Scope(), CostGroup.MONTH, UTC)
    by_session = build_spend_report(config, Scope(), CostGroup.SESSION, UTC)

    assert [(row.name, row.sessions) for row in by_project.rows] == [("api", 1), ("web-shop", 1)]
    assert [row.usd for row in by_month.rows] == sorted(row.usd for row in by_month.rows)
    assert [row.name[:2] for row in by_session.rows] == ["s-", "s-"]
    for found in (by_project, by_month, by_session):
        assert sum(row.usd for row in found.rows) == pytest.approx(found.total_usd, abs=1e-12)
        assert all(sum(row.causes.values()) == pytest.approx(1.0) for row in found.rows)
    assert build_spend_report(config, Scope()).rows == []


def test_a_model_pays_for_its_own_requests(scratch_home: Path) -> None:
    """One session with two models is in both rows; what they did adds up to all of it."""
    (scratch_home / "own.toml").write_text('["model-x"]\ninput = 1\noutput = 2\n["model-y"]\ninput = 3\noutput = 6\n')
    config = load({"cost.prices": str(scratch_home / "own.toml")}, os.environ, scratch_home)
    log = Log("one").opened().usage("m", 400)
    other = Log("two").opened().usage("n", 400)
    log.events += [replace(one, model=Scrubbed("model-y")) for one in other.events if isinstance(one, Usage)]
    with Store.open(config.home) as store:
        stored(store, log)
    found = build_spend_report(config, Scope(), CostGroup.MODEL)

    assert [(row.name, row.causes) for row in found.rows] == [("model-y", {}), ("model-x", {})]
    assert sum(row.usd for row in found.rows) == pytest.approx(found.total_usd, abs=1e-12)
    assert found.rows[0].usd == pytest.approx(3 * found.rows[1].usd)


def test_blocks_make_no_rows(scratch_home: Path) -> None:
    """A session has several; the message names the report that has them."""
    with pytest.raises(UsageError, match="report cost --by block"):
        build_spend_report(load({}, os.environ, scratch_home), Scope(), CostGroup.BLOCK)
