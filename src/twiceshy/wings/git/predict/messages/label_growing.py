"""Grow trees that rank types or scopes, by LightGBM; only for making the model that ships.

One thread, fixed seeds and sorted input make the same trees from the same histories.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from twiceshy.wings.git.predict.messages.label_rows import LABEL_COLUMNS, LabelRows
from twiceshy.wings.git.predict.messages.ranker_growing import SETTINGS, open_lightgbm
from twiceshy.wings.git.predict.trees import Tree, from_lightgbm

LABEL_ROUNDS: Final = 80
"""Trees (tuned on the fourth fifths of five public histories, 2026-11-24: 40 are worse by .01, 150 no better)."""
_SETTINGS: Final[dict[str, Any]] = SETTINGS | {"objective": "binary", "min_data_in_leaf": 30}
"""As for messages, but for what is learned and for smaller leaves (guess, 2026-11-24: there are fewer changes)."""


class LabelledChange(NamedTuple):
    """A commit with the labels that it might have, and the one that was written."""

    found: LabelRows
    written: str


def grow_label_trees(changes: Sequence[LabelledChange]) -> tuple[Tree, ...]:
    """Grow trees on changes of several histories.

    Raises:
        ToolMissing: LightGBM is not installed.
    """
    lightgbm, numpy = open_lightgbm()
    table = numpy.array([row for one in changes for row in one.found.rows], dtype=numpy.float32)
    hits = [float(label == one.written) for one in changes for label in one.found.labels]
    data = lightgbm.Dataset(table, hits, feature_name=list(LABEL_COLUMNS))
    return from_lightgbm(lightgbm.train(_SETTINGS, data, LABEL_ROUNDS).dump_model())
