"""Grow trees on changes by LightGBM; the only module of risk that needs it, and only when it is called.

One thread, fixed seeds and sorted input make the same trees from the same changes.
"""

import importlib
import importlib.util
import math
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from twiceshy.base.errors import ToolMissing
from twiceshy_git.predict.risk.risk_calibration import ScoreStep, fit_steps, read_probability
from twiceshy_git.predict.risk.risk_trees import RiskTree, read_dumped_trees

# The lines added as a tree: what they alone say, for other trees to go on from.

_MOST_LEAVES: Final = 80
"""Leaves: as many as there are shares of some weight among thousands of changes (guess, 2026-11-23)."""


def plant_size_tree(column: int, added: Sequence[float], steps: Sequence[ScoreStep]) -> RiskTree:
    """Return a tree over that column whose leaves are the log-odds that the steps tell for their changes."""
    ordered = sorted(added)
    edges = sorted({ordered[len(ordered) * part // _MOST_LEAVES] for part in range(1, _MOST_LEAVES)} - {ordered[-1]})
    bounds = [0, *(bisect_left(ordered, math.nextafter(edge, math.inf)) for edge in edges), len(ordered)]
    leaves = [_find_log_odds(read_probability(steps, ordered[(low + high) // 2])) for low, high in pairwise(bounds)]
    left, right, mean = [0] * len(edges), [0] * len(edges), [0.0] * len(edges)
    threshold = [0.0] * len(edges)
    free = iter(range(len(edges)))

    def plant(first: int, last: int) -> int:
        """Return the place of a node over these leaves, or of the one leaf."""
        if first == last:
            return -first - 1
        here, middle = next(free), (first + last) // 2
        weights = [bounds[at + 1] - bounds[at] for at in range(first, last + 1)]
        total = sum(weight * value for weight, value in zip(weights, leaves[first : last + 1], strict=True))
        threshold[here], mean[here] = edges[middle], float(f"{total / sum(weights):.6g}")
        left[here], right[here] = plant(first, middle), plant(middle + 1, last)
        return here

    plant(0, len(leaves) - 1)
    nodes = len(edges)
    return RiskTree(
        (column,) * nodes, tuple(threshold), (True,) * nodes, tuple(left), tuple(right), tuple(mean), tuple(leaves)
    )


def _find_log_odds(probability: float) -> float:
    return float(f"{math.log(probability / (1 - probability)):.6g}")


_RISING: Final = frozenset({"la", "nf", "entropy"})
"""Columns of which more never makes a change safer, as the literature has it; without it trees follow chance."""
_SIZE: Final = "la"
"""Column of the lines added, from which all trees start."""
_SETTINGS: Final[dict[str, Any]] = {
    "objective": "binary",
    "num_leaves": 15,
    "min_data_in_leaf": 50,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "learning_rate": 0.04,
    "verbose": -1,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
}
"""Guess of 2026-11-23."""


class RiskGrower:
    """What grows trees, and scores many changes at once."""

    def __init__(self, columns: Sequence[str]) -> None:
        """Take the names of the columns.

        Raises:
            ToolMissing: LightGBM is not installed.
        """
        require_risk_library()
        self._lightgbm = importlib.import_module("lightgbm")
        self._numpy = importlib.import_module("numpy")
        self._columns = list(columns)

    def grow(self, rows: Sequence[Sequence[float]], bad: Sequence[bool], rounds: int) -> tuple[RiskTree, ...]:
        """Return so many trees; their sum is the log-odds of being bad.

        The first knows the lines added alone, and the others go on from it: so few bad changes suffice not to be worse.
        """
        first = self._grow_first(rows, bad)
        data = self._lightgbm.Dataset(
            self._build_table(rows),
            self._numpy.array(bad, dtype=self._numpy.int32),
            feature_name=self._columns,
            init_score=self._numpy.array(self.score(first, rows)) if first else None,
            free_raw_data=True,
        )
        constraints = [int(name in _RISING) for name in self._columns]
        settings = {**_SETTINGS, "monotone_constraints": constraints}
        booster = self._lightgbm.train(settings, data, rounds - len(first))
        return first + read_dumped_trees(booster.dump_model())

    def _grow_first(self, rows: Sequence[Sequence[float]], bad: Sequence[bool]) -> tuple[RiskTree, ...]:
        if _SIZE not in self._columns:
            return ()
        place = self._columns.index(_SIZE)
        added = [row[place] for row in rows]
        steps = fit_steps(added, bad)
        return (plant_size_tree(place, added, steps),) if steps else ()

    def score(self, trees: Sequence[RiskTree], rows: Sequence[Sequence[float]]) -> list[float]:
        """Return the sum of the trees for each row, as ``risk_trees.push_columns`` finds it for one."""
        numpy, table = self._numpy, self._numpy.asfortranarray(self._build_table(rows))
        total = numpy.zeros(len(table))
        for tree in trees:
            open_ = [(0 if tree.column else -1, numpy.arange(len(table)))]
            while open_:
                node, members = open_.pop()
                if node < 0:
                    total[members] += tree.value[-node - 1]
                    continue
                values = table[members, tree.column[node]]
                below = values <= tree.threshold[node]
                if tree.unknown_left[node]:
                    below |= numpy.isnan(values)
                open_.append((tree.left[node], members[below]))
                open_.append((tree.right[node], members[~below]))
        return [float(one) for one in total]

    def _build_table(self, rows: Sequence[Sequence[float]]) -> Any:
        width = len(self._columns)
        table = self._numpy.empty((len(rows), width), dtype=self._numpy.float64)
        for at, row in enumerate(rows):
            table[at] = row
        return table


def require_risk_library() -> None:
    """Say at once that trees cannot be grown here, before a history is read for them.

    Raises:
        ToolMissing: LightGBM is not installed.
    """
    if any(importlib.util.find_spec(name) is None for name in ("lightgbm", "numpy")):
        raise ToolMissing("training trees needs LightGBM: pip install './wings/git[train]' in the checkout")


def find_risk_grower(columns: Sequence[str]) -> RiskGrower | None:
    """Return what grows trees where LightGBM is installed; None elsewhere."""
    return RiskGrower(columns) if importlib.util.find_spec("lightgbm") is not None else None
