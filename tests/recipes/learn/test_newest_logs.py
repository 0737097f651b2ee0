"""recipes.learn.newest_logs: the first figure is the store's own, for the logs that were reached."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.values import Scope
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.recipes.demo.sample_history import write_sample
from twiceshy.recipes.learn.newest_logs import look_at_newest
from twiceshy.recipes.look.session_costs import read_session_costs

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample's logs, where Claude Code keeps them; each file as old as its number."""
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "claude"))
    folder = tmp_path / "claude" / "projects"
    write_sample(folder, seed=1, today=TODAY)
    for age, path in enumerate(sorted(folder.rglob("*.jsonl"))):
        at = (NOW - timedelta(days=age)).timestamp()
        os.utime(path, (at, at))
    return folder


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load({"home": str(tmp_path / "data")}, {}, tmp_path)


def ticks(step: float) -> Iterator[float]:
    return count(0.0, step)


def test_the_figures_are_the_stores(logs: Path, config: Config) -> None:
    """With time for every log: the same sessions and dollars as what is stored afterwards."""
    found = look_at_newest(config, NOW, lambda: 0.0, worth=0)
    ingest([], config)
    with Store.open(config.home, readonly=True) as store:
        costs = read_session_costs(store, config, Scope())

    assert found is not None
    assert found.dollars == pytest.approx(costs.dollars, abs=1e-9)
    assert found.sessions == len(costs.by_row)
    assert found.files == found.files_found == len(list(logs.rglob("*.jsonl")))
    assert found.week is not None
    assert 0 < found.week < found.dollars


def test_a_copied_log_costs_nothing_more(logs: Path, config: Config) -> None:
    """A resumed session repeats what another log has."""
    once = look_at_newest(config, NOW, lambda: 0.0, worth=0)
    first = next(logs.rglob("*.jsonl"))
    shutil.copy(first, first.with_name("00000000-0000-4000-8000-000000000000.jsonl"))
    twice = look_at_newest(config, NOW, lambda: 0.0, worth=0)

    assert once is not None
    assert twice is not None
    assert twice.dollars == pytest.approx(once.dollars, abs=1e-9)
    assert twice.files == once.files + 1


@pytest.mark.usefixtures("logs")
def test_when_the_second_is_over_the_newest_count(config: Config) -> None:
    """A log whose end was not reached gives nothing; without the whole week nothing is said of it."""
    clock = ticks(0.3)
    found = look_at_newest(config, NOW, lambda: next(clock), worth=0)

    assert found is not None
    assert 0 < found.files < found.files_found
    assert found.week is None


@pytest.mark.usefixtures("logs")
def test_few_logs_are_read_at_once(config: Config) -> None:
    """A look is not worth its second where everything is read as soon."""
    assert look_at_newest(config, NOW, lambda: 0.0) is None


def test_a_log_that_cannot_be_read_is_left_to_the_ingest(logs: Path, config: Config) -> None:
    """It is named there; here it counts as nothing."""
    before = look_at_newest(config, NOW, lambda: 0.0, worth=0)
    (logs / "web-shop").mkdir(exist_ok=True)
    (logs / "web-shop" / "11111111-1111-4111-8111-111111111111.jsonl").write_bytes(b'{"type": "user", \xff\n\x00' * 50)
    after = look_at_newest(config, NOW, lambda: 0.0, worth=0)

    assert before is not None
    assert after is not None
    assert after.dollars == pytest.approx(before.dollars, abs=1e-9)
