"""Trees: gradient-boosted trees, evaluated without the library that grew them.

LightGBM takes 290 ms only to be imported, NumPy 90: more than a whole prediction may cost. A tree splits the few
hundred candidates of one task by list comprehension instead, which needs neither.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from twiceshy.base.errors import StoreCorrupt


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree. A child below zero is the leaf ``-child - 1``; a value up to the threshold goes left."""

    column: tuple[int, ...]
    threshold: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    value: tuple[float, ...]


def score(trees: Sequence[Tree], columns: Sequence[Sequence[float]], rows: int) -> list[float]:
    """Return the sum of all trees for each row of a table given by columns."""
    total = [0.0] * rows
    everything = list(range(rows))
    for tree in trees:
        for value, members in _find_leaves(tree, columns, everything):
            for row in members:
                total[row] += value
    return total


def _find_leaves(
    tree: Tree, columns: Sequence[Sequence[float]], everything: list[int]
) -> Iterator[tuple[float, list[int]]]:
    """Yield the value of each leaf that some of the rows end in, with these rows."""
    open_ = [(0 if tree.column else -1, everything)]
    while open_:
        node, members = open_.pop()
        if node < 0:
            yield tree.value[-node - 1], members
            continue
        column, threshold = columns[tree.column[node]], tree.threshold[node]
        below, above = _split(members, column, threshold)
        if below:
            open_.append((tree.left[node], below))
        if above:
            open_.append((tree.right[node], above))


def _split(members: list[int], column: Sequence[float], threshold: float) -> tuple[list[int], list[int]]:
    """Return the rows up to the threshold, and those above it."""
    below = [row for row in members if column[row] <= threshold]
    if not below or len(below) == len(members):
        return below, [] if below else members
    return below, [row for row in members if column[row] > threshold]


def from_lightgbm(dumped: dict[str, Any]) -> tuple[Tree, ...]:
    """Return the trees of ``Booster.dump_model()``; only numbers that are never missing are supported."""
    return tuple(_flatten(info["tree_structure"]) for info in dumped["tree_info"])


def _flatten(root: dict[str, Any]) -> Tree:
    column: list[int] = []
    threshold: list[float] = []
    children: list[list[int]] = []
    value: list[float] = []

    def add_node(node: dict[str, Any]) -> int:
        if "leaf_value" in node:
            value.append(float(f"{node['leaf_value']:.6g}"))
            return -len(value)
        here = len(column)
        column.append(int(node["split_feature"]))
        threshold.append(float(f"{node['threshold']:.12g}"))  # keeps a 32-bit float apart from its neighbour
        children.append([])
        children[here] = [add_node(node["left_child"]), add_node(node["right_child"])]
        return here

    add_node(root)
    return Tree(
        tuple(column),
        tuple(threshold),
        tuple(pair[0] for pair in children),
        tuple(pair[1] for pair in children),
        tuple(value),
    )


def to_plain(trees: Sequence[Tree]) -> list[list[list[float]]]:
    """Return the trees as lists for JSON: columns, thresholds, left, right, values of each."""
    return [
        [list(tree.column), list(tree.threshold), list(tree.left), list(tree.right), list(tree.value)] for tree in trees
    ]


def from_plain(plain: Any, columns: int) -> tuple[Tree, ...]:
    """Return trees from a file, checked so that evaluating them ends and stays within ``columns``.

    Raises:
        StoreCorrupt: they are no trees over so many columns.
    """
    try:
        trees = tuple(
            Tree(
                tuple(int(each) for each in column),
                tuple(float(each) for each in threshold),
                tuple(int(each) for each in left),
                tuple(int(each) for each in right),
                tuple(float(each) for each in value),
            )
            for column, threshold, left, right, value in plain
        )
        sound = all(_is_sound(tree, columns) for tree in trees)
    except (TypeError, ValueError) as error:
        raise StoreCorrupt(f"the trees of a model cannot be read ({error}); train it again") from error
    if not sound:
        raise StoreCorrupt("the trees of a model do not fit together; train it again")
    return trees


def _is_sound(tree: Tree, columns: int) -> bool:
    nodes, leaves = len(tree.column), len(tree.value)
    return (
        len(tree.threshold) == len(tree.left) == len(tree.right) == nodes
        and leaves == nodes + 1
        and all(0 <= column < columns for column in tree.column)
        and all(
            (here < child < nodes) or (-leaves <= child < 0)
            for side in (tree.left, tree.right)
            for here, child in enumerate(side)
        )
    )


def round_to_float32(values: Sequence[float]) -> list[float]:
    """Return the values as 32-bit floats, which is what the trees were grown on."""
    return array("f", values).tolist()
