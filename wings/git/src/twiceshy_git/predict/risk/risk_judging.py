"""How good is the recipe, on changes that it had not seen?

Models of earlier times, each by what was known then, score the changes behind them up to the next time.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from twiceshy.records.change_risk import ChangeRow, RiskEvaluation, RiskFigures, RiskTable
from twiceshy.stats.intervals import Interval
from twiceshy_git.predict.calibration import brier_skill, calibration_error
from twiceshy_git.predict.risk.risk_answers import rate_by_line
from twiceshy_git.predict.risk.risk_calibration import read_probability
from twiceshy_git.predict.risk.risk_growing import RiskGrower
from twiceshy_git.predict.risk.risk_measures import (
    RiskJudged,
    measure_effort_recall,
    measure_period_aucs,
    measure_popt,
    measure_risk_lead,
)
from twiceshy_git.predict.risk.risk_model import RiskModel
from twiceshy_git.predict.risk.risk_recipe import KnownChanges, fit_size, fit_trees, look_back
from twiceshy_git.predict.risk.risk_trees import RiskTree, push_columns

OURS: Final = "own trees"
GENERAL_TREES: Final = "general trees"
LINES_ADDED: Final = "lines added"
_CUTS: Final = (0.55, 0.7, 0.85)
"""Shares of the changes old enough, behind which a model of then is judged; each up to the next (guess, 2026-11-23)."""
_MOST_JUDGED: Final = 3000
"""Newest changes by which trees from elsewhere are judged: two seconds (guess, 2026-11-23)."""
MONTH: Final = 30.4375 * 86_400
"""Seconds of a mean month, by definition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPeriod:
    """What models of one time say of the changes behind it."""

    then: KnownChanges
    """What the models learned from; of trees from elsewhere, nothing."""
    rows: Sequence[ChangeRow]
    bad: Sequence[bool]
    scores: Mapping[str, Sequence[float]]
    stated: Mapping[str, Sequence[float]]
    """Probabilities, of those that state some."""
    trees: Sequence[RiskTree] = ()

    @property
    def lines(self) -> list[int]:
        """What each change costs to read."""
        return [row.added + row.removed for row in self.rows]

    def order_by_line(self, name: str) -> list[int]:
        """Return the places of the changes as ``risk --order`` lists them by these probabilities."""
        rates = [rate_by_line(one, lines) for one, lines in zip(self.stated[name], self.lines, strict=True)]
        return sorted(range(len(rates)), key=lambda place: -rates[place])


def judge_risk(table: RiskTable, known: KnownChanges, grower: RiskGrower) -> RiskEvaluation:
    """Return the figures of own trees, then of lines added."""
    return sum_up(known, list(judge_past(table, known, grower)))


def judge_general(known: KnownChanges, general: RiskModel) -> RiskEvaluation:
    """Return the figures of trees that come from elsewhere on a repository's newest changes, then of lines added."""
    tested = KnownChanges(known.rows[-_MOST_JUDGED:], known.bad[-_MOST_JUDGED:], known.wait)
    scores = score_changes(general, tested.rows)
    period = JudgedPeriod(
        then=KnownChanges((), (), known.wait),
        rows=tested.rows,
        bad=tested.bad,
        scores={GENERAL_TREES: scores, LINES_ADDED: [float(row.added) for row in tested.rows]},
        stated={GENERAL_TREES: [read_probability(general.steps, one) for one in scores]} if general.steps else {},
    )
    return sum_up(known, [period])


def score_changes(model: RiskModel, rows: Sequence[ChangeRow]) -> list[float]:
    """Return the sum of a model's trees for each change."""
    found = (push_columns(model.trees, row.values) for row in rows)
    return [start + math.fsum(pushes.values()) for start, pushes in found]


def find_lead(judged: RiskEvaluation, name: str) -> Interval | None:
    """Return how far a score is ahead of lines added, by AUC; None where that could not be measured."""
    lead = next((one.lead for one in judged.scores if one.name == name), None)
    return None if lead is None else Interval(*lead)


