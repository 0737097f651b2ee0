"""A report has the riskiest changes where a model was trained, and is never kept back by them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.recipes.setup.git_builders import make_commit, make_repository
from wings.git.tests.predict.risk.invented_tables import DAY, a_table, end_of
from wings.git.tests.risk_recipes.test_risk_models import lend, train_on

from twiceshy.base.config import Config, load
from twiceshy.base.errors import SourceError
from twiceshy.base.values import Scope
from twiceshy_git.risk_recipes import risk_outcomes
from twiceshy_git.risk_recipes.risk_outcomes import measure_risk_outcomes, read_riskiest_work

PLAIN = a_table(600, by_hidden=False)
TABLE = PLAIN._replace(rows=[one._replace(subject="a subject") for one in PLAIN.rows])
NOW = datetime.fromtimestamp(end_of(TABLE), UTC)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A store of its own."""
    return load({"home": str(tmp_path / "store")}, {}, tmp_path)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, taken for one with the invented changes."""
    top = make_repository(tmp_path / "web")
    make_commit(top, "one\n")
    monkeypatch.setattr(risk_outcomes, "read_known_table", lambda *_: TABLE)
    lend(monkeypatch, None)
    return top


def train_early(monkeypatch: pytest.MonkeyPatch, config: Config, repo: Path) -> None:
    """Train on the first two thirds."""
    train_on(monkeypatch, config, repo, TABLE._replace(rows=TABLE.rows[:400]))


def test_the_riskiest_tenth_is_told_with_what_became_of_it(
    monkeypatch: pytest.MonkeyPatch, config: Config, repo: Path
) -> None:
    """Of changes behind those learned from; here bad ones are large, so the tenth has more of them."""
    train_early(monkeypatch, config, repo)
    found = read_riskiest_work(config, repo, Scope(), NOW)
    assert found is not None
    assert (found.model, found.top, len(found.riskiest)) == ("size", round(found.changes / 10), 3)
    assert found.top_fixed / found.top > found.fixed / found.changes
    assert {one.subject for one in found.riskiest} == {"a subject"}
    assert {one.became.split(" by ")[0] for one in found.riskiest} <= {"named as fixed", "nothing yet"}
    assert found.riskiest[0].measure.endswith(" lines")


def test_only_the_time_of_the_report_counts(monkeypatch: pytest.MonkeyPatch, config: Config, repo: Path) -> None:
    """Ten days are thirty changes; of five changes there is no tenth."""
    train_early(monkeypatch, config, repo)
    since, short = (datetime.fromtimestamp(end_of(TABLE) - days * DAY, UTC) for days in (10, 2))
    found = read_riskiest_work(config, repo, Scope(since=since), NOW)
    assert found is not None
    assert (found.changes, found.top, found.since) == (30, 3, since)
    assert read_riskiest_work(config, repo, Scope(since=short), NOW) is None


def test_nothing_is_told_where_nothing_can_be_said(
    monkeypatch: pytest.MonkeyPatch, config: Config, repo: Path, tmp_path: Path
) -> None:
    """No model, no repository, another project, one agent, a git that fails."""
    assert read_riskiest_work(config, repo, Scope(), NOW) is None
    assert read_riskiest_work(config, tmp_path, Scope(), NOW) is None
    train_early(monkeypatch, config, repo)
    assert read_riskiest_work(config, repo, Scope(project="elsewhere"), NOW) is None
    assert read_riskiest_work(config, repo, Scope(agent="codex"), NOW) is None
    assert read_riskiest_work(config, repo, Scope(project="WEB"), NOW) is not None

    def fail(*_: object) -> None:
        raise SourceError("git has no such object")

    monkeypatch.setattr(risk_outcomes, "read_known_table", fail)
    assert read_riskiest_work(config, repo, Scope(), NOW) is None


def test_without_logs_no_habit_is_compared(monkeypatch: pytest.MonkeyPatch, config: Config, repo: Path) -> None:
    """The bands are told all the same."""
    train_early(monkeypatch, config, repo)
    found = measure_risk_outcomes(config, repo, NOW)
    assert (found.logged, found.habits) == (0, ())
    assert found.bands
