"""Does advice help? Bad ends where a warning was shown against those where a lot held it back.

Only the first time that a rule fitted in a session counts, by intention to treat: what happens to it later in the same
session depends on whether the first warning was read, and would no longer be a fair comparison. Held-back ones are
compared within their rule, so that a rule which is often right does not stand against one that seldom is.

Categories get intervals that take sessions as witnesses (``facts.clusters``). A single rule has few held-back cases, so
it is judged by a posterior: both arms' log odds with a prior on their difference from the other rules of its category.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from twiceshy.facts import clusters
from twiceshy.facts.clusters import Cluster
from twiceshy.facts.strata import Table
from twiceshy.facts.student import t_quantile
from twiceshy.records.advice_effects import Arms, CategoryEffect, Given, RuleEffect, SessionEffect
from twiceshy.records.effects import Span

WORTH = 0.05
"""Share of bad ends that a warning has to take away to be worth its lines. Guess of 2026-11-21."""
DOUBT = 0.4
"""A rule is retired when it is worth its lines with less than this probability; chosen in simulation, see
``docs/benchmarks-advice.md``: lower keeps useless rules for months, higher loses useful ones."""
LEAST_HELD = 12
"""Held-back cases below which a rule is not retired for its effect (guess)."""
LEAST_SHOWN = 20
"""Cases in all below which a rule is not retired at all (guess)."""
PRIOR_SD = 1.0
"""Of a category's log odds ratio before anything is known: mostly between a third and three times (guess)."""
RULES_SD = 0.7
"""Of rules' log odds ratios around their category's (guess)."""
BASE_STEPS, SHIFT_STEPS = 48, 61
WIDEST = 4.0
"""Standard deviations of the prior that the grid covers."""


def first_times(given: Iterable[Given]) -> list[Given]:
    """The first time of each rule in each session."""
    found: dict[tuple[object, str], Given] = {}
    for one in sorted(given, key=lambda one: one.at):
        found.setdefault((one.session, one.rule), one)
    return list(found.values())


def categories(given: Iterable[Given]) -> list[CategoryEffect]:
    """What each category does, the surest first; all of them together as ``all`` where there is more than one."""
    by_category: dict[str, list[Given]] = defaultdict(list)
    for one in first_times(given):
        by_category[one.category].append(one)
    found = [of_category(name, some) for name, some in by_category.items()]
    found.sort(key=lambda one: (one.p, one.category))
    if len(found) > 1:
        found.append(of_category("all", [one for some in by_category.values() for one in some]))
    return found


def of_category(name: str, first: Sequence[Given]) -> CategoryEffect:
    """The pooled comparison of first times."""
    known = [one for one in first if one.bad is not None]
    found = clusters.robust(by_session(known))
    return CategoryEffect(
        category=name,
        rules=len({one.rule for one in first}),
        sessions=found.sessions,
        arms=arms(known),
        difference=Span(*found.difference),
        ratio=Span(*found.ratio),
        p=found.p,
        unknown=len(first) - len(known),
    )


def by_session(known: Iterable[Given]) -> list[Cluster]:
    """A session's cases by rule: hits are bad ends, the exposed side is shown."""
    counts: dict[object, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0, 0]))
    for one in known:
        cell = counts[one.session][one.rule]
        column = 0 if one.shown else 2
        cell[column] += bool(one.bad)
        cell[column + 1] += 1
    return [{rule: Table(*cell) for rule, cell in rules.items()} for rules in counts.values()]


def arms(known: Iterable[Given]) -> Arms:
    """Counts of both sides."""
    counts = [0, 0, 0, 0]
    for one in known:
        column = 0 if one.shown else 2
        counts[column] += bool(one.bad)
        counts[column + 1] += 1
    return Arms(bad=counts[0], shown=counts[1], held_bad=counts[2], held=counts[3])


def rules(given: Iterable[Given], worth: float = WORTH, doubt: float = DOUBT) -> list[RuleEffect]:
    """What is believed of each rule; those that are to be retired first, then the most useful."""
    first = [one for one in first_times(given) if one.bad is not None]
    tables: dict[str, dict[str, Arms]] = defaultdict(dict)
    by_rule: dict[tuple[str, str], list[Given]] = defaultdict(list)
    for one in first:
        by_rule[one.category, one.rule].append(one)
    for (category, rule), some in by_rule.items():
        tables[category][rule] = arms(some)
    found = [
        of_rule(rule, category, own, prior([one for other, one in mine.items() if other != rule]), (worth, doubt))
        for category, mine in tables.items()
        for rule, own in mine.items()
    ]
    return sorted(found, key=lambda one: (not one.retired, -one.benefit.estimate, one.rule))


class Normal(NamedTuple):
    """A normal belief about a log odds ratio."""

    mean: float
    sd: float


def prior(others: Sequence[Arms]) -> Normal:
    """What a category's other rules let expect of one: their pooled log odds ratio, drawn to 0, and spread around it.

    Pooled by Mantel and Haenszel with the variance of Robins, Breslow and Greenland 1986 (Biometrics 42:311).
    """
    shrunk = 1 / PRIOR_SD**2
    mean, precision = 0.0, shrunk
    if (pooled := log_odds_ratio(others)) is not None:
        precision = shrunk + 1 / pooled.sd**2
        mean = pooled.mean / pooled.sd**2 / precision
    return Normal(mean, math.sqrt(1 / precision + RULES_SD**2))


