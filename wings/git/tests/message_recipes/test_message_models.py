"""A repository's own model: grown, measured, listed, taken back."""

import os
from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo
from wings.git.tests.message_recipes.message_repository import build_history

from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.logs.repository_place import locate_repository
from twiceshy_git.message_recipes import message_models as models
from twiceshy_git.message_recipes.message_models import load_message_model
from twiceshy_git.predict.messages.message_evaluation import replay_messages
from twiceshy_git.predict.messages.offer_verdicts import OfferVerdict
from twiceshy_git.predict.messages.ranker_growing import grow_message_trees


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    return build_history(tmp_path_factory.mktemp("models") / "web")


def settings(repo: Repo) -> Config:
    return load({}, os.environ, repo.path)


def test_a_model_is_grown_measured_and_taken_back(repo: Repo) -> None:
    """It is used only where it is ahead, and says why not."""
    pytest.importorskip("lightgbm")
    config = settings(repo)
    made = models.train_messages(config, repo.path)

    assert (made.name, made.kind, made.active) == ("messages-0001", "messages", made.used)
    assert made.lead is not None
    assert made.used == (made.lead[0] > 0)
    assert bool(made.why_not) != made.used
    card = models.show_message_model(config, repo.path, "messages-0001")
    assert card["judged"] + round(0.8 * card["commits"]) == card["commits"]
    assert {one["name"] for one in card["figures"]["suggesters"]} == {"NNGen", "agreed", "general", "own"}
    assert [one.name for one in models.list_message_models(config, repo.path)] == ["messages-general", "messages-0001"]
    assert models.roll_back_messages(config, repo.path, "messages-0001") == "messages-0001"
    assert load_message_model(config, locate_repository(repo.path)).name == "messages-0001"
    assert models.roll_back_messages(config, repo.path, "") == "messages-general"
    assert load_message_model(config, locate_repository(repo.path)).name == "general"
    with pytest.raises(NotFound, match="nothing before it"):
        models.roll_back_messages(config, repo.path, "")
    for name in ("messages-0009", "files-0001"):
        with pytest.raises(NotFound, match="messages-general"):
            models.show_message_model(config, repo.path, name)
        with pytest.raises(NotFound, match="messages-general"):
            models.roll_back_messages(config, repo.path, name)


def test_the_general_model_is_measured_beside_its_rivals(repo: Repo) -> None:
    """On the newest share."""
    found = models.evaluate_messages(settings(repo), repo.path, split=0.2)

    assert [one.name for one in found.suggesters] == ["agreed", "NNGen", "general"]
    assert 30 <= found.asked <= 40


def test_too_little_is_said_so(tmp_path: Path) -> None:
    """With what works without."""
    small = Repo(tmp_path / "web").started()
    with pytest.raises(UsageError, match="no commit yet"):
        models.evaluate_messages(settings(small), small.path, split=0.2)
    small.write("a.py", ["x"])
    small.commit("Begin with it")
    with pytest.raises(UsageError, match="1 commits with a message of a person are too few"):
        models.train_messages(settings(small), small.path)
    assert models.show_message_model(settings(small), small.path, "")["name"] == "messages-general"


def test_what_was_made_of_offers_weighs_in_training(repo: Repo) -> None:
    """A rejected offer's commit counts more, and other trees come of it; one without an offer counts as ever."""
    pytest.importorskip("lightgbm")
    changes = replay_messages(models._read_examples(settings(repo), repo.path, locate_repository(repo.path)))
    every = {one.marked.example.commit: OfferVerdict.REJECTED for one in changes[::3]}
    weighed = models.weigh_by_verdicts(changes, every)

    assert [one.change.weight for one in weighed[:4]] == [1.5, 1, 1, 1.5]
    plain, other = (grow_message_trees([[one.change for one in rows]], rounds=5) for rows in (changes, weighed))
    assert plain != other
    assert grow_message_trees([[one.change for one in models.weigh_by_verdicts(changes, {})]], rounds=5) == plain


def test_an_evaluation_says_what_became_of_offers(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """By verdict; and nothing where nothing was offered."""
    config = settings(repo)
    assert models.evaluate_messages(config, repo.path, split=0.2).offers == {}

    monkeypatch.setattr(models, "judge_offers", lambda *_: {"c1": OfferVerdict.ACCEPTED})
    told = models.evaluate_messages(config, repo.path, split=0.2).offers
    assert told == {"accepted": 1, "edited": 0, "rejected": 0}
