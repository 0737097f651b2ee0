"""How long does a trial take? Said beforehand, from what rules would have said, and later from its own cases."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from twiceshy.records.trial_effects import TrialCase, TrialPlan
from twiceshy.stats.power import count_needed

CUT = 0.3
"""Share of failures that the expected effect takes away (asked for, 2026-11-22)."""
TEAM = 10
"""Users of a team (asked for, 2026-11-22)."""
_FEWEST_CASES, _SHORTEST_WEEKS = 30, 2.0
"""Cases, and weeks, of a trial from which its own rates are planned with (guesses, 2026-11-22)."""
_MONTH_WEEKS = 30 / 7
"""Weeks of a replay's last month, same as in ``advice.replay``."""
_WEEK_S = 604_800.0
"""A week in seconds, by definition."""


class TrialRates(NamedTuple):
    """What a plan is made of."""

    source: str
    weekly: float
    base: float


def rate_month(warnings: int, right: int) -> TrialRates | None:
    """Return the rates of what would have been said in a month; None for nothing."""
    return TrialRates("replay", warnings / _MONTH_WEEKS, (right + 0.5) / (warnings + 1)) if warnings else None


def plan_cases(base: float, cut: float, share: float, design: float = 1.0) -> int | None:
    """Return the cases of both arms that show the effect; None where there is none to show."""
    if not 0 < base < 1 or not 0 < share < 1:
        return None
    return math.ceil(count_needed(base * (1 - cut), base, share) * design)


def plan_trial(rates: TrialRates | None, shares: Mapping[str, float], warned: str) -> list[TrialPlan]:
    """Return a plan for each arm that warnings are compared with; none where nothing is known to plan with."""
    if rates is None or rates.weekly <= 0:
        return []
    found = []
    for other, share in shares.items():
        if other == warned or share <= 0 or shares[warned] <= 0:
            continue
        both = shares[warned] + share
        cases = plan_cases(rates.base, CUT, shares[warned] / both)
        if cases is None:
            continue
        needed = math.ceil(cases / both)
        weeks = needed / rates.weekly
        found.append(
            TrialPlan(
                source=rates.source,
                weekly=rates.weekly,
                base=rates.base,
                cut=CUT,
                other=other,
                other_share=share,
                needed=needed,
                weeks=weeks,
                team_weeks=weeks / TEAM,
            )
        )
    return found


def rate_cases(cases: Sequence[TrialCase], warned: str) -> TrialRates | None:
    """Return a trial's own rates: cases a week, and how often calls failed that were not warned of; None so far."""
    told = [one for one in cases if one.arm != warned and one.failed is not None]
    if len(cases) < _FEWEST_CASES or not told:
        return None
    weeks = (max(one.at for one in cases) - min(one.at for one in cases)) / _WEEK_S
    if weeks < _SHORTEST_WEEKS:
        return None
    known = sum(one.failed is not None for one in cases)
    return TrialRates("trial", known / weeks, (sum(bool(one.failed) for one in told) + 0.5) / (len(told) + 1))
