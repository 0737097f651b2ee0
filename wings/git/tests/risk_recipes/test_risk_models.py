"""Risk models are stored beside those that rank files, told apart, and taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.recipes.setup.git_builders import make_commit, make_repository
from wings.git.tests.predict.risk.invented_tables import COLUMNS, a_general_model, a_table, end_of

from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, ToolMissing, UsageError
from twiceshy.records.change_risk import RiskEvaluation, RiskTable
from twiceshy_git.file_recipes import list_models
from twiceshy_git.predict.risk.risk_calibration import ScoreStep
from twiceshy_git.predict.risk.risk_model import RiskModel
from twiceshy_git.risk_recipes import risk_models
from twiceshy_git.risk_recipes.risk_models import (
    evaluate_own_risk,
    list_risk_models,
    load_risk_model,
    roll_back_risk,
    show_risk_model,
    train_own_risk,
)
from twiceshy_git.verbs.train import render_risk_training

NOW = datetime(2026, 3, 1, tzinfo=UTC)


GENERAL = a_general_model()


@pytest.fixture(autouse=True)
def without_general(monkeypatch: pytest.MonkeyPatch) -> None:
    """The invented tables lack the columns of the model that comes with the program."""
    lend(monkeypatch, None)


def lend(monkeypatch: pytest.MonkeyPatch, model: RiskModel | None) -> None:
    """Let this be the model that comes with the program."""
    for module in (risk_models, risk_models):
        monkeypatch.setattr(module, "load_general_risk", lambda: model)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A store of its own."""
    return load({"home": str(tmp_path / "store")}, {}, tmp_path)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository of three commits."""
    top = make_repository(tmp_path / "web")
    for text in ("one\n", "two\n", "three\n"):
        make_commit(top, text)
    return top


def train_on(monkeypatch: pytest.MonkeyPatch, config: Config, repo: Path, table: RiskTable) -> str:
    """Train as if the repository had these changes, without trees; return the model's name."""
    monkeypatch.setattr(risk_models, "read_fresh_table", lambda *_: table)
    monkeypatch.setattr(risk_models, "find_risk_grower", lambda _: None)
    return train_own_risk(config, repo, datetime.fromtimestamp(end_of(table), UTC)).name


def test_three_commits_are_too_little(config: Config, repo: Path) -> None:
    """It is said what is missing, and nothing is stored."""
    with pytest.raises(UsageError, match="200 and 30 are needed"):
        train_own_risk(config, repo, NOW + timedelta(days=9000))
    with pytest.raises(UsageError, match="200 and 30 are needed"):
        evaluate_own_risk(config, repo, NOW)

    assert list_risk_models(config, repo) == []


def test_a_trained_model_is_in_use_and_the_one_before_comes_back(
    config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Models that rank files are another list."""
    names = [train_on(monkeypatch, config, repo, a_table(count, by_hidden=False)) for count in (400, 500)]

    assert names == ["risk-0001", "risk-0002"]
    assert [line.name for line in list_risk_models(config, repo) if line.active] == ["risk-0002"]
    assert [line.name for line in list_models(config, repo)] == ["general"]
    assert load_risk_model(config, repo, COLUMNS).card["changes"] == 500
    assert roll_back_risk(config, repo, "") == "risk-0001"
    assert load_risk_model(config, repo, COLUMNS).name == "risk-0001"
    assert show_risk_model(config, repo, "")["answers"] == "size"
    with pytest.raises(NotFound, match="risk-0001, risk-0002"):
        show_risk_model(config, repo, "risk-0009")
    with pytest.raises(NotFound, match="no risk model 'x'"):
        roll_back_risk(config, repo, "x")


def test_an_untrained_repository_has_a_model_that_says_no_more_than_it_knows(config: Config, repo: Path) -> None:
    """No probability by size."""
    model = load_risk_model(config, repo, COLUMNS)

    assert (model.kind, model.answer(a_table(1, by_hidden=True).rows[0]).probability) == ("size", None)


def test_the_general_model_is_in_use_until_one_is_trained(
    config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And again when it is asked for by name."""
    lend(monkeypatch, GENERAL)

    assert [(line.name, line.active) for line in list_risk_models(config, repo)] == [("risk-general", True)]
    assert load_risk_model(config, repo, COLUMNS).name == "risk-general"
    train_on(monkeypatch, config, repo, a_table(400, by_hidden=False))
    assert [line.active for line in list_risk_models(config, repo)] == [False, True]
    assert roll_back_risk(config, repo, "") == "risk-general"
    assert load_risk_model(config, repo, COLUMNS).name == "risk-general"


def test_a_history_that_the_general_model_learned_from_is_not_judged_by_it(
    config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Elsewhere it stands beside the baselines."""
    pytest.importorskip("lightgbm", reason="LightGBM is not installed")
    table = a_table(400, by_hidden=False)
    judged = RiskEvaluation(repository="", changes=1, bad=0, periods=1, found_within_days=5.0, scores=())
    monkeypatch.setattr(risk_models, "read_fresh_table", lambda *_: table)
    monkeypatch.setattr(risk_models, "evaluate_risk", lambda *_: judged)
    lend(monkeypatch, GENERAL)
    at = datetime.fromtimestamp(end_of(table), UTC)

    assert [one.name for one in evaluate_own_risk(config, repo, at).scores] == ["general trees"]
    lend(monkeypatch, a_general_model(table.rows[0].id[:12]))
    assert evaluate_own_risk(config, repo, at).scores == ()


def test_a_new_model_tells_its_own_figures(config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the general trees answer in its place; theirs stand with the general model."""
    figures = {
        "own trees": {"auc": 0.61, "lead": [0.01, -0.02, 0.04]},
        "general trees": {"auc": 0.83, "lead": [1, 1, 1]},
    }
    card = {"figures": figures, "judged": 90, "why_not_used": "not surely better"}
    made = replace(GENERAL, name="", kind="general", size_steps=(ScoreStep(1.0, 0.1),), card=card)
    monkeypatch.setattr(risk_models, "train_risk", lambda *_, **__: made)
    monkeypatch.setattr(risk_models, "read_fresh_table", lambda *_: a_table(40, by_hidden=False))
    line = train_own_risk(config, repo, datetime(2026, 11, 24, tzinfo=UTC))

    assert line.why_not == "not surely better"
    assert (line.auc, line.lead, line.own_trees, line.used) == (0.61, (0.01, -0.02, 0.04), False, True)
    said = render_risk_training(line)
    assert "AUC 0.610" in said
    assert "The trees of the general model answer: not surely better." in said


@pytest.mark.parametrize("work", [train_own_risk, evaluate_own_risk])
def test_a_missing_library_is_said_before_a_history_is_read(
    work: Callable[..., object], config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to install; nothing was read until then."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr(risk_models, "read_fresh_table", lambda *_: pytest.fail("the history was read"))

    with pytest.raises(ToolMissing, match="LightGBM"):
        work(config, repo, NOW)
