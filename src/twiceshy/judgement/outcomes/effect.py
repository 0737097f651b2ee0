"""Does advice help? Bad ends where a warning was shown are compared with those where it was held out.

Only the first time that a rule matched in a session counts, by intention to treat: what happens to it later in the same
session depends on whether the first warning was read, and would no longer be a fair comparison. Held-out cases are
compared within their rule, so that a rule which is often right is not compared with one that seldom is.

Categories get intervals that are clustered by session (``facts.clusters``). A single rule has few held-out cases, so
it is judged by a posterior: both arms' log odds with a prior on their difference from the other rules of its category.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from twiceshy.records.effects import AdviceCase, ArmCounts, CategoryEffect, Estimate, RuleEffect, SessionEffect
from twiceshy.stats import clusters
from twiceshy.stats.clusters import Cluster
from twiceshy.stats.intervals import t_quantile
from twiceshy.stats.strata import TwoByTwoTable

WORTH = 0.05
"""Share of bad ends that a warning has to take away to be worth its lines. Guess of 2026-11-21."""
DOUBT = 0.4
"""A rule is retired when it is worth its lines with less than this probability; tuned in simulation (2026-11-21), see
``docs/benchmarks-advice.md``: lower keeps useless rules for months, higher loses useful ones."""
_LEAST_HELD = 12
"""Cases of the holdout below which a rule is not retired for its effect (guess, 2026-11-21)."""
_LEAST_SHOWN = 20
"""Cases in all below which a rule is not retired at all (guess, 2026-11-21)."""
_PRIOR_SD = 1.0
"""Standard deviation of a category's log odds ratio before anything is known: mostly between a third and three times
(guess, 2026-11-21)."""
_RULES_SD = 0.7
"""Standard deviation of rules' log odds ratios around their category's (guess, 2026-11-21)."""
_BASE_STEPS, _SHIFT_STEPS = 48, 61
_WIDEST = 4.0
"""Standard deviations of the prior that the grid covers."""


def select_first_times(given: Iterable[AdviceCase]) -> list[AdviceCase]:
    """Return the first case of each rule in each session."""
    found: dict[tuple[object, str], AdviceCase] = {}
    for one in sorted(given, key=lambda one: one.at):
        found.setdefault((one.session, one.rule), one)
    return list(found.values())


def estimate_categories(given: Iterable[AdviceCase]) -> list[CategoryEffect]:
    """Estimate the effect of each category, lowest p first; last ``all`` together, where there are several."""
    by_category: dict[str, list[AdviceCase]] = defaultdict(list)
    for one in select_first_times(given):
        by_category[one.category].append(one)
    found = [_estimate_category(name, some) for name, some in by_category.items()]
    found.sort(key=lambda one: (one.p, one.category))
    if len(found) > 1:
        found.append(_estimate_category("all", [one for some in by_category.values() for one in some]))
    return found


def _estimate_category(name: str, first: Sequence[AdviceCase]) -> CategoryEffect:
    """Estimate a category's effect: the pooled comparison of first cases."""
    known = [one for one in first if one.bad is not None]
    found = clusters.compare_clusters(group_by_session(known))
    return CategoryEffect(
        category=name,
        rules=len({one.rule for one in first}),
        sessions=found.sessions,
        arms=count_arms(known),
        difference=Estimate(*found.difference),
        ratio=Estimate(*found.ratio),
        p=found.p,
        unknown=len(first) - len(known),
    )


def group_by_session(known: Iterable[AdviceCase]) -> list[Cluster]:
    """Group the cases by session and rule: hits are bad ends, the exposed side is shown."""
    counts: dict[object, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0, 0]))
    for one in known:
        cell = counts[one.session][one.rule]
        column = 0 if one.shown else 2
        cell[column] += bool(one.bad)
        cell[column + 1] += 1
    return [{rule: TwoByTwoTable(*cell) for rule, cell in rules.items()} for rules in counts.values()]


def count_arms(known: Iterable[AdviceCase]) -> ArmCounts:
    """Count the cases and bad ends of both arms."""
    counts = [0, 0, 0, 0]
    for one in known:
        column = 0 if one.shown else 2
        counts[column] += bool(one.bad)
        counts[column + 1] += 1
    return ArmCounts(bad=counts[0], shown=counts[1], held_bad=counts[2], held=counts[3])


