"""What lines added alone say, as a tree."""

import math

import pytest

from twiceshy_git.predict.risk.risk_calibration import fit_steps, read_probability
from twiceshy_git.predict.risk.risk_growing import plant_size_tree
from twiceshy_git.predict.risk.risk_trees import push_columns, read_plain_trees, write_plain_trees


def test_a_size_tree_says_what_the_steps_say() -> None:
    """For each change, within what a leaf takes together; and it is a sound tree."""
    added = [float(at) for at in range(2000)]
    steps = fit_steps(added, [at % 7 < 1 + 3 * (at > 900) + (at > 1500) for at in range(2000)])
    tree = plant_size_tree(1, added, steps)

    for lines in (0.0, 700.0, 1400.0, 1999.0, 9e9):
        start, pushes = push_columns([tree], [math.nan, lines])
        told = 1 / (1 + math.exp(-start - sum(pushes.values())))
        assert told == pytest.approx(read_probability(steps, lines), abs=0.04)
    assert read_plain_trees(write_plain_trees([tree]), 2) == (tree,)


def test_changes_of_one_size_are_one_leaf() -> None:
    """There is nothing to split."""
    tree = plant_size_tree(0, [3.0] * 90, fit_steps([3.0] * 90, [at < 30 for at in range(90)]))

    assert tree.column == ()
    assert list(tree.value) == pytest.approx([math.log(0.5)], abs=0.01)
