"""Milestones of a repository, of a folder without one, and of an empty store."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from wings.data.tests.recipes.long_history import DAY, make_history

from twiceshy.base.config import Config, load
from twiceshy.records.milestones import Amounts
from twiceshy_data.recipes import file_curve
from twiceshy_data.recipes.milestones import estimate_milestones, measure_milestones
from twiceshy_git.predict.model import BLEND

START = 1_790_000_000
NOW = datetime.fromtimestamp(START + 220 * DAY, UTC)


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_history(tmp_path_factory.mktemp("milestones") / "shop", 220, start=START)


def test_a_repository_is_measured_once_for_each_commit(
    config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second call ranks nothing: the curve lies in the cache. Signals without trees rank, to save time."""
    monkeypatch.setattr(file_curve, "load_general_model", lambda: BLEND)
    told: list[str] = []

    first = measure_milestones(config, repo, NOW, lambda one: told.append(one.step))
    asked = len(told)
    second = measure_milestones(config, repo, NOW, lambda one: told.append(one.step))

    (curve,) = first.curves
    assert (curve.judged, [one.share for one in curve.points]) == (44, [0.25, 0.5, 0.75, 1.0])
    assert asked == 4 * 44
    assert len(told) == asked
    assert first == second
    assert curve.doubling is not None
    assert first.have == Amounts(220, 0, 0)


def test_where_no_more_commits_are_read_no_doubling_is_foretold(
    config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The curve is told all the same."""
    monkeypatch.setattr(file_curve, "load_general_model", lambda: BLEND)
    monkeypatch.setattr(file_curve, "_NEWEST", 210)

    (curve,) = measure_milestones(config, repo, NOW).curves

    assert curve.doubling is None
    assert "more change nothing" in curve.why_no_forecast


def test_the_next_doubling_is_foretold_at_the_projects_pace(config: Config, repo: Path) -> None:
    """Seven commits a week: 220 more take 31 weeks and a half."""
    found = estimate_milestones(config, repo, NOW)

    doubled = found.forthcoming[0]
    assert found.curves == ()
    assert (doubled.name, doubled.left) == ("twice the commits", Amounts(220, 0, 0))
    assert doubled.by is not None
    assert doubled.by.median is not None
    assert timedelta(weeks=31) < doubled.by.median - NOW.date() < timedelta(weeks=33)


def test_a_short_history_says_what_is_missing(config: Config, tmp_path: Path) -> None:
    """No curve is made up, and the counts are shown all the same."""
    found = measure_milestones(config, make_history(tmp_path / "short", 12), NOW)

    assert found.curves == ()
    assert "about 200 commits" in " ".join(found.notes)
    assert found.have.commits == 12


def test_without_a_repository_everything_stored_is_counted(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And an empty data folder is no error."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    found = measure_milestones(config, tmp_path, NOW)

    assert (found.project, found.have, found.pace) == (None, Amounts(0, 0, 0), None)
    assert "twiceshy ingest" in " ".join(found.notes)
    assert not (config.home / "twiceshy.db").exists()


def test_a_repository_without_a_commit_is_no_error(config: Config, tmp_path: Path) -> None:
    """There is nothing, and that is said."""
    found = measure_milestones(config, make_history(tmp_path / "empty", 0), NOW)

    assert found.have == Amounts(0, 0, 0)
    assert found.curves == ()
