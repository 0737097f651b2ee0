"""Tell which runs are unlike their command's own past: slow, silent or loud.

A run that was cut off says "longer than this", not "this long": past runs are weighted as by Kaplan and Meier, in
Efron's form, where what a cut run may still have taken is shared among the longer ones. Old runs fade, and when the
newest ones are of another kind altogether, only they count.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

from twiceshy.run.limits import RunDuration, find_current_runs

_HALF_LIFE = 40
"""Runs after which an older run counts half (guess, 2026-11-21; a step change is found at once by
``find_last_change``)."""
_LOOKED_AT = 200
"""Runs that are looked at (guess, 2026-11-21)."""
_LEAST_SD = 0.1
"""Smallest spread of the log times that is believed: ten equal times are a coincidence (guess, 2026-11-21)."""
_BEYOND_CUT = 2.0
"""A longest run that was ended early counts as this many times its length (guess, 2026-11-21)."""
ALARMS_FROM = 8
"""Runs needed before one can be unusual (guess, 2026-11-21)."""
_ALARM_RATE = 1 / 600
"""False alarms per run and question; three questions make one in 200 (asked for: at most 1 in 100)."""
_TELLING_RATIO = 1.5
"""Less than this many times the usual is not reported (guess, 2026-11-21)."""


class WeightedDuration(NamedTuple):
    """A distinct time and its share of all runs."""

    value_s: float
    weight: float


class Alarm(NamedTuple):
    """A run that is unlike the command's own past."""

    what: str
    value: float
    usual: float
    limit: float


def weigh_durations(past: Sequence[RunDuration]) -> list[WeightedDuration]:
    """Return each finished time with its weight, ascending; the weights add up to 1, the newest runs weigh most.

    Kaplan and Meier 1958 in the form of Efron 1967 (redistribution to the right); fading multiplies a run's mass. What
    lies beyond the longest is put at ``_BEYOND_CUT`` times the longest cut run.

    >>> past = [RunDuration(1), RunDuration(2, True), RunDuration(3), RunDuration(4)]
    >>> [(w.value_s, round(w.weight, 2)) for w in weigh_durations(past)]
    [(1, 0.24), (3, 0.37), (4, 0.38)]
    """
    count = len(past)
    rows = sorted(
        ((run.value_s, run.cut, 0.5 ** ((count - 1 - index) / _HALF_LIFE)) for index, run in enumerate(past)),
        key=lambda row: (row[0], row[1]),
    )
    left = sum(weight for _, _, weight in rows)
    survival, found = 1.0, []
    for value, cut, weight in rows:
        if not cut and left > 0:
            share = survival * min(1.0, weight / left)
            found.append(WeightedDuration(value, share))
            survival -= share
        left -= weight
    if rows and survival > 1e-9:
        longest = max(value for value, cut, _ in rows if cut)
        found.append(WeightedDuration(longest * _BEYOND_CUT, survival))
    return found


def find_quantile(points: Sequence[WeightedDuration], q: float) -> float:
    """Return the least time by which a share ``q`` has finished."""
    total = 0.0
    for point in points:
        total += point.weight
        if total >= q - 1e-12:
            return point.value_s
    return points[-1].value_s


def _compute_moments(points: Sequence[WeightedDuration], past: Sequence[RunDuration]) -> tuple[float, float, float]:
    """Return mean and deviation of the log times, and how many equal runs the faded ones are worth.

    The last is Kish's effective sample size (1965).
    """
    logs = [(math.log(max(point.value_s, 0.001)), point.weight) for point in points]
    mean = sum(value * weight for value, weight in logs)
    fading = [0.5 ** (age / _HALF_LIFE) for age in range(len(past)) if not past[-1 - age].cut]
    effective = sum(fading) ** 2 / sum(weight * weight for weight in fading)
    variance = sum(weight * (value - mean) ** 2 for value, weight in logs) * effective / max(effective - 1, 1.0)
    return mean, max(math.sqrt(variance), _LEAST_SD), effective


def detect_anomaly(past: Sequence[RunDuration], now: float, what: str) -> Alarm | None:
    """Return an alarm when ``now`` is above what the past lets expect of one more run.

    None also for too little past. The upper prediction limit for one future value (Hahn 1970) on logarithms, at
    ``_ALARM_RATE``.

    >>> detect_anomaly([RunDuration(10 + x % 3) for x in range(20)], 40, "runtime").usual
    11
    >>> detect_anomaly([RunDuration(10 + x % 3) for x in range(20)], 13, "runtime") is None
    True
    """
    past = past[-_LOOKED_AT:]
    past = past[find_current_runs(past) :]
    finished = [run for run in past if not run.cut]
    if len(finished) < ALARMS_FROM:
        return None
    points = weigh_durations(past)
    usual = find_quantile(points, 0.5)
    mean, spread, effective = _compute_trimmed_moments(past)
    factor = _compute_student_quantile(1 - _ALARM_RATE, effective - 1) * math.sqrt(1 + 1 / effective)
    bound = max(math.exp(mean + factor * spread), usual * _TELLING_RATIO)
    return Alarm(what, now, usual, bound) if now > bound else None


def _compute_trimmed_moments(past: Sequence[RunDuration]) -> tuple[float, float, float]:
    """Return the moments without what lies far above the rest: an earlier anomaly must not hide the next.

    Far: more than 4 deviations by the median of absolute deviations (Hampel 1974).
    """
    logs = sorted(math.log(max(run.value_s, 0.001)) for run in past if not run.cut)
    middle = logs[len(logs) // 2]
    deviation = max(1.4826 * sorted(abs(value - middle) for value in logs)[len(logs) // 2], _LEAST_SD)
    near = [run for run in past if math.log(max(run.value_s, 0.001)) <= middle + 4 * deviation]
    return _compute_moments(weigh_durations(near), near)


def _compute_student_quantile(p: float, freedom: float) -> float:
    """Return a quantile of Student's t (Abramowitz and Stegun 26.7.5).

    Tables have 2.998 for .99 and 7, 3.355 for .995 and 8.

    >>> round(_compute_student_quantile(0.99, 7), 2), round(_compute_student_quantile(0.995, 8), 2)
    (3.0, 3.35)
    """
    z = NormalDist().inv_cdf(p)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum(term / max(freedom, 1.0) ** (power + 1) for power, term in enumerate(terms))
