"""An adapter beside the other ways: on commits that it did not learn from, and said to be worse where it is."""

import os
from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo
from wings.data.tests.finetune.tiny_base import MISSING, REASON, build_base
from wings.git.tests.message_recipes.message_repository import build_history

if MISSING:
    pytest.skip(REASON, allow_module_level=True)

import torch

from twiceshy.base.config import Config, load
from twiceshy.base.errors import SourceError, UsageError
from twiceshy.doors.cli.main import main
from twiceshy.records.adapter_cards import AdapterShape, AdapterWish
from twiceshy_data.adapters.adapter_contests import evaluate_adapter
from twiceshy_data.adapters.adapter_runs import train_adapter
from twiceshy_git.message_recipes.adapter_cards import read_card


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history and a base."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("contest")
    build_history(folder / "web")
    build_base(folder / "base")
    return folder


@pytest.fixture
def places(folder: Path) -> tuple[Repo, Path, Path]:
    """These, and an adapter that learned next to nothing; it is trained once."""
    repo, base, made = Repo(folder / "web"), folder / "base", folder / "ad"
    if not made.exists():
        shape = AdapterShape(rank=4, alpha=8, longest=96)
        train_adapter(settings(repo), repo.path, AdapterWish(base=base, out=made, steps=1, yes=True, shape=shape))
    return repo, base, made


def settings(repo: Repo) -> Config:
    return load({}, os.environ, repo.path)


def test_a_random_one_is_said_to_be_worse(places: tuple[Repo, Path, Path]) -> None:
    """With the interval, in its card too."""
    repo, base, folder = places
    told = evaluate_adapter(settings(repo), repo.path, folder, base, split=0.2, newest=10)

    assert [one.name for one in told.suggesters] == ["agreed", "NNGen", "general", "adapter"]
    assert told.contest is not None
    assert (told.contest.verdict, told.asked) == ("worse", 10)
    assert told.contest.lead[2] < 0
    contest = read_card(folder).contest
    assert contest is not None
    assert (contest["verdict"], contest["asked"]) == ("worse", 10)


def test_it_is_not_asked_about_what_it_learned(places: tuple[Repo, Path, Path]) -> None:
    """Nor of another base."""
    repo, base, folder = places
    with pytest.raises(UsageError, match="the adapter learned from some of these commits"):
        evaluate_adapter(settings(repo), repo.path, folder, base, split=0.6)
    other = build_base(folder.parent / "other")
    (other / "notes.txt").write_text("changed")
    with pytest.raises(SourceError, match="made for a base model with hash"):
        evaluate_adapter(settings(repo), repo.path, folder, other, split=0.2)


def test_the_verb_says_so(places: tuple[Repo, Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Both folders go together."""
    repo, base, folder = places
    words = ["evaluate", "messages", "--repo", str(repo.path), "--adapter", str(folder)]
    assert main([*words, "--base-model", str(base), "--newest", "3"]) == 0
    assert "The adapter is worse than" in " ".join(capsys.readouterr().out.split())
    assert main(words) == 2
    assert main([*words, "--base-model", str(base), "--program", "x"]) == 2
