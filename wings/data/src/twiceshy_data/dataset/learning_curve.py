"""What has more of the past brought so far, and what would twice as much bring?

The same held-out cases are scored after a quarter, a half, three quarters and all of the past. Intervals come from
drawing whole days of one author again (paired bootstrap), as the cases of a day hang together. The forecast goes along
a straight line over the logarithm of what was known, for one doubling and never beyond. Its interval has three parts:
how unsure the line is, how unsure the measurement will be that tells whether it came true, and how projects change.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import hypot, log2
from random import Random
from typing import Final, NamedTuple

from twiceshy.records.milestones import CurvePoint, Gain, LearningCurve
from twiceshy.stats.intervals import CONFIDENCE, quantile, z_of

SHARES: Final = (0.25, 0.5, 0.75, 1.0)
"""Of the past before the held-out cases, by definition of the curve."""
_ROUNDS: Final = 400
"""Times that groups are drawn again: the ends move by some percent from seed to seed (guess, 2026-11-23)."""
_FEWEST_CASES: Final = 40
"""Held-out cases below which nothing is told (guess, 2026-11-23: an interval of an MRR is then about .2 wide)."""
_FEWEST_GROUPS: Final = 10
"""Groups below which drawing them again says little (guess, 2026-11-23)."""
_DRIFT: Final = 0.015
"""Standard deviation by which a doubling's gain differs from one part of a history to the next, beyond chance (a score
between 0 and 1; measured 2026-11-23: without it 24 of 27 forecasts on eleven histories held, with it 26)."""
_SEED: Final = 1


class ShareScores(NamedTuple):
    """What a share of the past scored on the held-out cases."""

    share: float
    known: float
    """What was learned before a case, on average; above 0."""
    scores: Sequence[float]
    """Of each case, in the same order for each share."""


class MeasuredLeaf(NamedTuple):
    """What was measured of one thing that is learned from the past."""

    name: str
    measure: str
    shares: Sequence[ShareScores]
    """For each of ``SHARES``, rising."""
    groups: Sequence[str]
    """Of each case: cases of one group hang together."""
    baselines: Mapping[str, Sequence[float]]
    """Scores of what needs no training, at the whole past."""


def draw_curve(found: MeasuredLeaf) -> LearningCurve | None:
    """Return the learning curve; None where there are too few cases to tell anything."""
    cases, groups = len(found.groups), len(set(found.groups))
    if cases < _FEWEST_CASES or groups < _FEWEST_GROUPS:
        return None
    best = max(found.baselines, key=lambda name: (sum(found.baselines[name]), name))
    columns = [*(one.scores for one in found.shares), found.baselines[best]]
    means = [sum(column) / cases for column in columns]
    draws = _draw_means(columns, found.groups)
    whole, three_quarters, half = len(found.shares) - 1, len(found.shares) - 2, 1
    known = [one.known for one in found.shares]
    slopes = [_fit_slope(known, drawn) for drawn in draws]
    # Which draw stands beside which is chance, so the neighbour's measurement is one made independently.
    later = [drawn[whole] - drawn[half] - (means[whole] - means[half]) for drawn in [*draws[1:], draws[0]]]
    return LearningCurve(
        name=found.name,
        measure=found.measure,
        judged=cases,
        groups=groups,
        points=tuple(CurvePoint(one.share, one.known, mean) for one, mean in zip(found.shares, means, strict=False)),
        last_quarter=_measure_gain(
            means[whole] - means[three_quarters], [drawn[whole] - drawn[three_quarters] for drawn in draws]
        ),
        doubling=_widen(
            _measure_gain(_fit_slope(known, means), [slope + noise for slope, noise in zip(slopes, later, strict=True)])
        ),
        best_baseline=best,
        lead=_measure_gain(means[whole] - means[-1], [drawn[whole] - drawn[-1] for drawn in draws]),
    )


def _draw_means(columns: Sequence[Sequence[float]], groups: Sequence[str]) -> list[list[float]]:
    """Return the columns' means over groups drawn with replacement, many times."""
    members = defaultdict[str, list[int]](list)
    for case, group in enumerate(groups):
        members[group].append(case)
    sums = [(len(own), [sum(column[case] for case in own) for column in columns]) for own in members.values()]
    rng = Random(_SEED)  # noqa: S311  # resampling, no secret
    draws = []
    for _ in range(_ROUNDS):
        chosen = rng.choices(sums, k=len(sums))
        count = sum(one for one, _ in chosen)
        draws.append([sum(own[place] for _, own in chosen) / count for place in range(len(columns))])
    return draws


def _fit_slope(known: Sequence[float], scores: Sequence[float]) -> float:
    """Return how much one doubling of what is known adds, by least squares; the scores' first ones are the points'.

    >>> _fit_slope([100, 200, 400], [0.1, 0.2, 0.3, 0.9])
    0.1
    """
    places = [log2(one) for one in known]
    middle = sum(places) / len(places)
    spread = sum((place - middle) ** 2 for place in places)
    return round(sum((place - middle) * score for place, score in zip(places, scores, strict=False)) / spread, 9)


def _measure_gain(estimate: float, draws: Sequence[float]) -> Gain:
    ordered = sorted(draws)
    return Gain(estimate, quantile(ordered, 0.025), quantile(ordered, 0.975))


def _widen(gain: Gain) -> Gain:
    """Return a forecast whose interval also holds how much projects change.

    >>> [round(one, 3) for one in _widen(Gain(0.0, -0.04, 0.04))]
    [0.0, -0.05, 0.05]
    """
    drift = z_of(CONFIDENCE) * _DRIFT
    return Gain(
        gain.estimate,
        gain.estimate - hypot(gain.estimate - gain.low, drift),
        gain.estimate + hypot(gain.high - gain.estimate, drift),
    )
