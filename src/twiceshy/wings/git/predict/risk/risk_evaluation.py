"""How good is the recipe beside all that it should beat, and which columns is it owed to?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from twiceshy.records.change_risk import RiskEvaluation, RiskFigures, RiskTable
from twiceshy.wings.git.predict.risk.risk_growing import RiskGrower
from twiceshy.wings.git.predict.risk.risk_importance import MOST_ASKED, measure_importance
from twiceshy.wings.git.predict.risk.risk_judging import JudgedPeriod, judge_past, measure_effort, sum_up
from twiceshy.wings.git.predict.risk.risk_recipe import KnownChanges
from twiceshy.wings.git.predict.risk.risk_rivals import Tokens, add_rivals

SMALLEST_FIRST: Final = "smallest first"


def evaluate_risk(table: RiskTable, known: KnownChanges, grower: RiskGrower, tokens: Tokens) -> RiskEvaluation:
    """Return the figures of own trees, of each named baseline and of smallest first, and what columns are worth.

    ``tokens``: the words of the known changes; none where they were not read.
    """
    names = [one.name for one in table.columns]
    periods = [add_rivals(one, names, tokens) for one in judge_past(table, known, grower)]
    judged = sum_up(known, periods)
    if not periods:
        return judged
    return replace(
        judged,
        scores=(*judged.scores, _measure_smallest(periods)),
        importance=tuple(measure_importance(periods[-1], table.columns, grower)),
        importance_changes=min(MOST_ASKED, len(periods[-1].rows)),
    )


def _measure_smallest(periods: Sequence[JudgedPeriod]) -> RiskFigures:
    """Return what is found by who reads the changes with the fewest lines first; it says nothing of risk."""
    effort = measure_effort(periods, lambda one: sorted(range(len(one.rows)), key=one.lines.__getitem__))
    return RiskFigures(name=SMALLEST_FIRST, auc=None, effort_recall=effort.recall, popt=effort.popt)
