"""A model that `learn` trains is used only where it surely ranks better; else nothing of it stays."""

import os
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from wings.data.tests.recipes.long_history import make_history

from twiceshy.archive import atomic_files
from twiceshy.base.config import Config, load
from twiceshy.base.errors import UsageError
from twiceshy.logs.repository_place import locate_repository
from twiceshy_git.file_recipes import ranking_models
from twiceshy_git.file_recipes.predict_files import ACTIVE
from twiceshy_git.file_recipes.ranking_models import list_models, train_ahead
from twiceshy_git.file_recipes.repository_files import models_folder
from twiceshy_git.predict.features import COLUMNS
from twiceshy_git.predict.model import BLEND, Model, encode
from twiceshy_git.predict.trees import Tree

SURE = {name: {"mrr": [0.2, 0.1, 0.3]} for name in ("recency", "bm25")}
WINNER = replace(BLEND, name="", card={"ahead": SURE})
UNSURE = replace(WINNER, card={"ahead": {**SURE, "bm25": {"mrr": [0.1, -0.1, 0.3]}}})
AGAINST = tuple(Tree((column,), (0.0,), (-1,), (-2,), (1.0, -1.0)) for column in range(len(COLUMNS)))
"""Ranks last whatever any signal speaks for."""


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_history(tmp_path_factory.mktemp("models") / "shop", 100)


def use(config: Config, repo: Path, model: Model) -> Path:
    """Make it the one in use."""
    folder = models_folder(config, locate_repository(repo))
    atomic_files.write(folder / f"{model.name}.json", encode(model))
    atomic_files.write(folder / ACTIVE, model.name.encode())
    return folder


class Case(NamedTuple):
    """A trained model, the trees in use now, and whether the trained one takes their place."""

    made: Model
    trees: tuple[Tree, ...]
    used: bool


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(Case(WINNER, AGAINST, used=True), id="surely ahead of every baseline and of what is used"),
        pytest.param(Case(WINNER, (), used=False), id="level with what is used"),
        pytest.param(Case(replace(WINNER, used=False), AGAINST, used=False), id="behind a baseline"),
        pytest.param(Case(UNSURE, AGAINST, used=False), id="ahead of a baseline, but not surely"),
    ],
)
def test_only_what_surely_ranks_better_is_used(
    config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    """Of one that is not, no file is left."""
    folder = use(config, repo, Model(name="files-0001", trees=case.trees, calibration=None))
    monkeypatch.setattr(ranking_models, "train", lambda *_, **__: case.made)

    name = train_ahead(config, repo)

    assert name == ("files-0002" if case.used else None)
    assert atomic_files.read(folder / ACTIVE) == (b"files-0002" if case.used else b"files-0001")
    assert len(list_models(config, repo)) == (3 if case.used else 2)


def test_too_few_commits_are_said(config: Config, tmp_path: Path) -> None:
    """Nothing is trained on ten."""
    with pytest.raises(UsageError, match="10 commits"):
        train_ahead(config, make_history(tmp_path / "short", 10))
