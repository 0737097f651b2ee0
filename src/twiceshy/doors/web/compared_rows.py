"""Rows that compare two shares: a ratio with its interval as a bar on a scale from a sixteenth to sixteen times."""

import math
from collections.abc import Sequence
from typing import Any

from twiceshy.records.effects import Effect, Estimate
from twiceshy.records.report import LikeWork, ModelComparison
from twiceshy.screens.number_words import NumberWords

SIGNIFICANT_Q = 0.05
"""False discovery rate (convention, 2026-11-22)."""
_MOST_HABITS = 10  # rows (guess, 2026-11-22)
_FEW_SESSIONS = 5  # as report.like_work has it (guess, 2026-11-22)
_MIDDLE, _DOUBLING = 120.0, 28.0  # places on the scale, in pixels of the drawing (defined by it, 2026-11-22)
_REACH = 4.0  # doublings to each side (guess, 2026-11-22)
_GOOD = frozenset({"first-pass", "completed", "tests-green", "survived"})
"""Outcomes of which more is better."""
_QUESTIONS = {
    "failed": "calls that failed",
    "not-first-pass": "tasks not right at once",
    "corrected": "tasks corrected",
    "rolled-back": "tasks rolled back",
    "tests-red": "tasks left with red tests",
}


def draw_habits(habits: Sequence[Effect], wording: NumberWords) -> dict[str, Any]:
    """Return the rows of habits, significant ones first: of one habit and outcome only the surest."""
    told = [one for one in habits if one.nature == "habit"]
    surest: dict[tuple[str, str, str], Effect] = {}
    for one in sorted(told, key=lambda one: one.q):
        surest.setdefault((one.unit, one.exposure, one.outcome), one)
    shown = list(surest.values())[:_MOST_HABITS]
    significant = sum(one.q <= SIGNIFICANT_Q for one in told)
    rows = [
        {
            "words": one.words,
            "ratio": "",
            "label": write_ratio(one.ratio),
            "bar": draw_bar(one.ratio, judge_habit(one)),
            "verdict": f"yes, q = {one.q:.2g}" if one.q <= SIGNIFICANT_Q else "no",
        }
        for one in shown
    ]
    says = f"{wording.number(len(told))} comparisons, {wording.number(significant)} significant. The surest:"
    return {"says": says, "rows": rows}


def judge_habit(one: Effect) -> str:
    """Return whether a significant habit goes with worse or better work; empty for others."""
    if one.ratio is None or one.q > SIGNIFICANT_Q:
        return ""
    return "worse" if (one.ratio.estimate > 1) is (one.outcome not in _GOOD) else "better"


def describe_models(models: Sequence[ModelComparison], wording: NumberWords) -> dict[str, Any]:
    """Return the rows of models with enough sessions: those with a verdict, and those that show no difference."""
    asked = [(one.question, row) for one in models for row in one.rows]
    kept = [(question, row) for question, row in asked if min(row.sessions, row.other_sessions) >= _FEW_SESSIONS]
    sure = [(question, row) for question, row in kept if judge_model(row)]
    few = len(asked) - len(kept)
    worse = sorted({row.who for _, row in kept if row.worse})
    says = f"Worse than the others on the same work: {', '.join(worse)}." if worse else "No model is shown to be worse."
    left_out = f"{wording.plural(few, 'comparison')} left out: fewer than {_FEW_SESSIONS} sessions on one side."
    return {
        "says": says,
        "sure": [_draw_model(question, row, wording) for question, row in sure],
        "open": [_draw_model(question, row, wording) for question, row in kept if not judge_model(row)],
        "open_words": f"{wording.plural(len(kept) - len(sure), 'comparison')} without a difference",
        "few": left_out if few else "",
    }


def _draw_model(question: str, row: LikeWork, wording: NumberWords) -> dict[str, Any]:
    return {
        "model": row.who,
        "question": _QUESTIONS.get(question, question),
        "share": f"{wording.percent(row.bad.share)} of {wording.number(row.bad.n)}",
        "others": wording.percent(row.others),
        "ratio": write_ratio(row.ratio),
        "label": write_ratio(row.ratio),
        "bar": draw_bar(row.ratio, judge_model(row)),
        "verdict": judge_model(row) or "no difference shown",
    }


def judge_model(row: LikeWork) -> str:
    """Return ``worse`` or ``better``; empty where the comparison shows no difference."""
    if row.worse:
        return "worse"
    return "better" if row.q <= SIGNIFICANT_Q and row.ratio.high < 1 else ""


def write_ratio(found: Estimate | None) -> str:
    """Return the ratio with its interval: ``2.1x (1.3-3.4)``.

    >>> write_ratio(Estimate(2.13, 1.3, 3.42)), write_ratio(Estimate(0.4, 0.1, float("inf")))
    ('2.1x (1.3-3.4)', '0.4x (0.1 or more)')
    """
    if found is None or not math.isfinite(found.estimate):
        return "not known"
    end = f"{found.low:.1f}-{found.high:.1f}" if math.isfinite(found.high) else f"{found.low:.1f} or more"
    return f"{found.estimate:.1f}x ({end})"


def draw_bar(found: Estimate | None, verdict: str) -> dict[str, str] | None:
    """Return where the interval and the ratio stand on the scale, and its tone; None where the ratio is not known."""
    if found is None or not math.isfinite(found.estimate):
        return None
    low, middle, high = (f"{_find_place(ratio):.1f}" for ratio in (found.low, found.estimate, found.high))
    return {"low": low, "middle": middle, "high": high, "tone": verdict or "open"}


def _find_place(ratio: float) -> float:
    """Return the place of a ratio on the scale; what lies beyond stands at its end."""
    doublings = math.log2(ratio) if 0 < ratio < math.inf else -math.inf if ratio <= 0 else math.inf
    return _MIDDLE + _DOUBLING * max(-_REACH, min(_REACH, doublings))
