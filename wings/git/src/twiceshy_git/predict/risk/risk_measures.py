"""How good are risks that were stated, and is one way of stating them better than another on the same changes?

Measures of just-in-time defect prediction: area under the curve, recall for a share of the effort, Popt. Intervals
draw whole clusters again (months of a repository, sessions), since changes of one month share people and releases.
Brier skill and calibration error stand in ``twiceshy_git.predict.calibration``.
"""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, product
from random import Random
from statistics import stdev
from typing import Final, NamedTuple

_DRAWS: Final = 2000
"""Times that clusters are drawn again, by the protocol of 2026-11-23."""
_SEED: Final = 1
_SHARE: Final = 0.2
"""Share of all changed lines that may be looked at, by convention of the measure (Kamei and others, 2013)."""
_TOP: Final = 0.1
"""Share of the changes with the highest risk: the top decile, by definition."""
_POWER: Final = 1.96 + 0.84
"""Standard errors that a gain needs to be seen in four of five trials at 5 % (normal distribution)."""
_SIDE: Final = 0.025
"""Share of the draws beyond each end of a 95 % interval, by definition."""


class RankGain(NamedTuple):
    """By how much one order of changes has the larger area under the curve than another."""

    gain: float
    low: float
    """End of the 95 % interval."""
    high: float
    least: float
    """The least true gain that these changes show in four of five trials; None of it can be told below."""


class TopChanges(NamedTuple):
    """What the changes with the highest risk hold."""

    precision: float
    """Share of them that was bad."""
    recall: float
    """Share of the bad changes that is among them."""


@dataclass(frozen=True, slots=True)
class WinTable:
    """How often bad changes of one cluster stand above good ones of another, by two orders of one repository."""

    more: tuple[tuple[float, ...], ...]
    """Pairs that only the first order has right, less those that only the second has; by cluster of bad and of good."""
    bad: tuple[int, ...]
    """Bad changes by cluster."""
    good: tuple[int, ...]

    def measure(self, times: Sequence[int]) -> float | None:
        """Return the gain where each cluster is there so many times; None where bad or good ones are missing."""
        pairs = _weigh(self.bad, times) * _weigh(self.good, times)
        if not pairs:
            return None
        return sum(time * _weigh(row, times) for time, row in zip(times, self.more, strict=True) if time) / pairs


def _weigh(values: Sequence[float], times: Sequence[int]) -> float:
    return sum(map(float.__mul__, map(float, values), map(float, times)))


def measure_auc(bad: Sequence[bool], risks: Sequence[float]) -> float | None:
    """Return how often a bad change has the higher risk than a good one, ties half; None where one kind is missing.

    >>> measure_auc([True, False, False], [0.5, 0.2, 0.5])
    0.75
    """
    wins, seen = 0.0, 0
    for _, tied in groupby(sorted(zip(risks, bad, strict=True)), key=lambda one: one[0]):
        kinds = [kind for _, kind in tied]
        hits = sum(kinds)
        wins += hits * (seen + (len(kinds) - hits) / 2)
        seen += len(kinds) - hits
    hits = len(bad) - seen
    return wins / (hits * seen) if hits and seen else None


def count_wins(
    bad: Sequence[bool], ours: Sequence[float], theirs: Sequence[float], clusters: Sequence[Hashable]
) -> WinTable:
    """Compare two orders of the same changes, to be measured with clusters drawn again."""
    names = {name: place for place, name in enumerate(dict.fromkeys(clusters))}
    places = [names[one] for one in clusters]
    first, second = _count_pairs(bad, ours, places, len(names)), _count_pairs(bad, theirs, places, len(names))
    more = tuple(
        tuple(one - other for one, other in zip(row, row_of_theirs, strict=True))
        for row, row_of_theirs in zip(first, second, strict=True)
    )
    hits, misses = [0] * len(names), [0] * len(names)
    for kind, place in zip(bad, places, strict=True):
        (hits if kind else misses)[place] += 1
    return WinTable(more, tuple(hits), tuple(misses))


def _count_pairs(bad: Sequence[bool], risks: Sequence[float], places: Sequence[int], size: int) -> list[list[float]]:
    """Return, by cluster of the bad and of the good change, the pairs in which the bad one is above; ties half."""
    wins = [[0.0] * size for _ in range(size)]
    below = [0.0] * size
    for _, group in groupby(sorted(zip(risks, bad, places, strict=True)), key=lambda one: one[0]):
        _add_tied([(kind, place) for _, kind, place in group], wins, below)
    return wins


