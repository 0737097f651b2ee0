"""What an agent did up to now is stored before a question about it, and nothing else is read for it."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.logs.builders import Log, a_session

from twiceshy.archive.db import Store
from twiceshy.archive.lock import hold_lock
from twiceshy.base.config import Config, load
from twiceshy.judgement.sessions import live_logs
from twiceshy.judgement.sessions.live_logs import read_live_logs
from twiceshy.logs.collect.ingest_logs import ingest

NOW = datetime.now(UTC)


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An agent's own folder of logs, with one session."""
    folder = tmp_path / "claude" / "projects" / "-home-marta-shop"
    folder.mkdir(parents=True)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "claude"))
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    write(folder, "old")
    return folder


@pytest.fixture
def config(tmp_path: Path, logs: Path) -> Config:
    """A store that has read that session."""
    config = load({"ingest.processes": "1"}, {"TWICESHY_HOME": str(tmp_path / "store")}, tmp_path)
    ingest([logs], config)
    return config


def write(folder: Path, name: str, more: str = "", days: float = 0) -> None:
    log: Log = a_session(name, cwd="/home/marta/shop").prompt("mend it").runs("pytest -q", "1 passed")
    log = log.runs(more, "2 passed") if more else log
    log.write(folder / f"{name}.jsonl")
    at = (NOW - timedelta(days=days)).timestamp()
    os.utime(folder / f"{name}.jsonl", (at, at))


def count_calls(config: Config) -> int:
    with Store.open(config.home, readonly=True) as store:
        return int(store.connection.execute("SELECT count(*) FROM call").fetchone()[0])


def test_what_a_log_gained_is_stored(config: Config, logs: Path) -> None:
    """Also a log that is new; with nothing new nothing is read."""
    assert (count_calls(config), read_live_logs(config, NOW)) == (1, 0)
    write(logs, "old", "pytest -q tests")
    write(logs, "new")
    assert (read_live_logs(config, NOW), count_calls(config)) == (2, 3)
    assert read_live_logs(config, NOW) == 0


def test_logs_of_old_work_wait_for_the_next_ingest(config: Config, logs: Path) -> None:
    """And so do those beyond what a question may read: the newest come first."""
    write(logs, "past", days=2)
    assert read_live_logs(config, NOW) == 0
    for name, hours in (("first", 2.0), ("last", 1.0)):
        write(logs, name, days=hours / 24)
    live_logs_of_one = (logs / "last.jsonl").stat().st_size
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live_logs, "_MOST_BYTES", live_logs_of_one)
        assert read_live_logs(config, NOW) == 1
    assert read_live_logs(config, NOW) == 1


def test_nothing_is_read_where_there_is_no_store_or_another_reads(config: Config, logs: Path, tmp_path: Path) -> None:
    """An answer does not wait, and makes no store."""
    write(logs, "new")
    other = load({}, {"TWICESHY_HOME": str(tmp_path / "none")}, tmp_path)
    assert (read_live_logs(other, NOW), (tmp_path / "none").exists()) == (0, False)
    with hold_lock(config.home, "ingest"):
        assert read_live_logs(config, NOW) == 0
    assert read_live_logs(config, NOW) == 1