def estimate_rules(given: Iterable[AdviceCase], worth: float = WORTH, doubt: float = DOUBT) -> list[RuleEffect]:
    """Estimate the effect of each rule; those to be retired first, then the most useful."""
    first = [one for one in select_first_times(given) if one.bad is not None]
    tables: dict[str, dict[str, ArmCounts]] = defaultdict(dict)
    by_rule: dict[tuple[str, str], list[AdviceCase]] = defaultdict(list)
    for one in first:
        by_rule[one.category, one.rule].append(one)
    for (category, rule), some in by_rule.items():
        tables[category][rule] = count_arms(some)
    found = [
        estimate_rule(
            rule, category, own, build_prior([one for other, one in mine.items() if other != rule]), (worth, doubt)
        )
        for category, mine in tables.items()
        for rule, own in mine.items()
    ]
    return sorted(found, key=lambda one: (not one.retired, -one.benefit.estimate, one.rule))


class NormalBelief(NamedTuple):
    """A normal distribution of a log odds ratio."""

    mean: float
    sd: float


def build_prior(others: Sequence[ArmCounts]) -> NormalBelief:
    """Build a rule's prior from its category's other rules: their log odds ratio, shrunk to 0, and its spread.

    Pooled by Mantel and Haenszel with the variance of Robins, Breslow and Greenland 1986 (Biometrics 42:311).
    """
    shrunk = 1 / _PRIOR_SD**2
    mean, precision = 0.0, shrunk
    if (pooled := pool_log_odds_ratio(others)) is not None:
        precision = shrunk + 1 / pooled.sd**2
        mean = pooled.mean / pooled.sd**2 / precision
    return NormalBelief(mean, math.sqrt(1 / precision + _RULES_SD**2))


def pool_log_odds_ratio(tables: Sequence[ArmCounts]) -> NormalBelief | None:
    """Return the pooled log odds ratio of a bad end, shown against held out; None where it is not finite.

    >>> ugdp = [ArmCounts(bad=8, shown=106, held_bad=5, held=120), ArmCounts(bad=22, shown=98, held_bad=16, held=85)]
    >>> round(math.exp(pool_log_odds_ratio(ugdp).mean), 2)
    1.4
    """
    r = s = pr = mixed = qs = 0.0
    for one in tables:
        if not one.shown or not one.held:
            continue
        n = one.shown + one.held
        a, b, c, d = one.bad, one.shown - one.bad, one.held_bad, one.held - one.held_bad
        p, q = (a + d) / n, (b + c) / n
        r, s = r + a * d / n, s + b * c / n
        pr, qs = pr + p * a * d / n, qs + q * b * c / n
        mixed += p * b * c / n + q * a * d / n
    if not r or not s:
        return None
    variance = pr / (2 * r * r) + mixed / (2 * r * s) + qs / (2 * s * s)
    return NormalBelief(math.log(r / s), math.sqrt(variance))


def estimate_rule(
    rule: str, category: str, own: ArmCounts, expected: NormalBelief, limits: tuple[float, float]
) -> RuleEffect:
    """Estimate the effect of a rule with these cases."""
    worth, doubt = limits
    weights = _compute_posterior(own, expected)
    benefit, probability = _summarize_posterior(weights, worth)
    enough = own.shown + own.held >= _LEAST_SHOWN and own.held >= _LEAST_HELD
    retired = enough and probability < doubt
    why = ""
    if retired:
        why = (
            f"bad ends: {own.bad} of {own.shown} where shown, {own.held_bad} of {own.held} in the holdout; "
            f"takes away more than {worth:.0%} with probability {probability:.2f}"
        )
    return RuleEffect(
        rule=rule, category=category, arms=own, benefit=benefit, worth=probability, retired=retired, why=why
    )


class _GridPoint(NamedTuple):
    """A point of the grid."""

    weight: float
    benefit: float