def _add_tied(tied: Sequence[tuple[bool, int]], wins: list[list[float]], below: list[float]) -> None:
    """Add the pairs that changes with the same risk win, and to ``below`` the good ones of them."""
    level = _count_places((place for kind, place in tied if not kind), len(below))
    for kind, place in tied:
        if kind:
            wins[place] = [won + one + more / 2 for won, one, more in zip(wins[place], below, level, strict=True)]
    below[:] = map(float.__add__, below, map(float, level))


def _count_places(places: Iterable[int], size: int) -> list[int]:
    times = [0] * size
    for place in places:
        times[place] += 1
    return times


def compare_orders(tables: Sequence[WinTable], draws: int = _DRAWS) -> RankGain | None:
    """Return the mean gain over repositories with its interval; None where no repository has bad and good changes.

    Clusters are drawn again inside a repository and, of several, the repositories too.
    """
    first = [gain for one in tables if (gain := one.measure([1] * len(one.bad))) is not None]
    if not first:
        return None
    draw = Random(_SEED)  # noqa: S311  # a bootstrap, no secret
    return bound_gain(_average(first), [mean for _ in range(draws) if (mean := _draw_mean(tables, draw)) is not None])


def bound_gain(gain: float, drawn: Sequence[float]) -> RankGain:
    """Return a gain with its interval and its power, from the gains of the draws."""
    ordered = sorted(drawn)
    edge = int(len(ordered) * _SIDE)
    return RankGain(gain, ordered[edge], ordered[-1 - edge], _POWER * stdev(ordered))


def _draw_mean(tables: Sequence[WinTable], draw: Random) -> float | None:
    chosen = draw.choices(tables, k=len(tables)) if len(tables) > 1 else tables
    gains = (one.measure(_draw_times(len(one.bad), draw)) for one in chosen)
    known = [one for one in gains if one is not None]
    return _average(known) if known else None


def _draw_times(size: int, draw: Random) -> list[int]:
    return _count_places(draw.choices(range(size), k=size), size)


