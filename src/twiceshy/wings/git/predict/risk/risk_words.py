"""Which words say why a change is at risk?

Only what the model itself counts against the change is said, with the change's own number. Columns that tell the same
thing, as lines added and files changed both tell size, are weighed together and said once.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Final

from twiceshy.records.change_risk import ChangeRow, RiskColumn, RiskReason
from twiceshy.wings.git.predict.risk.risk_wordings import WORDINGS, ReasonSide, RiskWording, say_count

_MOST_REASONS: Final = 3
"""Reasons of one answer: a person reads no more (protocol of the risk figures, 2026-11-23)."""
_LEAST_PUSH: Final = 0.05
"""Log-odds below which a push is not worth a word: a twentieth of the odds (guess, 2026-11-23)."""
_APART: Final = 1.5
"""Times the usual from which on the difference is told (guess, 2026-11-23)."""
_NOT_FAR: Final = 100.0
"""Times the usual from which on the multiple says nothing more (guess, 2026-11-23)."""
_ONE: Final = {"s": "", "es": "", "ies": "y", "were": "was"}
_MANY: Final = {"s": "s", "es": "es", "ies": "ies", "were": "were"}


def choose_reasons(
    row: ChangeRow, columns: Sequence[RiskColumn], pushes: Mapping[str, float], usual: Callable[[str], float]
) -> tuple[RiskReason, ...]:
    """Return why the model says more than usual of a change, the strongest reason first.

    ``usual`` returns what a column mostly is in this repository, NaN where that is not known.
    """
    values = {column.name: value for column, value in zip(columns, row.values, strict=True)}
    topics: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for name, push in pushes.items():
        if name in WORDINGS:
            topics[WORDINGS[name].topic][name] = push
    found = [one for some in topics.values() if (one := _sum_up(some, values, usual)) is not None]
    return tuple(sorted(found, key=lambda one: (-one.push, one.column))[:_MOST_REASONS])


def _sum_up(
    pushes: Mapping[str, float], values: Mapping[str, float], usual: Callable[[str], float]
) -> RiskReason | None:
    """Return what columns of one topic say together, in the words of the strongest; None where that is no reason."""
    whole = math.fsum(pushes.values())
    if whole < _LEAST_PUSH:
        return None
    for name, push in sorted(pushes.items(), key=lambda one: -one[1]):
        said = WORDINGS[name].reads or name
        if push > 0 and pushes.get(said, 0.0) >= 0 and (words := _say(said, values, usual)):
            return RiskReason(words=words, column=name, push=round(whole, 4))
    return None


def _say(name: str, values: Mapping[str, float], usual: Callable[[str], float]) -> str:
    """Return a column's words; empty where its number is not known, or no reason."""
    wording, value = WORDINGS[name], values.get(name, math.nan)
    if math.isnan(value) or value > wording.most or not wording.where(values):
        return ""
    if wording.side in {ReasonSide.THERE, ReasonSide.MISSING}:
        return _phrase(wording, value) if (value >= wording.least) == (wording.side is ReasonSide.THERE) else ""
    middle = usual(name)
    return _phrase(wording, value) + _compare(value, middle, wording.form) if _is_apart(value, middle, wording) else ""


def _is_apart(value: float, usual: float, wording: RiskWording) -> bool:
    """Tell whether a number is far from the usual, on the side on which it is a reason; without a usual, above 0."""
    if wording.side is ReasonSide.UNDER:
        return value * _APART <= usual and wording.form(value) != wording.form(usual)
    return value >= wording.least and not value < _APART * usual


def _phrase(wording: RiskWording, value: float) -> str:
    number = wording.form(value)
    return wording.words.format(number, **(_ONE if number == "1" else _MANY))


def _compare(value: float, usual: float, form: Callable[[float], str] = say_count) -> str:
    """Return by how much a number is over or under the usual.

    >>> _compare(420, 100), _compare(3, 48), _compare(90_000, 12), _compare(7, 0)
    (', 4.2x the usual', ' (usual: 48)', ' (usual: 12)', ' (usual: 0)')
    """
    if math.isnan(usual):
        return ""
    if _APART * usual <= value < _NOT_FAR * usual:
        return f", {value / usual:.2g}x the usual"
    return f" (usual: {form(usual)})"


def measure_usual(rows: Sequence[ChangeRow], place: int) -> float:
    """Return the middle of a column's known values; NaN where none is known."""
    known = [value for row in rows if not math.isnan(value := row.values[place])]
    return median(known) if known else math.nan
