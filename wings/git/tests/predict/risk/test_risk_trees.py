"""One change's way through the trees: what is not known, and what pushed the answer."""

import importlib.util
import math
from typing import Any

import pytest
from wings.git.tests.predict.risk.invented_tables import COLUMNS, a_table

from twiceshy.base.errors import StoreCorrupt
from twiceshy_git.predict.risk.risk_growing import RiskGrower
from twiceshy_git.predict.risk.risk_trees import (
    RiskTree,
    push_columns,
    read_dumped_trees,
    read_plain_trees,
    write_plain_trees,
)

with_lightgbm = pytest.mark.skipif(importlib.util.find_spec("lightgbm") is None, reason="LightGBM is not installed")
TREE = RiskTree(
    column=(0, 1),
    threshold=(10.0, 0.5),
    unknown_left=(False, True),
    left=(-1, -2),
    right=(1, -3),
    mean=(0.2, 0.6),
    value=(-1.0, 0.5, 2.0),
)


@pytest.mark.parametrize(
    ("row", "start", "pushes"),
    [
        ([10.0, 9.0], 0.2, {0: -1.2}),
        ([11.0, 0.6], 0.2, {0: 0.4, 1: 1.4}),
        ([math.nan, math.nan], 0.2, {0: 0.4, 1: -0.1}),
    ],
    ids=["the threshold goes left", "two splits", "unknown goes its own way"],
)
def test_pushes_add_up_to_the_answer(row: list[float], start: float, pushes: dict[int, float]) -> None:
    """Each column has the change of the mean at its splits."""
    found_start, found = push_columns([TREE], row)

    assert found_start == start
    assert found == pytest.approx(pushes)


def test_a_tree_without_split_pushes_nothing() -> None:
    """It only moves the start."""
    assert push_columns([RiskTree((), (), (), (), (), (), (0.25,))], []) == (0.25, {})


@with_lightgbm
def test_the_same_rows_grow_the_same_trees_and_all_ways_of_scoring_agree() -> None:
    """One by one, many at once, and as its library does."""
    import lightgbm  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    table = a_table(300, by_hidden=True)
    bad = [row.values[1] > 0.7 for row in table.rows]
    values = [row.values for row in table.rows]
    grower = RiskGrower([one.name for one in COLUMNS])
    trees = grower.grow(values, bad, 20)
    many = grower.score(trees, values)
    boosted = lightgbm.train(
        {"objective": "binary", "verbose": -1}, lightgbm.Dataset(np.array(values), np.array(bad)), 5
    )

    assert trees == grower.grow(values, bad, 20)
    assert [start + sum(pushes.values()) for start, pushes in (push_columns(trees, row) for row in values)] == (
        pytest.approx(many)
    )
    assert many_of(boosted, values) == pytest.approx(boosted.predict(np.array(values), raw_score=True), abs=1e-4)


def many_of(booster: Any, values: list[Any]) -> list[float]:
    """Return the sums by our own trees."""
    trees = read_dumped_trees(booster.dump_model())
    return [start + sum(pushes.values()) for start, pushes in (push_columns(trees, row) for row in values)]


def test_trees_come_back_from_a_file() -> None:
    """As lists of numbers."""
    assert read_plain_trees(write_plain_trees([TREE]), 2) == (TREE,)


@pytest.mark.parametrize(
    "broken",
    [
        [[[0], [1.0], [False], [0], [-2], [0.0], [1.0, 2.0]]],
        [[[7], [1.0], [False], [-1], [-2], [0.0], [1.0, 2.0]]],
        [[[0], [1.0], [False], [-1], [-2], [0.0], [1.0]]],
        [[[0], [1.0], [False], [-1], [-2], [0.0], [1.0, "x"]]],
        [[[0], [1.0]]],
        "no trees",
    ],
    ids=["a circle", "no such column", "a leaf too few", "a word", "lists missing", "a text"],
)
def test_a_file_with_other_trees_is_refused(broken: Any) -> None:
    """It could run for ever, or read past the row."""
    with pytest.raises(StoreCorrupt, match="train it again"):
        read_plain_trees(broken, 2)