def _average(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def order_by_line(risks: Sequence[float], lines: Sequence[int]) -> list[int]:
    """Return the places of changes by risk a changed line, falling: who looks in that order finds most for the effort.

    Among equals the smaller change comes first.
    """
    return sorted(range(len(risks)), key=lambda one: (-risks[one] / max(1, lines[one]), lines[one], one))


def measure_effort_recall(bad: Sequence[bool], order: Iterable[int], lines: Sequence[int]) -> float | None:
    """Return the share of the bad changes that a fifth of all changed lines holds, read in this order.

    None where no change is bad. A change counts once all its lines are read.
    """
    budget, found = _SHARE * sum(lines), 0
    for one in order:
        budget -= lines[one]
        if budget < 0:
            break
        found += bad[one]
    return found / sum(bad) if any(bad) else None


def measure_popt(bad: Sequence[bool], order: Sequence[int], lines: Sequence[int]) -> float | None:
    """Return Popt: how near the order is to the best one, by area over effort; 1 is the best, 0 the worst.

    None where all changes are of one kind.
    """
    if not any(bad) or all(bad):
        return None
    best = sorted(range(len(bad)), key=lambda one: (-bad[one] / max(1, lines[one]), lines[one]))
    worst = sorted(range(len(bad)), key=lambda one: (bad[one] / max(1, lines[one]), -lines[one]))
    top, bottom = _measure_area(bad, best, lines), _measure_area(bad, worst, lines)
    return 1 - (top - _measure_area(bad, order, lines)) / (top - bottom) if top > bottom else None


def _measure_area(bad: Sequence[bool], order: Iterable[int], lines: Sequence[int]) -> float:
    """Return the area under the share of bad changes found over the share of lines read."""
    total, hits, found, area = sum(lines) or 1, sum(bad), 0, 0.0
    for one in order:
        area += lines[one] / total * (found + bad[one] / 2) / hits
        found += bad[one]
    return area


def measure_top(bad: Sequence[bool], risks: Sequence[float]) -> TopChanges | None:
    """Return what the tenth of the changes with the highest risk holds; None where that is no change or none is bad."""
    count = int(len(bad) * _TOP)
    if not count or not any(bad):
        return None
    found = sum(bad[one] for one in sorted(range(len(bad)), key=lambda one: (-risks[one], one))[:count])
    return TopChanges(found / count, found / sum(bad))


# Does one score find bad changes better than another, beyond chance?
#
# AUC: how often a bad change has the higher score than a good one of the same period. The interval draws whole months
# again, since changes of one month are alike: neighbours are no independent witnesses.

_RESAMPLES: Final = 1000
"""Times that months are drawn again, the usual convention of the bootstrap."""
_LEAD_SEED: Final = 1
"""By convention: any number does, as long as it stays the same."""


class RiskJudged(NamedTuple):
    """A change that was scored before anybody could know what became of it."""

    period: int
    """Scores of one model; only those are compared."""
    month: int
    score: float
    rival: float
    bad: bool


@dataclass(slots=True)
class _Wins:
    """Pairs of a bad and a good change, by the month of each."""

    won: dict[tuple[int, int], float] = field(default_factory=dict)
    pairs: dict[tuple[int, int], int] = field(default_factory=dict)

    def share(self, weights: dict[int, int]) -> float | None:
        """Return the share won where months count so often."""
        pairs = sum(weights[bad] * weights[good] * count for (bad, good), count in self.pairs.items())
        won = sum(weights[bad] * weights[good] * count for (bad, good), count in self.won.items())
        return won / pairs if pairs else None


def measure_risk_lead(judged: Sequence[RiskJudged]) -> RankGain | None:
    """Return the AUC of the score minus the rival's, with interval and power; None without both kinds in a period."""
    ours, theirs = _count_both(judged)
    months = sorted({one.month for one in judged})
    lead = _subtract(ours, theirs, dict.fromkeys(months, 1))
    if lead is None:
        return None
    rng = Random(_LEAD_SEED)  # noqa: S311  # resampling, no secret
    drawn = []
    for _ in range(_RESAMPLES):
        weights = dict.fromkeys(months, 0)
        for month in rng.choices(months, k=len(months)):
            weights[month] += 1
        found = _subtract(ours, theirs, weights)
        if found is not None:
            drawn.append(found)
    return bound_gain(lead, drawn)


def measure_period_aucs(judged: Sequence[RiskJudged]) -> tuple[float, float]:
    """Return the AUC of the score and of the rival, over pairs within a period; NaN without both kinds in one."""
    months = dict.fromkeys((one.month for one in judged), 1)
    ours, theirs = (wins.share(months) for wins in _count_both(judged))
    return math.nan if ours is None else ours, math.nan if theirs is None else theirs


def _count_both(judged: Sequence[RiskJudged]) -> tuple[_Wins, _Wins]:
    ours, theirs = _Wins(), _Wins()
    for _, group in groupby(sorted(judged, key=lambda one: one.period), key=lambda one: one.period):
        members = list(group)
        _count_wins([(one.score, one.month, one.bad) for one in members], ours)
        _count_wins([(one.rival, one.month, one.bad) for one in members], theirs)
    return ours, theirs


def _subtract(ours: _Wins, theirs: _Wins, weights: dict[int, int]) -> float | None:
    one, other = ours.share(weights), theirs.share(weights)
    return None if one is None or other is None else one - other


def _count_wins(scored: Iterable[tuple[float, int, bool]], wins: _Wins) -> None:
    """Add the pairs of a bad and a good change of one period."""
    rows = sorted(scored)
    goods, bads = _count_kind(rows, bad=False), _count_kind(rows, bad=True)
    for month, other in product(bads, goods):
        wins.pairs[month, other] = wins.pairs.get((month, other), 0) + bads[month] * goods[other]
    below = dict.fromkeys(goods, 0)
    for _, group in groupby(rows, key=lambda row: row[0]):
        members = list(group)
        level, risen = _count_kind(members, bad=False), _count_kind(members, bad=True)
        for month, other in product(risen, goods):
            won = risen[month] * (below[other] + level.get(other, 0) / 2)
            wins.won[month, other] = wins.won.get((month, other), 0.0) + won
        for month, count in level.items():
            below[month] += count


def _count_kind(rows: Sequence[tuple[float, int, bool]], *, bad: bool) -> dict[int, int]:
    """Return the number of bad or of good changes of each month."""
    return dict(Counter(month for _, month, one in rows if one == bad))
