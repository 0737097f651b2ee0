"""recipes.look.first_report: a report's store is computed whole, once, and only where something is missing."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from twiceshy.archive.db import Store
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.reads.judgements import count_unjudged
from twiceshy.base.config import Config, load
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.recipes.demo.sample_history import write_sample
from twiceshy.recipes.learn import first_report
from twiceshy.records.ingest import StepProgress

TODAY = date(2026, 11, 20)
STEPS = ["Scoring the newest edits", "Judging sessions", "Learning from mistakes"]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load({"home": str(tmp_path / "data")}, {}, tmp_path)


@pytest.fixture
def read(config: Config, tmp_path: Path) -> Config:
    """A store whose logs were read, and nothing more."""
    write_sample(tmp_path / "logs", seed=1, today=TODAY)
    ingest([tmp_path / "logs"], config)
    return config


def steps_of(config: Config) -> tuple[list[str], first_report.FirstLook]:
    seen: list[StepProgress] = []
    found = first_report.complete_store(config, seen.append)
    return list(dict.fromkeys(one.step for one in seen)), found


def test_without_logs_nothing_is_made_up(config: Config) -> None:
    """No session, no words, and no sample either: that has to be asked for."""
    _, found = steps_of(config)

    assert found == first_report.FirstLook(config, "")
    assert first_report.is_empty(config)


def test_switched_off_nothing_is_computed(read: Config) -> None:
    """``enabled = false`` holds for whatever a report would compute."""
    assert steps_of(replace(read, enabled=False)) == ([], first_report.FirstLook(replace(read, enabled=False), ""))


def test_what_was_read_is_judged_before_it_is_reported(read: Config) -> None:
    """Each step once; the next report has nothing to do, and no edit is left without a score."""
    steps, found = steps_of(read)

    assert (steps, found.said) == (STEPS, "")
    assert steps_of(read)[0] == []
    with Store.open(read.home, readonly=True) as store:
        assert count_unjudged(store.connection) == 0
    edits = first_report.count_unscored(read)
    assert edits.edits > 0
    assert edits.open == 0


def test_an_empty_store_reads_the_logs_of_this_machine(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are read, judged and learned from in one call, which says what was read."""
    home = tmp_path / "claude"
    write_sample(home / "projects", seed=1, today=TODAY)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(home))

    steps, found = steps_of(config)

    assert steps == ["Reading logs", "Adding up the account", *STEPS]
    assert found.said.startswith("Read ")
    assert not first_report.is_empty(config)


def test_what_things_cost_waits_for_no_judgement(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The logs are read and the account is kept; the next report judges."""
    write_sample(tmp_path / "claude" / "projects", seed=1, today=TODAY)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "claude"))

    first_report.fill_store(config)
    with Store.open(config.home, readonly=True) as store:
        waiting = count_unjudged(store.connection)

    assert waiting > 0
    assert steps_of(config)[0] == STEPS


def test_beside_another_run_the_report_says_that_it_is_not_whole(read: Config) -> None:
    """It neither waits nor fails."""
    read.home.mkdir(exist_ok=True)
    with hold_lock(read.home, "judge"):
        _, found = steps_of(read)

    assert "Another run is judging" in found.said