def log_odds_ratio(tables: Sequence[Arms]) -> Normal | None:
    """The pooled log odds ratio of a bad end, shown against held back; None where it is not finite.

    >>> ugdp = [Arms(bad=8, shown=106, held_bad=5, held=120), Arms(bad=22, shown=98, held_bad=16, held=85)]
    >>> round(math.exp(log_odds_ratio(ugdp).mean), 2)
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
    return Normal(math.log(r / s), math.sqrt(variance))


def of_rule(rule: str, category: str, own: Arms, expected: Normal, limits: tuple[float, float]) -> RuleEffect:
    """What is believed of a rule with these cases."""
    worth, doubt = limits
    weights = posterior(own, expected)
    benefit, probability = summed(weights, worth)
    enough = own.shown + own.held >= LEAST_SHOWN and own.held >= LEAST_HELD
    retired = enough and probability < doubt
    why = ""
    if retired:
        why = (
            f"bad ends: {own.bad} of {own.shown} where shown, {own.held_bad} of {own.held} where held back; "
            f"takes away more than {worth:.0%} with probability {probability:.2f}"
        )
    return RuleEffect(
        rule=rule, category=category, arms=own, benefit=benefit, worth=probability, retired=retired, why=why
    )


class Point(NamedTuple):
    """A place of the grid."""

    weight: float
    benefit: float


def posterior(own: Arms, expected: Normal) -> list[Point]:
    """The benefit's posterior on a grid: a flat prior on the held-back share, ``expected`` on the log odds ratio.

    Each case of a rule is of a session of its own (``first_times``), so they are independent.
    """
    points: list[tuple[float, float]] = []
    steps = [expected.mean + expected.sd * WIDEST * (2 * k / (SHIFT_STEPS - 1) - 1) for k in range(SHIFT_STEPS)]
    shifts = [(step, -((step - expected.mean) ** 2) / (2 * expected.sd**2)) for step in steps]
    for k in range(BASE_STEPS):
        held = (k + 0.5) / BASE_STEPS
        logit = math.log(held / (1 - held))
        base = own.held_bad * math.log(held) + (own.held - own.held_bad) * math.log1p(-held)
        for shift, log_prior in shifts:
            shown = 1 / (1 + math.exp(-(logit + shift)))
            shown = min(max(shown, 1e-12), 1 - 1e-12)
            log_p = base + log_prior + own.bad * math.log(shown) + (own.shown - own.bad) * math.log1p(-shown)
            points.append((log_p, held - shown))
    most = max(log_p for log_p, _ in points)
    total = math.fsum(math.exp(log_p - most) for log_p, _ in points)
    return [Point(math.exp(log_p - most) / total, benefit) for log_p, benefit in points]


def summed(points: Iterable[Point], worth: float) -> tuple[Span, float]:
    """The benefit's mean with its 95 % interval, and the probability that it is above ``worth``."""
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
    return Span(mean, low, high), above


class Judged(NamedTuple):
    """One session's outcome: of shares hits and cases, of a mean its value and 1."""

    project: str
    treated: bool
    total: float
    cases: int


def of_sessions(outcome: str, compared: str, judged: Sequence[Judged]) -> SessionEffect:
    """The difference of means within projects, with sessions as witnesses.

    Mantel and Haenszel's weights over projects; the interval by leaving each session out once (jackknife) and Student's
    t, as ``facts.clusters`` does for shares.
    """
    sides: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for one in judged:
        add(sides[one.project], one, 1)
    full = weighted(sides)
    told = [one for one in judged if one.cases and both(sides[one.project])]
    low, high = -math.inf, math.inf
    if len(told) > 2 and not math.isnan(full):
        without = []
        for one in told:
            add(sides[one.project], one, -1)
            without.append(weighted(sides))
            add(sides[one.project], one, 1)
        kept = [value for value in without if not math.isnan(value)]
        if len(kept) == len(without):
            half = t_quantile(0.975, len(kept) - 1) * math.sqrt(clusters.spread(kept, full))
            low, high = full - half, full + half
    return SessionEffect(
        outcome=outcome,
        compared=compared,
        sessions=sum(one.treated and one.cases > 0 for one in judged),
        others=sum(not one.treated and one.cases > 0 for one in judged),
        value=mean(one for one in judged if one.treated),
        other=mean(one for one in judged if not one.treated),
        difference=Span(full, low, high),
    )


def add(side: list[float], one: Judged, sign: int) -> None:
    """Nothing; the session is counted, or taken out again."""
    column = 0 if one.treated else 2
    side[column] += sign * one.total
    side[column + 1] += sign * one.cases


def both(side: Sequence[float]) -> bool:
    """Whether both sides of a project were seen."""
    return side[1] > 0 and side[3] > 0


def weighted(sides: Mapping[str, Sequence[float]]) -> float:
    """The pooled difference of means; nan where no project has both sides."""
    over = weight = 0.0
    for total, n, other, m in sides.values():
        if n > 0 and m > 0:
            share = n * m / (n + m)
            over += share * (total / n - other / m)
            weight += share
    return over / weight if weight else math.nan


def mean(judged: Iterable[Judged]) -> float:
    """Total over cases; nan for none."""
    some = list(judged)
    cases = sum(one.cases for one in some)
    return math.fsum(one.total for one in some) / cases if cases else math.nan
