"""Trees that take unknown values: what is not known goes the way that served best when the tree grew.

One change is asked at a time, so plain Python is fast enough: 300 trees take less than a millisecond. Each node knows
the mean of what stands below it; so the way of a change through a tree says how much each column pushed its answer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from twiceshy.base.errors import StoreCorrupt

_NO_MISSING: Final = "None"
"""LightGBM's word for a column in which nothing was unknown when the tree grew; then unknown counts as 0."""


@dataclass(frozen=True, slots=True)
class RiskTree:
    """One tree. A child below zero is the leaf ``-child - 1``; a value up to the threshold goes left."""

    column: tuple[int, ...]
    threshold: tuple[float, ...]
    unknown_left: tuple[bool, ...]
    """Where a value that is not known goes."""
    left: tuple[int, ...]
    right: tuple[int, ...]
    mean: tuple[float, ...]
    """Of each node: of the leaves below it, by the changes that ended in them when the tree grew."""
    value: tuple[float, ...]
    """Of each leaf."""


def push_columns(trees: Sequence[RiskTree], values: Sequence[float]) -> tuple[float, dict[int, float]]:
    """Return where all trees start, and by how much each column moves the answer for one row from there.

    Start and pushes together are the sum of the leaves that the row ends in.
    """
    start, pushes = 0.0, dict[int, float]()
    for tree in trees:
        if not tree.column:
            start += tree.value[0]
            continue
        node, here = 0, tree.mean[0]
        start += here
        while node >= 0:
            column = tree.column[node]
            node = _go_on(tree, node, values[column])
            there = tree.mean[node] if node >= 0 else tree.value[-node - 1]
            pushes[column] = pushes.get(column, 0.0) + there - here
            here = there
    return start, pushes


def _go_on(tree: RiskTree, node: int, value: float) -> int:
    left = tree.unknown_left[node] if math.isnan(value) else value <= tree.threshold[node]
    return tree.left[node] if left else tree.right[node]


def read_dumped_trees(dumped: dict[str, Any]) -> tuple[RiskTree, ...]:
    """Return the trees of ``Booster.dump_model()``."""
    return tuple(_flatten(info["tree_structure"]) for info in dumped["tree_info"])


def _flatten(root: dict[str, Any]) -> RiskTree:
    nodes: list[list[Any]] = []
    value: list[float] = []

    def add_node(node: dict[str, Any]) -> tuple[int, float, int]:
        """Return the place, the mean below it, and how many changes it rests on."""
        if "leaf_value" in node:
            value.append(float(f"{node['leaf_value']:.6g}"))
            return -len(value), value[-1], int(node.get("leaf_count", 0))
        here = len(nodes)
        threshold = float(f"{node['threshold']:.12g}")  # keeps a 32-bit float apart from its neighbour
        unknown_left = threshold >= 0 if node["missing_type"] == _NO_MISSING else bool(node["default_left"])
        nodes.append([int(node["split_feature"]), threshold, unknown_left])
        left, left_mean, left_count = add_node(node["left_child"])
        right, right_mean, right_count = add_node(node["right_child"])
        count = left_count + right_count
        mean = (left_mean * left_count + right_mean * right_count) / count if count else (left_mean + right_mean) / 2
        mean = float(f"{mean:.6g}")
        nodes[here] += [left, right, mean]
        return here, mean, count

    add_node(root)
    column, threshold, unknown_left, left, right, mean = zip(*nodes, strict=True) if nodes else ((),) * 6
    return RiskTree(column, threshold, unknown_left, left, right, mean, tuple(value))


def write_plain_trees(trees: Sequence[RiskTree]) -> list[list[list[float]]]:
    """Return the trees as lists for JSON: columns, thresholds, unknown left, left, right, means, values of each."""
    return [[list(getattr(tree, name)) for name in RiskTree.__slots__] for tree in trees]


def read_plain_trees(plain: Any, columns: int) -> tuple[RiskTree, ...]:
    """Return trees from a file, checked so that evaluating them ends and stays within ``columns``.

    Raises:
        StoreCorrupt: they are no trees over so many columns.
    """
    try:
        trees = tuple(
            RiskTree(
                tuple(map(int, column)),
                tuple(map(float, threshold)),
                tuple(map(bool, unknown_left)),
                tuple(map(int, left)),
                tuple(map(int, right)),
                tuple(map(float, mean)),
                tuple(map(float, value)),
            )
            for column, threshold, unknown_left, left, right, mean, value in plain
        )
    except (TypeError, ValueError) as error:
        raise StoreCorrupt(f"the trees of a risk model cannot be read ({error}); train it again") from error
    if not all(_is_sound(tree, columns) for tree in trees):
        raise StoreCorrupt("the trees of a risk model do not fit together; train it again")
    return trees


def _is_sound(tree: RiskTree, columns: int) -> bool:
    nodes, leaves = len(tree.column), len(tree.value)
    same = all(len(getattr(tree, name)) == nodes for name in RiskTree.__slots__ if name != "value")
    return (
        same
        and leaves == nodes + 1
        and all(0 <= column < columns for column in tree.column)
        and all(math.isfinite(one) for one in (*tree.mean, *tree.value))
        and all(
            (here < child < nodes) or (-leaves <= child < 0)
            for side in (tree.left, tree.right)
            for here, child in enumerate(side)
        )
    )
