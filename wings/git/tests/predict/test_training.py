"""Training and evaluation keep to time, and a model that loses is not used."""

import json
from random import Random

import pytest
from wings.git.tests.predict.invented import a_change, a_shop
from wings.git.tests.predict.test_trees import with_lightgbm

from twiceshy.base.errors import StoreCorrupt
from twiceshy.records.predictions import HistoryCommit
from twiceshy_git.predict.baselines import NAMES, make_baselines
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.model import BLEND, load_general_model
from twiceshy_git.predict.rank import ModelRanker, rank_by_baseline, rank_files
from twiceshy_git.predict.ranking_evaluation import (
    RankingMetrics,
    average_metrics,
    find_split,
    measure_lead,
    measure_ranking,
    replay,
)
from twiceshy_git.predict.ranking_task import RankingTask, build_task
from twiceshy_git.predict.tfidf import TfIdf, read_tfidf
from twiceshy_git.predict.training import choose_rounds, find_grower, train
from twiceshy_git.predict.trees import Tree


class Asked:
    """A ranker that writes down what it is asked and told."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def rank(self, index: Index, task: RankingTask) -> list[str]:
        self.log.append(f"rank {index.now}")
        return []

    def learn(self, change: HistoryCommit) -> None:
        self.log.append(f"learn {int(change.id, 16)}")


def test_a_commit_is_ranked_before_it_is_learned() -> None:
    """Online: rank, then learn, commit by commit. Frozen: nothing is learned behind the split."""
    past = a_shop(12)
    online, frozen = Asked(), Asked()

    replay(past, {"it": online}, first=10)
    replay(past, {"it": frozen}, first=10, frozen=True)

    assert online.log[10:] == ["rank 10", "learn 10", "rank 11", "learn 11"]
    assert frozen.log[10:] == ["rank 10", "rank 10"]


def test_marks_are_the_published_ones() -> None:
    """First hit at place two, both of two targets among ten; a missed commit counts as zero."""
    marks = measure_ranking(["x", "a", "b"], frozenset({"a", "b"}))

    assert (marks.mrr, marks.recall10, marks.precision1) == (0.5, 1.0, 0.0)
    assert RankingMetrics(0, 0, 0, 0, 0) == measure_ranking([], frozenset({"a"}))
    assert average_metrics([RankingMetrics(1, 1, 1, 1, 1), RankingMetrics(0, 0, 0, 0, 0)]).mrr == 0.5
    assert find_split(a_shop(100), 0.2) == 80


def test_new_files_are_no_targets_but_count_among_all() -> None:
    """Both protocols stand side by side."""
    past = [
        *a_shop(40),
        a_change("Fix auth", "src/auth.py", "+src/new.py", number=40),
        a_change("New", "+b.py", number=41),
    ]

    found = replay(past, {"blend": ModelRanker(BLEND)}, first=40)

    assert len(found.marks["blend"]) == 1
    assert len(found.marks_all["blend"]) == 2
    assert found.marks["blend"][0].recall10 == 2 * found.marks_all["blend"][0].recall10


def test_a_lead_has_an_interval() -> None:
    """The same rankings lead by nothing; better ones by more than nothing."""
    rng = Random(1)

    assert tuple(measure_lead([0.5] * 50, [0.5] * 50, rng)) == (0.0, 0.0, 0.0)
    assert measure_lead([0.9, 0.7] * 30, [0.5] * 60, rng).low > 0.2
    assert tuple(measure_lead([], [], rng)) == (0.0, 0.0, 0.0)


def test_the_general_model_and_the_blend_beat_the_baselines_on_the_shop() -> None:
    """A past that follows rules is learned by both."""
    past = a_shop(240)
    rankers = {"general": ModelRanker(load_general_model()), "blend": ModelRanker(BLEND), **make_baselines()}

    found = replay(past, rankers, first=find_split(past, 0.2))

    for ours in ("general", "blend"):
        for name in ("popularity", "recency", "cochange"):
            assert found.mean(ours).mrr > found.mean(name).mrr + 0.1, (ours, name)


@with_lightgbm
def test_training_makes_the_same_model_again_with_a_whole_card() -> None:
    """Data range, protocol, seed, data hash and figures beside every baseline are on it."""
    past = a_shop(260)
    model = train(past, load_general_model(), "files-0001", grow=find_grower())

    assert model == train(past, load_general_model(), "files-0001", grow=find_grower())
    assert set(model.card["figures"]) == {"model", *NAMES}
    assert {"data_hash", "seed", "first_at", "last_at", "protocol", "trained_until"} <= set(model.card)
    assert model.card["trained_until"] == 208


def test_training_works_without_lightgbm() -> None:
    """The general trees stay."""
    model = train(a_shop(120), load_general_model(), "m", grow=None)

    assert model.trees == load_general_model().trees
    assert model.card["own_trees"] is False


def test_a_model_that_loses_is_not_used() -> None:
    """Where files change in turn whatever the subject says, a list of habits wins and is named."""
    past = [a_change("Start", *[f"+f{number}.py" for number in range(4)])]
    rng = Random(2)
    past += [a_change(f"w{rng.randrange(10**6)}", "f0.py", number=number) for number in range(1, 150)]
    upside_down = load_general_model().__class__(
        name="bad", trees=(Tree((), (), (), (), (0.0,)), reversed_blend()), calibration=None
    )
    model = train(past, upside_down, "m", grow=None)

    assert model.used is False
    assert model.instead in NAMES
    assert "no better than" in model.card["why_not_used"]


def reversed_blend() -> Tree:
    """A tree that puts the best of the blend last."""
    from twiceshy_git.predict.features import COLUMNS  # noqa: PLC0415

    return Tree((COLUMNS.index("blend"),), (0.9,), (-1,), (-2,), (1.0, -1.0))


def test_own_trees_are_left_out_where_they_do_not_help() -> None:
    """No sample to choose by means no own tree."""
    assert choose_rounds(load_general_model().trees, [], []) == (0, [])


@pytest.mark.parametrize("name", NAMES)
def test_every_baseline_answers_for_an_empty_past(name: str) -> None:
    """With nothing, as there is nothing."""
    index = Index()

    assert rank_by_baseline(index, build_task(index, "Fix auth", at=0), name, None) == []


def test_answers_have_reasons_and_probabilities() -> None:
    """Ten probabilities that do not rise, each file with words that a reader can check."""
    index = Index()
    for change in a_shop(200):
        index.learn(change)

    files = rank_files(index, build_task(index, "Fix the cart", at=1_800_000_000), load_general_model(), 12)

    stated = [file.probability for file in files[:10] if file.probability is not None]
    assert files[0].path == "src/cart.py"
    assert stated == sorted(stated, reverse=True)
    assert all(0 <= each <= 1 for each in stated)
    assert files[0].reasons
    assert any("cart" in reason for reason in files[0].reasons)


def test_the_tfidf_file_has_the_keys_that_its_users_know() -> None:
    """It is written and read back to the same ranking."""
    model = TfIdf()
    for change in a_shop(60):
        model.learn(change)
    text = model.to_json("2025-12-16T00:00:00")

    counts = {"file_cooccurrence", "type_to_files", "keyword_to_files", "file_frequency"}
    assert set(json.loads(text)) == counts | {"total_commits", "trained_at", "version"}
    assert read_tfidf(text).rank("Fix cart", ["src/auth.py"]) == model.rank("Fix cart", ["src/auth.py"])
    assert "src/cart.py" in model.rank("Fix cart")[:3]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"file_cooccurrence": 1}'])
def test_a_file_of_another_kind_is_no_tfidf_model(text: str) -> None:
    """With one of our errors."""
    with pytest.raises(StoreCorrupt):
        read_tfidf(text)
