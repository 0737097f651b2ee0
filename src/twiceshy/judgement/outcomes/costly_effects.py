"""Costly effects: habits that significantly go with worse outcomes."""

from collections.abc import Sequence

from twiceshy.judgement.outcomes import correlate
from twiceshy.records.effects import Effect
from twiceshy.records.observations import Observation

_GOOD = frozenset({"completed", "first-pass", "tests-green", "survived"})
"""Outcomes that are wanted; all others are not."""
_STATE = "past-"
"""Beginning of exposures that are a property of the file, and no habit that anyone could drop."""
_MOST_COSTLY = 20
"""Habits that are returned at most (guess, 2026-11-21)."""


def find_costly(seen: Sequence[Observation]) -> list[Effect]:
    """Return the costly effects, those with the most additional bad outcomes first."""
    found = [one for one in correlate.find_effects(list(seen)) if one.refusal is None and _is_costly(one)]
    return sorted(found, key=_excess_of, reverse=True)[:_MOST_COSTLY]


def _is_costly(effect: Effect) -> bool:
    """Tell whether the habit significantly goes with worse outcomes."""
    if effect.ratio is None or effect.q > correlate.SURE or effect.exposure.startswith(_STATE):
        return False
    return effect.ratio.high < 1 if effect.outcome in _GOOD else effect.ratio.low > 1


def _excess_of(effect: Effect) -> float:
    """Return the bad outcomes of those with the habit beyond what the others' rate would give."""
    difference = effect.difference.estimate if effect.difference else 0.0
    return abs(difference) * effect.exposed.n
