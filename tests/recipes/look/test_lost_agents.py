"""What is known of subagents whose logs are missing: read from logs as they are, to the cent."""

import os
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from tests.archive.conftest import NOON
from tests.logs.builders import Log, a_session, a_subagent, embedded

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.values import Scope
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.recipes.look.browse_archive import show
from twiceshy.recipes.look.cost_report import build_cost_report
from twiceshy.recipes.look.newest_sessions import list_sessions
from twiceshy.recipes.look.session_costs import read_session_costs
from twiceshy.records.spending import CostGroup, CostRow, LostAgents
from twiceshy.records.views import Timeline

USAGE = {
    "input_tokens": 1_000,
    "output_tokens": 20_000,
    "cache_creation_input_tokens": 300_000,
    "cache_read_input_tokens": 4_000_000,
    "cache_creation": {"ephemeral_1h_input_tokens": 100_000, "ephemeral_5m_input_tokens": 200_000},
}
RATES = '["{}"]\ninput = {}\noutput = 10\ncache_write = 2\ncache_write_1h = 4\ncache_read = 0.1\n'
LAST = 0.001 + 0.2 + 0.4 + 0.4 + 0.4
"""Dollars of the last message of a subagent on the sender's model."""
DONE = {"status": "completed", "prompt": "look", "totalDurationMs": 9_000, "totalTokens": 4_321_000, "usage": USAGE}
SENT_OFF = {"status": "async_launched", "isAsync": True, "prompt": "look", "outputFile": "/tmp/a"}


@pytest.fixture
def config(scratch_home: Path) -> Config:
    prices = RATES.format("claude-sonnet-4-5", 1) + RATES.format("claude-haiku-4-5", 101)
    (scratch_home / "own.toml").write_text(prices)
    return load({"cost.prices": str(scratch_home / "own.toml")}, os.environ, scratch_home)


def sends(log: Log, agent: str, stated: dict[str, Any], **given: Any) -> Log:
    return log.calls("Task", prompt="look", **given).result("found it", stated | {"agentId": agent})


def total_of(config: Config, *logs: Path) -> CostRow:
    ingest(list(logs), config)
    return build_cost_report(config, Scope(), CostGroup.SESSION, NOON, UTC).total


def test_what_their_results_state_is_priced_and_the_rest_is_counted(config: Config, tmp_path: Path) -> None:
    """One with tokens, one without; every screen has the same sum, and says that it is a lower bound."""
    own = total_of(config, a_session().prompt("go").says("yes").says("no").says("well").write(tmp_path / "own.jsonl"))
    log = sends(sends(a_session("two").prompt("go"), "a1", DONE), "a2", SENT_OFF).says("well")
    both = total_of(config, log.write(tmp_path / "lost.jsonl"))

    assert own.lost == LostAgents()
    assert both.dollars == pytest.approx(2 * own.dollars + LAST, abs=1e-9)
    assert (both.lost, both.messages) == (LostAgents(counted=1, unknown=1), 2 * own.messages + 1)
    (line,) = (one for one in list_sessions(config, Scope(), limit=9).sessions if one.cost_usd != own.dollars)
    assert line.cost_usd == pytest.approx(own.dollars + LAST, abs=1e-9)
    assert line.cost_partial
    shown = show(config, line.id, Scope(), full=False)
    assert isinstance(shown, Timeline)
    assert shown.session.cost_usd == line.cost_usd
    assert shown.session.lost_agents == line.lost_agents == both.lost
    with Store.open(config.home, readonly=True) as store:
        costs = read_session_costs(store, config, Scope())
    assert costs.dollars == pytest.approx(both.dollars, abs=1e-9)
    assert costs.sum_lost(costs.by_uid) == both.lost


def test_one_whose_log_comes_later_is_lost_no_more(config: Config, tmp_path: Path) -> None:
    """Its own messages count in the place of what its result states; reading everything again changes nothing."""
    main = sends(a_session().prompt("go"), "a1b2c3d", DONE)
    (side := tmp_path / "main" / "subagents").mkdir(parents=True)
    lost = total_of(config, main.write(tmp_path / "main.jsonl"))
    agent = a_subagent(main).prompt("look").says("found it")
    found = total_of(config, agent.write(side / "agent-a1b2c3d.jsonl"))

    assert lost.lost == LostAgents(counted=1)
    assert found.lost == LostAgents()
    assert found.dollars == pytest.approx((lost.dollars - LAST) * 2, abs=1e-9)
    assert total_of(config, tmp_path) == found


def test_one_whose_dialogue_is_embedded_is_not_lost(config: Config, tmp_path: Path) -> None:
    """As versions 2.1.12 to 2.1.81 wrote it."""
    main = a_session().prompt("go").calls("Task", prompt="look")
    embedded(a_subagent(main).prompt("look").says("found it"), main)
    main.result("found it", DONE | {"agentId": "a1b2c3d"})

    assert total_of(config, main.write(tmp_path / "main.jsonl")).lost == LostAgents()


def test_a_copied_session_has_no_more_of_them(config: Config, tmp_path: Path) -> None:
    """A resumed session repeats the records of the first under its own id."""
    main = sends(a_session().prompt("go"), "a1", DONE)
    first = total_of(config, main.write(tmp_path / "main.jsonl"))
    main.records = [record | {"sessionId": "3f0e8f5e-2b0f-4c53-9d43-6a1f0f1d9b11"} for record in main.records]

    assert total_of(config, main.write(tmp_path / "copy.jsonl")).lost == first.lost == LostAgents(counted=1)


def test_one_that_was_sent_off_again_counts_once(config: Config, tmp_path: Path) -> None:
    """Its larger result holds the smaller one's words."""
    main = sends(sends(a_session().prompt("go"), "a1", SENT_OFF), "a1", DONE)

    assert total_of(config, main.write(tmp_path / "main.jsonl")).lost == LostAgents(counted=1)


@pytest.mark.parametrize(
    ("stated", "given", "dearer"),
    [
        ({}, {"subagent_type": "general-purpose"}, 0.0),
        ({}, {"subagent_type": "Explore"}, 0.1),
        ({}, {"model": "haiku"}, 0.1),
        ({}, {"subagent_type": "Explore", "model": "sonnet"}, 0.0),
        ({"resolvedModel": "claude-haiku-4-5-20251001"}, {"model": "sonnet"}, 0.1),
        ({}, {"model": "opus"}, None),
    ],
    ids=["sender's", "explorer's", "asked for", "asked of an explorer", "stated", "not known"],
)
def test_its_model_is_the_stated_one_else_the_asked_else_the_senders(
    config: Config, tmp_path: Path, stated: dict[str, str], given: dict[str, str], dearer: float | None
) -> None:
    """An input of the other model costs a hundred times more here; a word for an unknown model has no price."""
    own = total_of(config, a_session().prompt("go").says("yes").write(tmp_path / "own.jsonl"))
    found = total_of(config, sends(a_session("two"), "a1", DONE | stated, **given).write(tmp_path / "lost.jsonl"))
    priced = 0.0 if dearer is None else LAST + dearer

    assert found.dollars == pytest.approx(2 * own.dollars + priced, abs=1e-9)
    assert found.lost == LostAgents(counted=dearer is not None, unknown=dearer is None)
