"""The learning curve of messages: measured once for each newest commit."""

import os
from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo
from wings.git.tests.message_recipes.message_repository import build_history

from twiceshy.base.config import Config, load
from twiceshy.logs.repository_place import locate_repository
from twiceshy.records.ingest import StepProgress
from twiceshy_data.recipes import message_curve


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """Of 240 commits, one a day."""
    return build_history(tmp_path_factory.mktemp("curve") / "web", 240, apart_s=86_400)


def settings(repo: Repo) -> Config:
    return load({}, os.environ, repo.path)


def test_the_curve_is_measured_once_for_each_head(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second answer is the stored one, and equals the first; no forecast is made up."""
    config, place = settings(repo), locate_repository(repo.path)
    told: list[StepProgress] = []
    first = message_curve.measure_messages(config, repo.path, place, told.append)
    asked = len(told)
    second = message_curve.measure_messages(config, repo.path, place, told.append)

    assert first is not None
    assert first == second
    assert asked == len(told) == 4 * first.judged
    assert (first.name, first.measure, first.best_baseline) == ("messages", "B-Norm", "NNGen")
    assert [one.share for one in first.points] == [0.25, 0.5, 0.75, 1.0]
    assert all(0 <= one.score <= 1 for one in first.points)
    assert first.doubling is None
    assert "nobody has measured" in first.why_no_forecast


def test_a_damaged_curve_is_measured_again(repo: Repo) -> None:
    """And stored anew."""
    config, place = settings(repo), locate_repository(repo.path)
    first = message_curve.measure_messages(config, repo.path, place, lambda _: None)
    (path,) = config.cache.rglob("*.curve-messages")
    path.write_bytes(path.read_bytes()[:60] + b"{")

    assert message_curve.measure_messages(config, repo.path, place, lambda _: None) == first
    assert path.stat().st_size > 61


def test_few_commits_draw_no_curve(tmp_path: Path) -> None:
    """Nor does a repository without any."""
    short = Repo(tmp_path / "short").started()
    config = settings(short)
    place = locate_repository(short.path)

    assert message_curve.measure_messages(config, short.path, place, lambda _: None) is None
    assert message_curve.measure_messages(config, short.path, place._replace(head=None), lambda _: None) is None
