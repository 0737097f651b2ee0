"""What do warnings do, beside a placebo and beside silence? Bad ends by arm, weighted, with sessions as witnesses.

Only the first time that a rule matched in a session counts, by intention to treat. Each case weighs as the inverse of
the chance that it had to get its arm, and each arm's weights are divided by their sum (self-normalised; Hajek 1971). A
placebo is compared with what could have had one: where any was said, other cases are left out. Intervals leave each
session out once and take the two shares together as Zou and Donner 2008 do (Statistics in Medicine 27:1693).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from twiceshy.base.values import Verdict
from twiceshy.judgement.outcomes import effect
from twiceshy.judgement.outcomes.effect import EffectSession
from twiceshy.records.effects import Estimate, SessionEffect, SessionRow
from twiceshy.records.trial_effects import DrawnCase, TrialArm, TrialCase, TrialComparison, TrialOutcome, TrialPlan
from twiceshy.stats import clusters
from twiceshy.stats.intervals import count_needed, t_quantile

# How long does a trial take? Said beforehand, from what rules would have said, and later from its own cases.

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


WARNED, PLACEBO, SILENT = "warned", "placebo", "silent"
COMPARED = ((WARNED, SILENT), (WARNED, PLACEBO), (PLACEBO, SILENT))
_OUTCOMES: dict[str, Callable[[TrialCase], bool | None]] = {
    "failed": lambda one: one.failed,
    "again": lambda one: one.again,
}
_FEWEST_FOR_DESIGN = 30
"""Cases of either arm from which the design effect is measured; with fewer it is taken as 1 (guess, 2026-11-22)."""


def estimate_outcomes(cases: Sequence[TrialCase]) -> tuple[TrialOutcome, ...]:
    """Estimate both outcomes; none where nothing was drawn."""
    return tuple(_estimate_outcome(name, cases, of) for name, of in _OUTCOMES.items()) if cases else ()


def _estimate_outcome(name: str, cases: Sequence[TrialCase], of: Callable[[TrialCase], bool | None]) -> TrialOutcome:
    """Estimate the arms of one outcome, and compare those that were seen."""
    known = [_Seen(one.session, one.arm, 1 / one.chance, bool(of(one))) for one in cases if of(one) is not None]
    arms = [_describe_arm(arm, [one for one in known if one.arm == arm]) for arm in (WARNED, PLACEBO, SILENT)]
    seen = {one.name: one for one in arms if one.n}
    return TrialOutcome(
        name=name,
        arms=tuple(seen.values()),
        comparisons=tuple(
            compare_arms(seen[arm], seen[other], [one for one in known if one.arm in {arm, other}])
            for arm, other in COMPARED
            if arm in seen and other in seen
        ),
        unknown=len(cases) - len(known),
    )


class _Seen(NamedTuple):
    """A case whose outcome is known."""

    session: Hashable
    arm: str
    weight: float
    bad: bool


def _describe_arm(name: str, mine: Sequence[_Seen]) -> TrialArm:
    """Return an arm's counts, its weighted share, and what its weights leave of its cases."""
    weight = math.fsum(one.weight for one in mine)
    return TrialArm(
        name=name,
        bad=sum(one.bad for one in mine),
        n=len(mine),
        sessions=len({one.session for one in mine}),
        share=math.fsum(one.weight for one in mine if one.bad) / weight if weight else math.nan,
        effective=weight**2 / math.fsum(one.weight**2 for one in mine) if weight else 0.0,
    )


def compare_arms(arm: TrialArm, other: TrialArm, known: Sequence[_Seen]) -> TrialComparison:
    """Compare two arms that both have cases."""
    spread = _measure_spread(arm, other, known)
    difference = _bound_difference(arm, other, spread)
    design = _measure_design(arm, other, spread)
    n = arm.n + other.n
    needed = plan_cases((other.bad + 0.5) / (other.n + 1), CUT, arm.n / n, design)
    return TrialComparison(
        arm=arm.name,
        other=other.name,
        difference=difference,
        n=n,
        needed=needed,
        design_effect=design,
        verdict=_judge(difference, n, needed),
    )


class _Spread(NamedTuple):
    """Variances of two arms' shares, and their covariance, between sessions."""

    arm: float
    other: float
    both: float


def _measure_spread(arm: TrialArm, other: TrialArm, known: Iterable[_Seen]) -> _Spread:
    """Measure it by leaving each session out once (jackknife, around the whole's shares)."""
    sums: dict[Hashable, dict[str, list[float]]] = defaultdict(lambda: {arm.name: [0.0, 0.0], other.name: [0.0, 0.0]})
    for one in known:
        cell = sums[one.session][one.arm]
        cell[0] += one.weight * one.bad
        cell[1] += one.weight
    firsts = _leave_out_each(arm, [one[arm.name] for one in sums.values()])
    seconds = _leave_out_each(other, [one[other.name] for one in sums.values()])
    scale = (len(sums) - 1) / len(sums)
    return _Spread(
        scale * math.fsum(x * x for x in firsts),
        scale * math.fsum(y * y for y in seconds),
        scale * math.fsum(x * y for x, y in zip(firsts, seconds, strict=True)),
    )


