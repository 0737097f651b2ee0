"""The lines added as a tree: what they alone say, for other trees to go on from."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from twiceshy.wings.git.predict.risk.risk_calibration import ScoreStep, read_probability
from twiceshy.wings.git.predict.risk.risk_trees import RiskTree

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
