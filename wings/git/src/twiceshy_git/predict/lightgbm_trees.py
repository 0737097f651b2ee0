"""LightGBM trees: grow trees by its LambdaMART; the only module that needs it, and only when it is called.

One thread, fixed seeds and sorted input make the same trees from the same history.
"""

import importlib
import importlib.util
from collections.abc import Sequence
from typing import Any

from twiceshy.base.errors import ToolMissing
from twiceshy_git.predict.features import COLUMNS
from twiceshy_git.predict.training_samples import TrainingSample
from twiceshy_git.predict.trees import Tree, from_lightgbm

_SETTINGS: dict[str, Any] = {
    "objective": "lambdarank",
    "num_leaves": 15,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "lambdarank_truncation_level": 12,
    "label_gain": [0, 1],
    "verbose": -1,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
}
"""Guess of 2026-11-21. Rounds and rates were compared on the held-out fifths of datasette, flask, requests, httpx,
ripgrep and Opus-code-test on the same day, so that figures for these are a little too good."""


def is_installed() -> bool:
    """Tell whether trees can be grown here."""
    return importlib.util.find_spec("lightgbm") is not None


def grow(
    groups: Sequence[Sequence[TrainingSample]],
    *,
    upon: tuple[Tree, ...] = (),
    rounds: int,
    rate: float,
    threads: int = 1,
) -> tuple[Tree, ...]:
    """Grow trees from samples of one or more histories, each history weighing by the root of its length.

    ``upon``: trees to go on from; the answer has only the new ones, to be added.

    Raises:
        ToolMissing: LightGBM is not installed.
    """
    try:
        lightgbm = importlib.import_module("lightgbm")
        numpy = importlib.import_module("numpy")
    except ImportError as error:
        raise ToolMissing("training trees needs LightGBM: pip install './wings/git[train]' in the checkout") from error
    kept = [[sample for sample in group if any(sample.hits)] for group in groups]
    data = _build_dataset([group for group in kept if group], upon, lightgbm, numpy)
    booster = lightgbm.train({**_SETTINGS, "learning_rate": rate, "num_threads": threads}, data, rounds)
    return from_lightgbm(booster.dump_model())


def _build_dataset(
    groups: Sequence[Sequence[TrainingSample]], upon: tuple[Tree, ...], lightgbm: Any, numpy: Any
) -> Any:
    flat = [sample for group in groups for sample in group]
    table = numpy.concatenate([numpy.frombuffer(sample.rows, dtype=numpy.float32) for sample in flat])
    table = table.reshape(-1, len(COLUMNS))
    weights = [numpy.full(sum(len(one.hits) for one in group), len(group) ** -0.5) for group in groups]
    return lightgbm.Dataset(
        table,
        numpy.array([hit for sample in flat for hit in sample.hits], dtype=numpy.int32),
        group=[len(sample.hits) for sample in flat],
        weight=numpy.concatenate(weights) if len(weights) > 1 else None,
        init_score=score_table(upon, table, numpy) if upon else None,
        feature_name=list(COLUMNS),
        free_raw_data=True,
    )


def score_table(trees: Sequence[Tree], table: Any, numpy: Any) -> Any:
    """Return the sum of all trees for each row of a NumPy table, as ``trees.score`` does for a few rows."""
    total = numpy.zeros(len(table))
    columns = numpy.asfortranarray(table)
    for tree in trees:
        open_ = [(0 if tree.column else -1, numpy.arange(len(table)))]
        while open_:
            node, members = open_.pop()
            if node < 0:
                total[members] += tree.value[-node - 1]
                continue
            below = columns[members, tree.column[node]] <= tree.threshold[node]
            open_.append((tree.left[node], members[below]))
            open_.append((tree.right[node], members[~below]))
    return total
