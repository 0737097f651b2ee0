"""Does one score find bad changes better than another, beyond chance?

AUC: how often a bad change has the higher score than a good one of the same period. The interval draws whole months
again, since changes of one month are alike: neighbours are no independent witnesses.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, product
from random import Random
from typing import Final, NamedTuple

from twiceshy.wings.git.predict.risk.risk_measures import RankGain, bound_gain

_RESAMPLES: Final = 1000
"""Times that months are drawn again, the usual convention of the bootstrap."""
_SEED: Final = 1
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
    rng = Random(_SEED)  # noqa: S311  # resampling, no secret
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
