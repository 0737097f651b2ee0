"""Pool projects: the difference that breaking a step makes, from all projects, shrunk toward what they have in common.

Each project gives one difference of rates, broken minus kept, so that projects are compared with themselves only. A
session counts as one draw on each side, however many tasks it has, since its tasks hang together. The projects'
differences scatter around a common one (DerSimonian and Laird's random effects), which itself is drawn toward none.
The project that is asked about is then drawn toward what the others have in common, the more the less is known of it
(empirical Bayes, normal approximation). It answers always: with nothing known it says 0, give or take ``_DOUBT``.
"""

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from statistics import NormalDist
from typing import NamedTuple

from twiceshy.records.workflow import PooledDifference
from twiceshy.stats.intervals import CONFIDENCE, z_of

_DOUBT = 0.2
"""Standard deviation, in shares, of what breaking a step may do before anything is known. Guess of 2026-11-22: a
process step that moves the corrections by more than 40 points would be known to everybody."""
_LEAST_SCATTER = 0.05
"""Standard deviation by which projects differ at least. Guess of 2026-11-22: no two of them are the same."""
_HALF = 0.5
"""Added to the times, and twice to the draws, of a side, so that 0 of 1 is not taken for certain. Paper: Brown, Cai and
DasGupta 2001 (Statistical Science 16:101), Jeffreys' prior for a proportion."""


class SessionSides(NamedTuple):
    """One session's project, and its shares of the outcome where the step was kept and broken; None: it never was."""

    project: Hashable
    kept: float | None
    broken: float | None


class _Difference(NamedTuple):
    value: float
    variance: float


def pool_projects(sessions: Sequence[SessionSides], own: Collection[Hashable] | None) -> PooledDifference:
    """Return the difference for the projects ``own`` taken as one, from all of them; for all if ``own`` is None.

    >>> pool_projects([], None)
    PooledDifference(estimate=0.0, low=-0.392, high=0.392, harmful=0.5, sessions=0, own_sessions=0, projects=0)
    """
    asked = own if own is not None else ()
    known = {name: found for name, some in _group(sessions, asked).items() if (found := _compare(some))}
    others = [one for name, one in known.items() if name is not _OWN]
    scatter = _estimate_scatter(list(known.values()))
    middle = _combine(
        [_Difference(0.0, _DOUBT**2), *(_Difference(one.value, one.variance + scatter) for one in others)]
    )
    if own is not None:
        prior = _Difference(middle.value, middle.variance + (scatter if others else 0.0))
        middle = _combine([prior, known[_OWN]]) if _OWN in known else prior
    spread = math.sqrt(middle.variance)
    width = z_of(CONFIDENCE) * spread
    return PooledDifference(
        estimate=round(middle.value, 4),
        low=round(middle.value - width, 4),
        high=round(middle.value + width, 4),
        harmful=round(1 - NormalDist(middle.value, spread).cdf(0.0), 4),
        sessions=sum(one.project in known or (one.project in asked and _OWN in known) for one in sessions),
        own_sessions=sum(one.project in asked for one in sessions),
        projects=len(known),
    )


_OWN = object()


def _group(sessions: Sequence[SessionSides], own: Collection[Hashable]) -> Mapping[Hashable, list[SessionSides]]:
    found: dict[Hashable, list[SessionSides]] = {}
    for one in sessions:
        found.setdefault(_OWN if one.project in own else one.project, []).append(one)
    return found


def _compare(sessions: Sequence[SessionSides]) -> _Difference | None:
    """Return a project's own difference; None where it never kept, or never broke the step."""
    sides = [[share for one in sessions if (share := getattr(one, side)) is not None] for side in ("broken", "kept")]
    if not all(sides):
        return None
    rates, variance = [], 0.0
    for shares in sides:
        n = len(shares) + 2 * _HALF
        rate = (sum(shares) + _HALF) / n
        rates.append(rate)
        variance += rate * (1 - rate) / n
    return _Difference(rates[0] - rates[1], variance)


def _estimate_scatter(found: Sequence[_Difference]) -> float:
    """Return the variance between projects.

    Source: DerSimonian and Laird 1986 (Controlled Clinical Trials 7:177), the moment estimate.
    """
    least = _LEAST_SCATTER**2
    if len(found) < 2:
        return least
    weights = [1 / one.variance for one in found]
    whole = sum(weights)
    middle = sum(weight * one.value for weight, one in zip(weights, found, strict=True)) / whole
    spread = sum(weight * (one.value - middle) ** 2 for weight, one in zip(weights, found, strict=True))
    scale = whole - sum(weight**2 for weight in weights) / whole
    return max((spread - (len(found) - 1)) / scale, least)


def _combine(found: Sequence[_Difference]) -> _Difference:
    """Return the mean weighted by precision."""
    whole = sum(1 / one.variance for one in found)
    return _Difference(sum(one.value / one.variance for one in found) / whole, 1 / whole)