def _compute_posterior(own: ArmCounts, expected: NormalBelief) -> list[_GridPoint]:
    """Return the benefit's grid posterior: flat prior on the holdout share, ``expected`` on the log odds ratio.

    Each case of a rule is of a session of its own (``select_first_times``), so they are independent.
    """
    points: list[tuple[float, float]] = []
    steps = [expected.mean + expected.sd * _WIDEST * (2 * k / (_SHIFT_STEPS - 1) - 1) for k in range(_SHIFT_STEPS)]
    shifts = [(step, -((step - expected.mean) ** 2) / (2 * expected.sd**2)) for step in steps]
    for k in range(_BASE_STEPS):
        held = (k + 0.5) / _BASE_STEPS
        logit = math.log(held / (1 - held))
        base = own.held_bad * math.log(held) + (own.held - own.held_bad) * math.log1p(-held)
        for shift, log_prior in shifts:
            shown = 1 / (1 + math.exp(-(logit + shift)))
            shown = min(max(shown, 1e-12), 1 - 1e-12)
            log_p = base + log_prior + own.bad * math.log(shown) + (own.shown - own.bad) * math.log1p(-shown)
            points.append((log_p, held - shown))
    most = max(log_p for log_p, _ in points)
    total = math.fsum(math.exp(log_p - most) for log_p, _ in points)
    return [_GridPoint(math.exp(log_p - most) / total, benefit) for log_p, benefit in points]


def _summarize_posterior(points: Iterable[_GridPoint], worth: float) -> tuple[Estimate, float]:
    """Return the benefit's mean with its 95 % interval, and the probability that it is above ``worth``."""
    ordered = sorted(points, key=lambda one: one.benefit)
    mean = math.fsum(one.weight * one.benefit for one in ordered)
    low = high = ordered[-1].benefit
    below = 0.0
    found_low = False
    for one in ordered:
        below += one.weight
        if not found_low and below >= 0.025:
            low, found_low = one.benefit, True
        if below >= 0.975:
            high = one.benefit
            break
    above = math.fsum(one.weight for one in ordered if one.benefit > worth)
    return Estimate(mean, low, high), above


class EffectSession(NamedTuple):
    """One session's outcome: for shares hits and cases, for a mean its value and 1."""

    project: str
    treated: bool
    total: float
    cases: int


def compare_sessions(outcome: str, compared: str, judged: Sequence[EffectSession]) -> SessionEffect:
    """Estimate the difference of means within projects, with each session as one observation.

    Mantel and Haenszel's weights over projects; the interval by leaving each session out once (jackknife) and Student's
    t, as ``facts.clusters`` does for shares.
    """
    sides: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for one in judged:
        _add_session(sides[one.project], one, 1)
    full = _pool_difference(sides)
    low, high = _bound_difference(
        [one for one in judged if one.cases and _has_both_sides(sides[one.project])], sides, full
    )
    return SessionEffect(
        outcome=outcome,
        compared=compared,
        sessions=sum(one.treated and one.cases > 0 for one in judged),
        others=sum(not one.treated and one.cases > 0 for one in judged),
        value=_mean_of(one for one in judged if one.treated),
        other=_mean_of(one for one in judged if not one.treated),
        difference=Estimate(full, low, high),
    )


def _bound_difference(
    judged: Sequence[EffectSession], sides: Mapping[str, list[float]], full: float
) -> tuple[float, float]:
    """Return the 95 % interval, by leaving each session out once; infinite for too few sessions."""
    without = []
    for one in judged:
        _add_session(sides[one.project], one, -1)
        without.append(_pool_difference(sides))
        _add_session(sides[one.project], one, 1)
    if len(without) <= 2 or any(map(math.isnan, (full, *without))):
        return -math.inf, math.inf
    half = t_quantile(0.975, len(without) - 1) * math.sqrt(clusters.jackknife_variance(without, full))
    return full - half, full + half


def _add_session(side: list[float], one: EffectSession, sign: int) -> None:
    """Add the session to its arm's total and cases; a ``sign`` of -1 takes it out again."""
    column = 0 if one.treated else 2
    side[column] += sign * one.total
    side[column + 1] += sign * one.cases


def _has_both_sides(side: Sequence[float]) -> bool:
    """Tell whether a project has sessions of both arms."""
    return side[1] > 0 and side[3] > 0


def _pool_difference(sides: Mapping[str, Sequence[float]]) -> float:
    """Return the pooled difference of means; nan where no project has both arms."""
    over = weight = 0.0
    for total, n, other, m in sides.values():
        if n > 0 and m > 0:
            share = n * m / (n + m)
            over += share * (total / n - other / m)
            weight += share
    return over / weight if weight else math.nan


def _mean_of(judged: Iterable[EffectSession]) -> float:
    """Return total over cases; nan for no case."""
    some = list(judged)
    cases = sum(one.cases for one in some)
    return math.fsum(one.total for one in some) / cases if cases else math.nan
