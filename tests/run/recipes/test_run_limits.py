"""Limits are learned per command and place, from people's and agents' runs, and everybody names the same figures."""

import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.run.recipes.test_run_history import FOLDER, NOW, ingest, log_of, put

from twiceshy.advice.recipes.rule_compilation import compile_rules
from twiceshy.archive import rules_file
from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.values import Scrubbed
from twiceshy.recipes.keep.forget_records import forget
from twiceshy.records.events import ToolCall, ToolResult
from twiceshy.records.runs import RunPlan
from twiceshy.records.upkeep import Extent
from twiceshy.run.recipes import run_history
from twiceshy.run.recipes.limit_suggestions import find_limit, suggest_limits
from twiceshy.run.recipes.run_limits import fold_logs


@pytest.fixture
def config() -> Config:
    """Settings with an empty data folder."""
    return load({}, os.environ, Path.cwd())


def folded(config: Config) -> None:
    with Store.open(config.home) as store:
        while fold_logs(store):
            pass


def limit_of(config: Config, folder: str = FOLDER, words: str = "npm test") -> float | None:
    found = suggest_limits(config, words, Path(folder)).limits
    return next((one.seconds for one in found if one.kind == "timeout_s"), None)


def test_all_who_name_a_limit_name_the_same(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--timeout auto``, ``runs suggest``, ``runs analyze timing``, the MCP tool and the gate."""
    agent = log_of("npm test", [200.0 + number for number in range(12)])
    agent.session = replace(agent.session, cwd=Scrubbed(FOLDER))
    ingest(config, agent)
    for number in range(30, 40):
        put(config, number, runtime_s=200.0 + number % 12)
    folded(config)
    compile_rules(config, now=lambda: NOW + timedelta(days=1))
    monkeypatch.setattr(os, "getcwd", lambda: FOLDER)
    plan = RunPlan()
    plan.command, plan.home = ("npm", "test"), str(config.home)
    taken = find_limit(plan, "timeout_s")
    assert taken is not None
    seconds, reason = taken
    suggested = run_history.suggest(config, ["npm test"], FOLDER).limits[0]
    (timing,) = run_history.list_timings(config, 5)
    told = suggest_limits(config, "npm test", Path(FOLDER)).limits[0]
    (rule,) = [one for one in rules_file.read(config.home) if one.condition.startswith("short:")]

    assert 345 <= seconds <= 600
    assert reason.startswith("p99.5 of 22 runs here: ")
    assert (suggested.value_s, suggested.reason) == (seconds, reason)
    assert (timing.limits[0].value_s, timing.limits[0].reason) == (seconds, reason)
    assert (told.seconds, told.evidence) == (seconds, reason)
    assert rule.condition.endswith(f":{seconds:.0f}")


def test_runs_of_a_person_and_of_an_agent_meet_in_their_folder(config: Config) -> None:
    """The log knows the folder with the user's name taken out, or only the folder above."""
    home = Path.home()
    user = "/home/[user:0a1b2c]" if home.parts[:2] == ("/", "home") else str(home)
    log = log_of("cd ./web/ && CI=1 npm test | tail -3", [9.0] * 3)
    log.session = replace(log.session, cwd=Scrubbed(f"{user}/shop"))
    ingest(config, log)
    put(config, 30, folder=f"{home}/shop/web", runtime_s=8.0)
    found = run_history.suggest(config, ["npm", "test"], f"{home}/shop/web")

    assert (found.runs_here, found.runs_elsewhere) == (4, 0)


def test_another_projects_runs_end_nothing(config: Config) -> None:
    """They are told as what is usual."""
    for number in range(30):
        put(config, number + 1, folder="/invented/other", runtime_s=1.0)
    folded(config)
    with Store.open(config.home) as store:  # as after each run
        store.connection.execute("DELETE FROM meta WHERE key = 'run-places-result'")
    folded(config)
    found = suggest_limits(config, "npm test", Path(FOLDER))

    assert found.limits == ()
    assert found.usual == "elsewhere such runs took up to 1 s (30 runs)"
    assert limit_of(config, "/invented/other") == 15.0


def test_feedback_on_a_run_that_a_limit_ended_raises_it_at_once(config: Config) -> None:
    """Past the run, and the refused one is not given again; that it hung takes it out."""
    for number in range(10, 20):
        put(config, number, runtime_s=20.0)
    folded(config)
    before = limit_of(config)
    assert before is not None
    uid = put(config, 1, reason="timeout_overall", runtime_s=before, runtime_cut=True)
    run_history.give_feedback(config, f"r-{uid.hex()}", false_positive=True)
    raised = limit_of(config)
    run_history.give_feedback(config, f"r-{uid.hex()}", should_have_exited=True)

    assert raised is not None
    assert raised >= 2 * before
    assert limit_of(config) == before


def test_an_older_stores_runs_are_learned_from_anew(config: Config) -> None:
    """Also those of commands that no agent ran."""
    for number in range(8):
        put(config, number + 1, runtime_s=40.0)
    assert limit_of(config) is None
    folded(config)

    assert limit_of(config) == 90.0


def test_a_codex_call_that_runs_on_is_no_short_run(config: Config) -> None:
    """The log's time is when the agent stopped waiting; its folder is the call's own."""
    log = log_of("npm test", [30.0] * 3)
    for number, one in enumerate(log.events):
        if isinstance(one, ToolCall):
            log.events[number] = replace(one, input=Scrubbed(json.dumps({"workdir": FOLDER})))
        if isinstance(one, ToolResult):
            log.events[number] = replace(one, text=Scrubbed("Process running with session ID 7"), exit_code=0)
    ingest(config, log)
    found = run_history.suggest(config, ["npm", "test"], FOLDER)

    assert (found.runs_here, found.limits) == (3, [])


def test_after_forgetting_limits_are_learned_anew_from_what_is_left(config: Config) -> None:
    """Nothing of what was forgotten stays in them."""
    for number in range(8):
        put(config, number + 1, runtime_s=40.0)
    folded(config)
    log = log_of("make", [1.0])
    ingest(config, log)
    forget(config, Extent(session=f"s-{log.uid.hex()[:8]}"), NOW, dry_run=False)

    assert limit_of(config) is None
    folded(config)
    assert limit_of(config) == 90.0
