"""How likely is it that changes with such a score are fixed later?

Isotonic regression by pooling: scores in groups, groups pooled until the share of bad ones rises with the score.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby
from typing import Final, NamedTuple

_FEWEST_IN_GROUP: Final = 40
"""Changes: groups of fewer follow chance (guess, 2026-11-23, as for the ranking of files)."""
_MOST_GROUPS: Final = 25
"""Groups before pooling (guess, 2026-11-23: a step for each four of a hundred changes)."""


class ScoreStep(NamedTuple):
    """Changes whose scores lie together."""

    score: float
    """Their mean."""
    probability: float
    """Share of bad ones, drawn towards the share of all by one change."""
    bad: int = 0
    """Of the changes."""
    changes: int = 0


def fit_steps(scores: Sequence[float], bad: Sequence[bool]) -> tuple[ScoreStep, ...]:
    """Return steps that rise in both; none without changes of both kinds."""
    if not 0 < sum(bad) < len(bad):
        return ()
    base = sum(bad) / len(bad)
    least = max(_FEWEST_IN_GROUP, len(bad) // _MOST_GROUPS)
    blocks: list[tuple[float, int, int]] = []
    """Sum of the scores, bad ones, all."""
    for block in _list_groups(scores, bad, least):
        blocks.append(block)
        while len(blocks) > 1 and blocks[-2][1] * blocks[-1][2] >= blocks[-1][1] * blocks[-2][2]:
            last, before = blocks.pop(), blocks.pop()
            blocks.append((last[0] + before[0], last[1] + before[1], last[2] + before[2]))
    return tuple(ScoreStep(total / count, (hits + base) / (count + 1), hits, count) for total, hits, count in blocks)


def _list_groups(scores: Sequence[float], bad: Sequence[bool], least: int) -> list[tuple[float, int, int]]:
    """Return groups of at least so many changes, by score; equal scores stay together."""
    groups: list[tuple[float, int, int]] = []
    order = sorted(range(len(scores)), key=scores.__getitem__)
    for score, places in groupby(order, key=scores.__getitem__):
        members = list(places)
        block = (score * len(members), sum(bad[at] for at in members), len(members))
        if groups and groups[-1][2] < least:
            last = groups.pop()
            block = (last[0] + block[0], last[1] + block[1], last[2] + block[2])
        groups.append(block)
    if len(groups) > 1 and groups[-1][2] < least:
        last, before = groups.pop(), groups.pop()
        groups.append((last[0] + before[0], last[1] + before[1], last[2] + before[2]))
    return groups


def read_probability(steps: Sequence[ScoreStep], score: float) -> float:
    """Return the probability at a score: straight lines between the steps, level beyond them.

    >>> read_probability([ScoreStep(0.0, 0.1), ScoreStep(1.0, 0.3)], 0.5)
    0.2
    """
    at = bisect_left(steps, score, key=lambda one: one.score)
    if at == 0:
        return steps[0].probability
    if at == len(steps):
        return steps[-1].probability
    low, high = steps[at - 1], steps[at]
    share = (score - low.score) / (high.score - low.score)
    return low.probability + share * (high.probability - low.probability)


def find_like(steps: Sequence[ScoreStep], score: float) -> tuple[int, int]:
    """Return how many of the changes with the nearest scores were bad, and how many there are.

    >>> find_like([ScoreStep(0.0, 0.1, 4, 40), ScoreStep(1.0, 0.3, 12, 40)], 0.7)
    (12, 40)
    """
    nearest = steps[find_nearest(steps, score)]
    return nearest.bad, nearest.changes


def find_nearest(steps: Sequence[ScoreStep], score: float) -> int:
    """Return the place of the step with the nearest score.

    >>> find_nearest([ScoreStep(0.0, 0.1), ScoreStep(1.0, 0.3)], 0.7)
    1
    """
    return min(range(len(steps)), key=lambda place: abs(steps[place].score - score))