def judge_past(table: RiskTable, known: KnownChanges, grower: RiskGrower) -> Iterator[JudgedPeriod]:
    """Yield what models of earlier times say of the changes behind them."""
    ends = [*(round(len(known.rows) * share) for share in _CUTS), len(known.rows)]
    for first, last in pairwise(ends):
        then = look_back(table, known.rows[first].at)
        if then.is_enough():
            yield _judge_period(then, KnownChanges(known.rows[first:last], known.bad[first:last], known.wait), grower)


def _judge_period(then: KnownChanges, tested: KnownChanges, grower: RiskGrower) -> JudgedPeriod:
    fitted, size = fit_trees(then, grower), fit_size(then)
    ours = grower.score(fitted.trees, [row.values for row in tested.rows])
    added = [float(row.added) for row in tested.rows]
    stated = {LINES_ADDED: [read_probability(size, one) for one in added]} if size else {}
    if fitted.steps:
        stated[OURS] = [read_probability(fitted.steps, one) for one in ours]
    return JudgedPeriod(
        then=then,
        rows=tested.rows,
        bad=tested.bad,
        scores={OURS: ours, LINES_ADDED: added},
        stated=stated,
        trees=fitted.trees,
    )


def sum_up(known: KnownChanges, periods: Sequence[JudgedPeriod]) -> RiskEvaluation:
    """Return the figures of all scores that each of these periods has."""
    names = [name for name in periods[0].scores if all(name in one.scores for one in periods)] if periods else ()
    return RiskEvaluation(
        repository="",
        changes=sum(len(one.rows) for one in periods),
        bad=sum(sum(one.bad) for one in periods),
        periods=len(periods),
        found_within_days=round(known.wait / 86_400, 1),
        scores=tuple(_measure(name, periods) for name in names),
    )


def _measure(name: str, periods: Sequence[JudgedPeriod]) -> RiskFigures:
    judged = [
        RiskJudged(number, int(row.at // MONTH), score, float(row.added), bad)
        for number, one in enumerate(periods)
        for row, score, bad in zip(one.rows, one.scores[name], one.bad, strict=True)
    ]
    auc, _ = measure_period_aucs(judged)
    lead = measure_risk_lead(judged) if name != LINES_ADDED else None
    whole = all(name in one.stated for one in periods)
    stated = [each for one in periods for each in one.stated.get(name, ())]
    bad = [one.bad for one in judged]
    effort = measure_effort(periods, lambda one: one.order_by_line(name)) if whole else NO_EFFORT
    return RiskFigures(
        name=name,
        auc=auc,
        ece=round(calibration_error(stated, bad), 4) if whole else None,
        brier_skill=round(brier_skill(stated, bad), 4) if whole else None,
        lead=None if lead is None else (round(lead.gain, 4), round(lead.low, 4), round(lead.high, 4)),
        least=None if lead is None else round(lead.least, 4),
        effort_recall=effort.recall,
        popt=effort.popt,
    )


class Effort(NamedTuple):
    """What readers find who have time for a part only."""

    recall: float | None
    popt: float | None


NO_EFFORT: Final = Effort(None, None)


def measure_effort(periods: Sequence[JudgedPeriod], order: Callable[[JudgedPeriod], Sequence[int]]) -> Effort:
    """Return what an order of reading finds, each period by itself, by their bad changes."""
    bad, found, popt, weight = 0, 0.0, 0.0, 0
    for one in periods:
        places, lines, hits = order(one), one.lines, sum(one.bad)
        found += hits * (measure_effort_recall(one.bad, places, lines) or 0.0)
        area = measure_popt(one.bad, places, lines)
        if area is not None:
            popt, weight = popt + hits * area, weight + hits
        bad += hits
    return Effort(round(found / bad, 4) if bad else None, round(popt / weight, 4) if weight else None)
