"""Trees, calibrations and model files: the same numbers everywhere, and no file that can harm."""

import importlib.util
from dataclasses import replace
from random import Random

import orjson
import pytest
from wings.git.tests.predict.invented import a_shop

from twiceshy.base.errors import StoreCorrupt, StoreTooNew, ToolMissing
from twiceshy_git.predict import lightgbm_trees
from twiceshy_git.predict.calibration import TOP, Calibration, brier_skill, calibration_error, fit
from twiceshy_git.predict.features import COLUMNS
from twiceshy_git.predict.model import Model, decode, encode, load_general_model
from twiceshy_git.predict.training_samples import build_samples
from twiceshy_git.predict.trees import Tree, from_plain, score, to_plain

STUMP = Tree(column=(1,), threshold=(0.5,), left=(-1,), right=(-2,), value=(-1.0, 2.0))
with_lightgbm = pytest.mark.skipif(importlib.util.find_spec("lightgbm") is None, reason="LightGBM is not installed")


def walked(tree: Tree, row: list[float]) -> float:
    """The plain way, one row at a time."""
    node = 0 if tree.column else -1
    while node >= 0:
        node = tree.left[node] if row[tree.column[node]] <= tree.threshold[node] else tree.right[node]
    return tree.value[-node - 1]


def test_a_stump_splits_its_rows() -> None:
    """Up to the threshold goes left."""
    assert score([STUMP], [[9, 9, 9], [0.5, 0.6, 0.0]], 3) == [-1.0, 2.0, -1.0]


def test_a_tree_without_split_is_a_constant() -> None:
    """A single leaf is a tree too; no row is no work."""
    leaf = Tree((), (), (), (), (0.25,))

    assert score([leaf], [[0, 0]], 2) == [0.25, 0.25]
    assert score([leaf, STUMP], [[], []], 0) == []


def test_trees_score_as_a_walk_through_them_does() -> None:
    """Splitting all rows at once is only faster."""
    rng = Random(5)
    rows = [[rng.random() * 3 for _ in COLUMNS] for _ in range(30)]
    trees = load_general_model().trees[:40]

    fast = score(trees, list(map(list, zip(*rows, strict=True))), len(rows))

    assert [sum(walked(tree, row) for tree in trees) for row in rows] == pytest.approx(fast)


@with_lightgbm
def test_grown_trees_score_as_their_library_does_and_are_the_same_again() -> None:
    """Growing twice gives equal trees, and both evaluations agree."""
    import numpy  # noqa: ICN001, PLC0415

    made = build_samples(a_shop(160), 30, 160, Random(1), thin_before=160)
    trees = lightgbm_trees.grow([made], rounds=12, rate=0.1)
    table = numpy.frombuffer(made[-1].rows, dtype=numpy.float32).reshape(-1, len(COLUMNS))

    assert trees == lightgbm_trees.grow([made], rounds=12, rate=0.1)
    assert score(trees, made[-1].columns(), len(made[-1].hits)) == pytest.approx(
        list(lightgbm_trees.score_table(trees, table, numpy))
    )
    assert len({round(value, 6) for value in score(trees, made[-1].columns(), len(made[-1].hits))}) > 1


def test_growing_without_its_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message has the command."""
    monkeypatch.setitem(__import__("sys").modules, "lightgbm", None)

    with pytest.raises(ToolMissing, match="pip install"):
        lightgbm_trees.grow([[]], rounds=1, rate=0.1)


@pytest.mark.parametrize(
    "plain",
    [
        pytest.param([[[0], [0.5], [0], [-1], [1.0, 2.0]]], id="a node that leads to itself"),
        pytest.param([[[0], [0.5], [-1], [-3], [1.0, 2.0]]], id="a leaf that is not there"),
        pytest.param([[[7], [0.5], [-1], [-2], [1.0, 2.0]]], id="a column that is not there"),
        pytest.param([[[0], [0.5], [-1], [-2], [1.0]]], id="too few leaves"),
        pytest.param([[[0], ["x"], [-1], [-2], [1.0, 2.0]]], id="no number"),
        pytest.param([[1]], id="no tree"),
        pytest.param(7, id="no list"),
    ],
)
def test_trees_that_do_not_fit_are_refused(plain: object) -> None:
    """Evaluating a file's trees always ends."""
    with pytest.raises(StoreCorrupt):
        from_plain(plain, 2)


