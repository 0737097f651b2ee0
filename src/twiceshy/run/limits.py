"""Compute limits and alarms for a command from how its own past runs went.

A run that was cut off says "longer than this", not "this long": past runs are weighted as by Kaplan and Meier, in
Efron's form, where what a cut run may still have taken is shared among the longer ones. Times are taken as
log-normal beyond what was seen, and the limit is the upper end of a tolerance interval, wide for few runs. Old runs
fade, and when the newest ones are of another kind altogether, only they count. The module is pure, so that a test can
simulate any past.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

COVERAGE = 0.995
"""Share of future runs that a limit lets finish; asked for: at most .5 % ended wrongly."""
CONFIDENCE = 0.95  # share of commands for which the coverage holds (convention)
FEWEST = 5
"""Finished runs needed before anything is learned (guess, 2026-11-21: with fewer, the interval is wider than anyone
would wait)."""
_HALF_LIFE = 40
"""Runs after which an older run counts half (guess, 2026-11-21; a step change is found at once by
``find_last_change``)."""
NEWEST = 200
"""Runs that are looked at (guess, 2026-11-21)."""
_LEAST_SD = 0.1
"""Smallest spread of the log times that is believed: ten equal times are a coincidence (guess, 2026-11-21)."""
_LEAST_MARGIN = 1.5
"""A limit is at least this many times the longest run that finished (guess, 2026-11-21)."""
_BEYOND_CUT = 2.0
"""A longest run that was ended early counts as this many times its length (guess, 2026-11-21)."""
LEAST_LIMIT_S = 2.0
"""Shortest limit in seconds: a busy machine alone delays a command by one (guess, 2026-11-21)."""
_CHANGE_LEVEL = 4e-4
"""P-value below which the newest runs are of another kind (guess, 2026-11-21)."""
ALARMS_FROM = 8
"""Runs needed before one can be unusual (guess, 2026-11-21)."""
_ALARM_RATE = 1 / 600
"""False alarms per run and question; three questions make one in 200 (asked for: at most 1 in 100)."""
_TELLING_RATIO = 1.5
"""Less than this many times the usual is not reported (guess, 2026-11-21)."""


class RunDuration(NamedTuple):
    """One past run's time, oldest first in a sequence."""

    value_s: float
    cut: bool = False
    """It was ended: it would have taken longer."""


class LearnedLimit(NamedTuple):
    """A limit with its evidence."""

    limit_s: float
    runs: int
    cut: int
    median_s: float
    longest_s: float
    low_s: float
    """The interval of the quantile that the limit stands for: from the point estimate to the limit."""


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


def find_last_change(values: Sequence[float]) -> int:
    """Return the index of the first run of the present kind.

    It is 0 unless the newest 4 to 20 runs differ from those before. By the rank-sum test (Mann and Whitney 1947): exact
    where the two groups do not overlap at all, else by its normal approximation with the same error.

    >>> find_last_change([10.0 + x % 3 for x in range(20)] + [31.0, 30.0, 32.0, 33.0, 30.5])
    20
    >>> find_last_change([10.0, 11.0, 10.5] * 8)
    0
    """
    sure = NormalDist().inv_cdf(1 - _CHANGE_LEVEL / 2)
    best, place = 0.0, 0
    for newest in range(4, min(20, len(values) - 8) + 1):
        new, old = values[-newest:], values[max(0, len(values) - newest - 40) : -newest]
        n, m = len(new), len(old)
        above = sum((a > b) + (a == b) / 2 for a in new for b in old)
        z = abs(above - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
        apart = above in {0, n * m} and 2 / math.comb(n + m, n) <= _CHANGE_LEVEL
        if (apart or z >= sure) and z > best:
            best, place = z, len(values) - newest
    return place


def select_current_runs(past: Sequence[RunDuration]) -> Sequence[RunDuration]:
    """Return the runs since the last change of kind; one that was cut off early says nothing about a change."""
    finished = sorted(run.value_s for run in past if not run.cut)
    if not finished:
        return past
    middle = finished[len(finished) // 2]
    telling = [index for index, run in enumerate(past) if not run.cut or run.value_s > middle]
    change = find_last_change([past[index].value_s for index in telling])
    return past[telling[change] :] if change else past


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


def compute_limit(past: Sequence[RunDuration]) -> LearnedLimit | None:
    """Return the time by which ``COVERAGE`` of runs like the past have finished, with ``CONFIDENCE``.

    None for too little data. One-sided tolerance limit of the normal distribution, Natrella's approximation
    (NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.6.3), on logarithms; never less than ``_LEAST_MARGIN`` times
    the longest that finished.

    >>> compute_limit([RunDuration(10)] * 4) is None
    True
    >>> compute_limit([RunDuration(10)] * 40).limit_s
    15.0
    """
    past = select_current_runs(past[-NEWEST:])
    finished = [run.value_s for run in past if not run.cut]
    if len(finished) < FEWEST:
        return None
    points = weigh_durations(past)
    mean, spread, effective = _compute_moments(points, past)
    longest = max(finished)
    by_model = math.exp(mean + _compute_tolerance_factor(effective) * spread)
    seen = max(longest * _LEAST_MARGIN, max((run.value_s * _LEAST_MARGIN for run in past if run.cut), default=0.0))
    return LearnedLimit(
        limit_s=max(by_model, seen, LEAST_LIMIT_S),
        runs=len(past),
        cut=len(past) - len(finished),
        median_s=find_quantile(points, 0.5),
        longest_s=longest,
        low_s=math.exp(mean + NormalDist().inv_cdf(COVERAGE) * spread),
    )


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


def _compute_tolerance_factor(n: float, coverage: float = COVERAGE, confidence: float = CONFIDENCE) -> float:
    """Return the deviations above the mean that hold a share ``coverage`` with ``confidence``.

    The sample has ``n`` values. The handbook's example: 43 values, coverage .90, confidence .99.

    >>> round(_compute_tolerance_factor(43, 0.90, 0.99), 4)
    1.8752
    """
    z_p, z_g = NormalDist().inv_cdf(coverage), NormalDist().inv_cdf(confidence)
    a = 1 - z_g**2 / (2 * (n - 1))
    b = z_p**2 - z_g**2 / n
    return (z_p + math.sqrt(max(z_p**2 - a * b, 0.0))) / a


def detect_anomaly(past: Sequence[RunDuration], now: float, what: str) -> Alarm | None:
    """Return an alarm when ``now`` is above what the past lets expect of one more run.

    None also for too little past. The upper prediction limit for one future value (Hahn 1970) on logarithms, at
    ``_ALARM_RATE``.

    >>> detect_anomaly([RunDuration(10 + x % 3) for x in range(20)], 40, "runtime").usual
    11
    >>> detect_anomaly([RunDuration(10 + x % 3) for x in range(20)], 13, "runtime") is None
    True
    """
    past = select_current_runs(past[-NEWEST:])
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


def round_up(value_s: float) -> float:
    """Round a limit up for people, to two digits that count.

    >>> round_up(123.4), round_up(7.21), round_up(86)
    (130.0, 7.3, 86.0)
    """
    step = 10.0 ** (math.floor(math.log10(value_s)) - 1)
    return round(math.ceil(value_s / step - 1e-9) * step, 6)
