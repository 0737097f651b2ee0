"""The recipe of a risk model: what was known at a time, and what is made of it.

Nothing that was found out later enters: a model of a time knows the labels of that time, and takes as good only changes
that were old enough by then to be found out. On the older ones trees grow, on the newer ones it is chosen how many, and
probabilities are fitted.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from twiceshy.records.change_risk import ChangeRow, RiskTable
from twiceshy_git.predict.risk.feature_rows import find_wait, first_found
from twiceshy_git.predict.risk.risk_calibration import ScoreStep, fit_steps
from twiceshy_git.predict.risk.risk_growing import RiskGrower
from twiceshy_git.predict.risk.risk_measures import measure_auc
from twiceshy_git.predict.risk.risk_trees import RiskTree

FEWEST_CHANGES: Final = 200
"""Changes old enough to be found out, below which nothing of one's own is learned (guess, 2026-11-23)."""
FEWEST_BAD: Final = 30
"""Of them bad, below which nothing of one's own is learned (guess, 2026-11-23)."""
_CHOOSING: Final = 0.25
"""Newest share of the changes known, on which is chosen and calibrated (guess, 2026-11-23)."""
_RARE: Final = 20
"""One label in so many may be older than the habit to name bad changes; changes before it only seem good (measured on
Open vSwitch, 2026-11-23: with them the trees lose .02 of AUC)."""
_ROUNDS: Final = (25, 50, 100, 200, 300)
"""Numbers of trees to choose from."""


@dataclass(frozen=True, slots=True)
class KnownChanges:
    """The changes old enough to be found out by a time, with what was known of them then."""

    rows: Sequence[ChangeRow]
    bad: Sequence[bool]
    wait: float
    """Seconds that a change has to be found out."""

    def is_enough(self) -> bool:
        """Tell whether there is enough to learn from."""
        return len(self.rows) >= FEWEST_CHANGES and FEWEST_BAD <= sum(self.bad) <= len(self.bad) - FEWEST_BAD

    def newest(self) -> "KnownChanges":
        """Return those on which is chosen and calibrated."""
        return self._slice(self._cut(), len(self.rows))

    def older(self) -> "KnownChanges":
        """Return those before them."""
        return self._slice(0, self._cut())

    def _cut(self) -> int:
        return round(len(self.rows) * (1 - _CHOOSING))

    def _slice(self, first: int, last: int) -> "KnownChanges":
        return KnownChanges(self.rows[first:last], self.bad[first:last], self.wait)


@dataclass(frozen=True, slots=True)
class FittedRisk:
    """Trees, and how likely changes with such a sum of them are bad."""

    trees: tuple[RiskTree, ...]
    steps: tuple[ScoreStep, ...]


def look_back(table: RiskTable, at: float) -> KnownChanges:
    """Return what was known at a time, of the changes since it became a habit to name bad ones."""
    made = {row.id: row.at for row in table.rows}
    bad, wait = first_found(table.labels, at), find_wait(made, table.labels, at)
    habit = sorted(bad.values())[len(bad) // _RARE] if bad else -math.inf
    rows = [row for row in table.rows if habit <= row.at <= at - wait]
    return KnownChanges(rows, [row.id in bad for row in rows], wait)


def fit_trees(known: KnownChanges, grower: RiskGrower) -> FittedRisk:
    """Return trees grown on all that was known, as many as rank best on the newest; none where none help."""
    older = len(known.rows) - len(known.newest().rows)
    values = [row.values for row in known.rows]
    rounds, scores = _choose_rounds(values, known.bad, older, grower)
    if not rounds:
        return FittedRisk((), ())
    return FittedRisk(grower.grow(values, known.bad, rounds), fit_steps(scores, known.bad[older:]))


def _choose_rounds(
    values: Sequence[Sequence[float]], bad: Sequence[bool], older: int, grower: RiskGrower
) -> tuple[int, list[float]]:
    """Return how many trees rank best on the newer changes, and the scores of these by trees that did not see them."""
    trees = grower.grow(values[:older], bad[:older], _ROUNDS[-1])
    scores = [0.0] * (len(bad) - older)
    best, kept, most, done = 0, scores, 0.5, 0
    for rounds in _ROUNDS:
        more = grower.score(trees[done:rounds], values[older:])
        scores, done = [one + other for one, other in zip(scores, more, strict=True)], rounds
        auc = measure_auc(bad[older:], scores) or 0.0
        if auc > most:
            best, kept, most = rounds, scores, auc
    return best, kept


def fit_size(known: KnownChanges) -> tuple[ScoreStep, ...]:
    """Return how likely changes with so many lines added are bad."""
    newest = known.newest()
    return fit_steps([float(row.added) for row in newest.rows], newest.bad)
