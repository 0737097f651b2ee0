"""Grow trees that rank types or scopes, by LightGBM; only for making the model that ships.

One thread, fixed seeds and sorted input make the same trees from the same histories.
"""

import importlib
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from twiceshy.errors import ToolMissing
from twiceshy.predict.messages.label_rows import LABEL_COLUMNS, LabelRows
from twiceshy.predict.trees import Tree, from_lightgbm

LABEL_ROUNDS: Final = 80
"""Trees (tuned on the fourth fifths of five public histories, 2026-11-24: 40 are worse by .01, 150 no better)."""
_SETTINGS: Final[dict[str, Any]] = {
    "objective": "binary",
    "num_leaves": 15,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "learning_rate": 0.06,
    "verbose": -1,
    "seed": 1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
}
"""Guess of 2026-11-24."""


class LabelledChange(NamedTuple):
    """A commit with the labels that it might have, and the one that was written."""

    found: LabelRows
    written: str


def grow_label_trees(changes: Sequence[LabelledChange]) -> tuple[Tree, ...]:
    """Grow trees on changes of several histories.

    Raises:
        ToolMissing: LightGBM is not installed.
    """
    try:
        lightgbm, numpy = importlib.import_module("lightgbm"), importlib.import_module("numpy")
    except ImportError as error:
        raise ToolMissing("training trees needs LightGBM: pip install '.[train]' in the checkout") from error
    table = numpy.array([row for one in changes for row in one.found.rows], dtype=numpy.float32)
    hits = [float(label == one.written) for one in changes for label in one.found.labels]
    data = lightgbm.Dataset(table, hits, feature_name=list(LABEL_COLUMNS))
    return from_lightgbm(lightgbm.train(_SETTINGS, data, LABEL_ROUNDS).dump_model())