def _leave_out_each(arm: TrialArm, sums: Sequence[Sequence[float]]) -> list[float]:
    """Return how much the arm's share changes without each session; nothing where it has no other."""
    bad, weight = math.fsum(one[0] for one in sums), math.fsum(one[1] for one in sums)
    least = 1e-9 * weight
    return [(bad - x) / (weight - w) - arm.share if weight - w > least else 0.0 for x, w in sums]


def _bound_difference(arm: TrialArm, other: TrialArm, spread: _Spread) -> Estimate:
    """Return the difference with its interval, from those of both shares and how they go together."""
    d = arm.share - other.share
    if min(arm.sessions, other.sessions) < 2:
        return Estimate(d, -1.0, 1.0)
    low, high = _bound_share(arm, spread.arm)
    other_low, other_high = _bound_share(other, spread.other)
    together = spread.both / math.sqrt(spread.arm * spread.other) if spread.arm and spread.other else 0.0
    return Estimate(
        d,
        max(-1.0, d - _reach(arm.share - low, other_high - other.share, together)),
        min(1.0, d + _reach(high - arm.share, other.share - other_low, together)),
    )


def _bound_share(arm: TrialArm, variance: float) -> tuple[float, float]:
    """Return Wilson's interval of an arm's share, for as many independent sessions as tell as much."""
    return clusters.bound_side(arm.share, variance, t_quantile(0.975, arm.sessions - 1), arm.sessions)


def _reach(x: float, y: float, together: float) -> float:
    """Return how far two errors that go ``together`` reach."""
    return math.sqrt(max(x * x - 2 * max(-1.0, min(1.0, together)) * x * y + y * y, 0.0))


def _measure_design(arm: TrialArm, other: TrialArm, spread: _Spread) -> float:
    """Return how many times the variance is that of as many independent cases: 1 for too few to measure it."""
    alone = math.fsum(one.share * (1 - one.share) / one.effective for one in (arm, other))
    if min(arm.n, other.n) < _FEWEST_FOR_DESIGN or not alone:
        return 1.0
    return max(1.0, (spread.arm + spread.other - 2 * spread.both) / alone)


def _judge(difference: Estimate, n: int, needed: int | None) -> Verdict:
    """Return what may be said: nothing before the planned number, and no effect that the interval does not exclude."""
    if needed is None or n < needed:
        return "too-few"
    if difference.low <= 0 <= difference.high:
        return "no-difference"
    return "fewer" if difference.estimate < 0 else "more"


def select_cases(drawn: Iterable[DrawnCase]) -> list[TrialCase]:
    """Return the first case of each rule in each session, of those that could have had any arm that was seen."""
    first: dict[tuple[Hashable, str], DrawnCase] = {}
    for one in sorted(drawn, key=lambda one: one.at):
        first.setdefault((one.session, one.rule), one)
    has_placebo = any(one.placebo for one in first.values())
    cases = [_case_of(one) for one in first.values() if one.placebo_chance > 0 or not has_placebo]
    return [one for one in cases if one.chance > 0]


def _case_of(one: DrawnCase) -> TrialCase:
    """Return the case with its arm and the arm's chance."""
    chances: Mapping[str, float] = {
        WARNED: 1 - one.held_chance - one.placebo_chance,
        PLACEBO: one.placebo_chance,
        SILENT: one.held_chance,
    }
    arm = WARNED if one.shown else PLACEBO if one.placebo else SILENT
    return TrialCase(one.rule, one.session, arm, chances[arm], one.failed, one.again, one.at)


# What advice did to whole sessions: against the holdout, and against the time before advice began.

_HOLDOUT, _BEFORE = "held-back", "before"


def compare_whole_sessions(sessions: Sequence[SessionRow]) -> Iterator[SessionEffect]:
    """Yield the effect on each outcome of whole sessions, in up to two comparisons.

    Sessions with advice are compared with the holdout, where there are both. Sessions since advice began are
    compared with earlier ones of the same project, where there are any.
    """
    drawn = [(one, one.drawn) for one in sessions if one.drawn is not None]
    if any(treated for _, treated in drawn) and not all(treated for _, treated in drawn):
        yield from _compare_outcomes(_HOLDOUT, drawn)
    began: dict[str, float] = {}
    for one in sessions:
        if one.advised:
            began[one.project] = min(began.get(one.project, one.at), one.at)
    since = [(one, one.at >= began[one.project]) for one in sessions if one.project in began]
    if any(not treated for _, treated in since):
        yield from _compare_outcomes(_BEFORE, since)


def _compare_outcomes(how: str, rows: Iterable[tuple[SessionRow, bool]]) -> Iterator[SessionEffect]:
    """Yield the effects on the four outcomes; a session whose outcome is unknown counts on neither side."""
    known = list(rows)
    yield effect.compare_sessions(
        "first-pass",
        how,
        [EffectSession(one.project, so, one.first_pass, one.tasks) for one, so in known if one.first_pass is not None],
    )
    yield effect.compare_sessions(
        "corrected",
        how,
        [EffectSession(one.project, so, one.corrected, 1) for one, so in known if one.corrected is not None],
    )
    yield effect.compare_sessions(
        "regeneration-cycles", how, [EffectSession(one.project, so, one.cycles, one.tasks) for one, so in known]
    )
    yield effect.compare_sessions(
        "engagement",
        how,
        [EffectSession(one.project, so, one.engagement, 1) for one, so in known if one.engagement is not None],
    )