def test_a_model_comes_back_from_its_file() -> None:
    """What was written is read, to the last bit."""
    model = Model(
        name="files-0001", trees=(STUMP,), calibration=Calibration((1.0, 0.5), ((0.1, 0.2),), 300), card={"n": 1}
    )

    assert model == decode(encode(model))
    assert to_plain(model.trees) == to_plain(decode(encode(model)).trees)


def test_columns_are_matched_by_name() -> None:
    """A model of a version with other columns in another order means the same; one that needs a lost one is refused."""
    plain = orjson.loads(encode(Model(name="m", trees=(STUMP,), calibration=None)))
    plain["columns"] = ["message", COLUMNS[40]]
    assert decode(orjson.dumps(plain)).trees == (replace(STUMP, column=(40,)),)

    plain["columns"] = ["message", "no-such-column"]
    with pytest.raises(StoreCorrupt, match="no-such-column"):
        decode(orjson.dumps(plain))


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b'{"format": "other"}', b"\xff"])
def test_a_file_that_is_no_model_is_refused(raw: bytes) -> None:
    """With one of our errors."""
    with pytest.raises(StoreCorrupt):
        decode(raw)


def test_a_newer_model_is_refused() -> None:
    """It says to upgrade."""
    plain = orjson.loads(encode(Model(name="m", trees=(), calibration=None))) | {"version": 99}

    with pytest.raises(StoreTooNew, match="upgrade"):
        decode(orjson.dumps(plain))


def test_the_general_model_is_there_and_holds_only_numbers() -> None:
    """It ships calibrated, small, and without a word of the histories behind it."""
    raw = orjson.loads(encode(load_general_model()))

    assert load_general_model().calibration is not None
    assert len(encode(load_general_model())) < 200_000
    assert set(raw["columns"]) == set(COLUMNS)
    assert all(isinstance(value, int | float) for tree in raw["trees"] for part in tree for value in part)


def drawn_rankings(count: int, seed: int) -> list[tuple[list[float], list[bool]]]:
    """Rankings in which the chance of a hit follows from the score."""
    rng = Random(seed)
    rankings = []
    for _ in range(count):
        scores = sorted((rng.gauss(-1, 1.5) for _ in range(30)), reverse=True)
        rankings.append((scores, [rng.random() < 1 / (1 + 2.718 ** -(1.3 * each - 1)) for each in scores]))
    return rankings


@pytest.mark.parametrize("count", [60, 400], ids=["logistic only", "with steps"])
def test_stated_probabilities_come_true(count: int) -> None:
    """On rankings that were not fitted on: small error, and better than always saying the mean."""
    calibration = fit(drawn_rankings(count, 1))
    assert calibration is not None
    stated: list[float] = []
    hits: list[bool] = []
    for scores, found in drawn_rankings(400, 2):
        stated += calibration.probabilities(scores)
        hits += found[:TOP]

    assert calibration_error(stated, hits) < 0.05
    assert brier_skill(stated, hits) > 0.1
    assert bool(calibration.steps) is (count == 400)


def test_too_few_outcomes_are_not_fitted() -> None:
    """No probability is better than an invented one."""
    assert fit([]) is None
    assert fit(drawn_rankings(5, 1)) is None
    assert fit([([1.0, 0.5], [False, False])] * 500) is None
    assert Calibration((0.0,) * 5, (), 0).probabilities([]) == []
