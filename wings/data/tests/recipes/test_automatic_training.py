"""Training by itself: only where it is wanted, once a week, outside other locks, and never for what is excluded."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from wings.data.tests.recipes.long_history import make_history

from twiceshy.archive.db import Store
from twiceshy.archive.lock import hold_lock
from twiceshy.base.config import Config, load
from twiceshy.base.errors import SourceError, UsageError
from twiceshy_data.recipes import automatic_training
from twiceshy_data.recipes.automatic_training import read_last_training, train_when_due

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Trainer:
    """Writes down which repositories it was given; what is in ``answers`` is returned or raised."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, Exception | str] = {}

    def train(self, config: Config, repo: Path) -> str | None:
        del config
        self.asked.append(repo.name)
        answer = self.answers.get(repo.name)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> Trainer:
    """In place of the training itself, which has tests of its own; LightGBM is there, and nothing is made nicer."""
    made = Trainer()
    monkeypatch.setattr(automatic_training, "train_ahead", made.train)
    monkeypatch.setattr(automatic_training, "is_installed", lambda: True)
    monkeypatch.setattr(os, "nice", lambda _: 0)
    return made


@pytest.fixture
def config(scratch_home: Path, tmp_path: Path) -> Config:
    """Sessions in two repositories and a folder without one, and in a third repository a month ago."""
    config = replace(load({}, os.environ, scratch_home), train_automatic=True)
    with Store.open(config.home) as store, store.begin_writing() as connection:
        for number, (name, days) in enumerate([("shop", 1), ("api", 2), ("plain", 1), ("old", 30)]):
            folder = tmp_path / name
            if name == "plain":
                folder.mkdir()
            else:
                make_history(folder, 1)
            at = f"{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%S.000Z}"
            connection.execute("INSERT INTO project (identity, name) VALUES (?, ?)", (f"folder:{folder}", name))
            connection.execute(
                """INSERT INTO session (uid, agent, native_id, project_id, cwd, first_at, last_at)
                VALUES (?, 'claude-code', ?, (SELECT max(id) FROM project), ?, ?, ?)""",
                (number.to_bytes(16, "big"), name, str(folder), at, at),
            )
    return config


def test_repositories_at_work_are_trained_once_a_week(config: Config, trainer: Trainer) -> None:
    """The newest session's first; one without a session this week has nothing new."""
    trainer.answers = {"api": "files-0001"}

    done = train_when_due(config, NOW)
    again = train_when_due(config, NOW + timedelta(days=6))
    later = train_when_due(config, NOW + timedelta(days=7))

    assert trainer.asked[:2] == ["shop", "api"]
    assert done is not None
    assert (done.tried, done.adopted, done.failed) == (2, 1, 0)
    assert again is None
    assert later is not None
    assert read_last_training(config) == later


def test_it_is_off_unless_it_is_wanted(config: Config, trainer: Trainer) -> None:
    """Neither by default, nor where collecting is switched off."""
    assert train_when_due(replace(config, train_automatic=False), NOW) is None
    assert train_when_due(replace(config, enabled=False), NOW) is None
    assert load({}, os.environ, config.home).train_automatic is False
    assert (trainer.asked, read_last_training(config)) == ([], None)


def test_what_is_excluded_is_not_learned_from(config: Config, trainer: Trainer, tmp_path: Path) -> None:
    """By its folder or one above it, by its name; and what its own settings leave out."""
    (tmp_path / "api" / ".twiceshy").mkdir()
    (tmp_path / "api" / ".twiceshy" / "config.toml").write_text("enabled = false\n")

    train_when_due(replace(config, contribute_exclude=("shop",)), NOW)
    train_when_due(replace(config, contribute_exclude=(f"{tmp_path}/",)), NOW + timedelta(days=7))

    assert trainer.asked == []


def test_too_few_commits_and_a_broken_repository_stop_nothing(config: Config, trainer: Trainer) -> None:
    """The next one is tried."""
    trainer.answers = {"shop": UsageError("too few"), "api": SourceError("broken")}

    done = train_when_due(config, NOW)

    assert trainer.asked == ["shop", "api"]
    assert done is not None
    assert (done.tried, done.failed) == (0, 1)


def test_a_second_run_leaves_it_to_the_first(config: Config, trainer: Trainer) -> None:
    """It waits for no lock, and needs none of `learn`'s."""
    with hold_lock(config.home, "training"):
        assert train_when_due(config, NOW) is None
    with hold_lock(config.home, "learn"):
        assert train_when_due(config, NOW) is not None


def test_without_lightgbm_the_reason_is_kept(config: Config, trainer: Trainer, monkeypatch: pytest.MonkeyPatch) -> None:
    """`milestones` shows it."""
    monkeypatch.setattr(automatic_training, "is_installed", lambda: False)

    done = train_when_due(config, NOW)

    assert done is not None
    assert "LightGBM" in done.why_not
    assert trainer.asked == []
