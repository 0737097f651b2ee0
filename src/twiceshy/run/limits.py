"""Compute the limit that a command's own past teaches: wide for few runs, tight for many, never absurd.

A limit must let the longest runs through, so only the tail of the times is modelled: the chance to go beyond the
longest quarter falls as a power of the time (Hill 1975), whose exponent is drawn to that of commands in general, and
the limit is where the next run goes beyond with a chance of ``_EXCESS``. A run that was cut off says "longer than
this" and no more. Bounds hold the model where a person would: 1.5 to 3 times the longest run seen, at least
``LEAST_LIMIT_S``, and minutes while hardly anything is known. The module is pure, so that a test can simulate any past.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from statistics import NormalDist
from typing import Literal, NamedTuple

from twiceshy.records.team_knowledge import TeamLimit, TeamRun
from twiceshy.run.exits import BY_CLOCK, NATURAL, TIMELESS

# Find where a command's runs became of another kind: a step in the times of its newest runs.

_CHANGE_LEVEL = 4e-4
"""P-value below which the newest runs are of another kind (guess, 2026-11-21)."""


class RunDuration(NamedTuple):
    """One past run's time, oldest first in a sequence."""

    value_s: float
    cut: bool = False
    """It was ended: it would have taken longer."""
    failed: bool = False
    healthy: bool = False
    """It was cut, and a person said that it should not have been."""
    waited: bool = False
    """Its time may hold a wait for a person's permission."""


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


def find_current_runs(past: Sequence[RunDuration]) -> int:
    """Return the index of the first run since the last change; a run cut off early says nothing about a change."""
    finished = sorted(run.value_s for run in past if not run.cut)
    if not finished:
        return 0
    middle = finished[len(finished) // 2]
    telling = [index for index, run in enumerate(past) if not run.cut or run.value_s > middle]
    change = find_last_change([past[index].value_s for index in telling])
    return telling[change] if change else 0


NEWEST = 200
"""Runs that are looked at (guess, 2026-11-21)."""
LEAST_LIMIT_S = 15.0
"""Shortest limit in seconds: what a busy machine, a lock or a sleeping disk may add to a command of milliseconds
(guess; the longest run that an agent measured of a command with a median below 1 s took 5.4 s, 2026-11-23)."""
LEAST_SILENCE_S = 30.0
"""Shortest limit on silence in seconds: who prints steadily may still wait for a network (guess, 2026-11-23)."""
_EXCESS = 2e-4
"""Chance that the model gives a healthy run to go beyond the limit (chosen on 200 simulated pasts, 2026-11-23: a tenth
of what is asked for, as no model knows a tail)."""
_TAIL_SHARE = 0.25
"""Share of the runs that are the tail (guess, 2026-11-23)."""
_KNOWN_RUNS, _KNOWN_EXPONENT = 4.0, 0.08
"""What is known before any run: a tail's exponent, and how many tail runs that is worth (chosen on simulated pasts and
on logs of eight projects, 2026-11-23)."""
_LEAST_TIMES, _MOST_TIMES = 1.5, 3.0
"""A limit is that many times the longest run seen, cut ones included (asked for: 4 at most, 2026-11-23)."""
_MOST_TIMES_FEW = 4.0
"""The same while few runs are known (asked for, 2026-11-23)."""
_FEW = ((1, 600.0), (2, 300.0), (4, 120.0))
"""Up to so many runs a limit is at least that many seconds (guess, 2026-11-23: one quick run does not tell that all
are)."""
_FEW_HERE = 4
"""Runs here up to which the runs elsewhere can widen a limit, and elsewhere up to which they tell nothing (guess,
2026-11-23)."""
_WIDEST_S = 1800.0
"""Seconds above which only the longest run seen can take a limit (asked for: 30 min)."""
_QUICK = 0.1
"""A run that failed within this share of the usual time never began its work (asked for, 2026-11-23)."""
_WAITED, _WAITED_S, _WAITED_FROM = 10.0, 60.0, 4
"""Times the usual, and seconds, beyond which a log's time was a wait for a person's permission, where so many others
are known (guess, 2026-11-23)."""
_CUT_COUNTS = 3
"""Runs that ended by themselves after which a cut one was a hang and not a slow run (guess, 2026-11-23)."""
_STEP_DOWN_RUNS, _STEP_DOWN_TIMES = 20, 1.2
"""After a step down, runs until the limit lets go of the longer times, and times these it stays (guess, 2026-11-23:
four quick runs in a row may be four cache hits)."""
_MOST_GROWTH = 2.0
"""Times that one more run may lengthen a limit, unless it was longer itself (asked for, 2026-11-23)."""
_TELLS_QUANTILE = 20
"""Finished runs from which a quantile is named instead of the longest (guess, 2026-11-23)."""
_NAMED = 0.005
"""Share of runs beyond the quantile that is named (asked for: p99.5)."""
_STEPS_S = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1200, 1800, 2700, 3600, 5400)
"""Seconds that a person would choose; from two hours on, whole hours (asked for, 2026-11-23)."""


class LearnedLimit(NamedTuple):
    """A limit with its evidence."""

    limit_s: float
    runs: int
    """Those that ended by themselves."""
    cut: int
    median_s: float
    longest_s: float
    quantile_s: float | None
    """By when 99.5 % of such runs have ended; None for too few runs."""
    before_s: float | None
    """The limit without the newest run, where that was shorter."""


class _KnownRuns(NamedTuple):
    """The runs that count, in seconds."""

    ended: list[float]
    cut: list[float]
    """Those that may have been slow runs, and not hangs."""
    allowed: list[float]
    """Those cut of which a person said that they should have gone on."""
    before_step: list[float]
    quick: int
    """Left out: failed at once."""


def compute_limit(
    past: Sequence[RunDuration], elsewhere: Sequence[RunDuration] = (), least_s: float = LEAST_LIMIT_S
) -> LearnedLimit | None:
    """Return the time by which a healthy run like the past ones has ended; None where none ended by itself.

    ``elsewhere``: runs of the same command in other folders. They can widen what few runs here teach, and teach no
    limit of their own.

    >>> compute_limit([]) is None
    True
    >>> compute_limit([RunDuration(7.0 + x % 3) for x in range(20)]).limit_s
    15.0
    """
    known = _select_runs(past[-NEWEST:])
    if not known.ended:
        return None
    limit_s = _find_limit(known, elsewhere, least_s)
    without = _select_runs(past[:-1][-NEWEST:])
    before_s = _find_limit(without, elsewhere, least_s) if without.ended else None
    if before_s is not None and limit_s > before_s * _MOST_GROWTH:
        floor_s = max(before_s * _MOST_GROWTH, _find_longest(known) * _LEAST_TIMES, *(2 * one for one in known.allowed))
        limit_s = min(limit_s, round_limit(floor_s))
    ended = sorted(known.ended)
    return LearnedLimit(
        limit_s=limit_s,
        runs=len(ended),
        cut=len(known.cut) + len(known.allowed),
        median_s=ended[len(ended) // 2],
        longest_s=ended[-1],
        quantile_s=max(_extrapolate(ended, [], _NAMED), ended[-1]) if len(ended) >= _TELLS_QUANTILE else None,
        before_s=before_s if before_s is not None and before_s < limit_s else None,
    )


def _select_runs(past: Sequence[RunDuration]) -> _KnownRuns:
    """Return the runs that count: without those that failed at once, waited for a person, or hung."""
    began = _drop_quick_failures(past)
    kept = _drop_waits(began)
    change = find_current_runs(kept)
    if all(run.cut for run in kept[change:]):
        change = 0  # a row of cut runs is no new kind: nothing ended yet
    return _KnownRuns(
        ended=[run.value_s for run in kept[change:] if not run.cut],
        cut=_list_slow_cuts(kept[change:]),
        allowed=[run.value_s for run in kept if run.cut and run.healthy],
        before_step=[run.value_s for run in kept[:change] if not run.cut],
        quick=len(past) - len(began),
    )


def _find_usual(past: Sequence[RunDuration]) -> float:
    """Return the median of the runs that ended well, else of those that ended; 0 where none did."""
    ended = [run for run in past if not run.cut]
    good = sorted(run.value_s for run in [one for one in ended if not one.failed] or ended)
    return good[len(good) // 2] if good else 0.0


def _drop_quick_failures(past: Sequence[RunDuration]) -> list[RunDuration]:
    """Return the runs that began their work."""
    least = _find_usual(past) * _QUICK
    return [run for run in past if run.cut or not run.failed or run.value_s >= least]


def _drop_waits(past: Sequence[RunDuration]) -> list[RunDuration]:
    """Return the runs whose time is their own: a person may have thought for long before one in a log."""
    far = max(_find_usual(past) * _WAITED, _WAITED_S) if len(past) > _WAITED_FROM else math.inf
    return [run for run in past if not (run.waited and run.value_s > far)]


def _list_slow_cuts(past: Sequence[RunDuration]) -> list[float]:
    """Return the times of cut runs that may have been slow ones: no row of runs has ended by itself since."""
    found, since = [], 0
    for run in reversed(past):
        since += not run.cut
        if run.cut and not run.healthy and since < _CUT_COUNTS:
            found.append(run.value_s)
    return found


def _find_longest(known: _KnownRuns) -> float:
    """Return the longest run seen, cut ones included."""
    return max([*known.ended, *known.cut, *known.allowed])


def _find_limit(known: _KnownRuns, elsewhere: Sequence[RunDuration], least_s: float) -> float:
    """Return the limit of these runs, of which one at least ended, as a person would choose it."""
    longest = _find_longest(known)
    count = len(known.ended) + known.quick
    few_s = next((seconds for most, seconds in _FEW if count <= most), 0.0)
    low = max(longest * _LEAST_TIMES, few_s, *(2 * one for one in known.allowed), least_s)
    high = longest * (_MOST_TIMES_FEW if few_s else _MOST_TIMES)
    if known.before_step and len(known.ended) < _STEP_DOWN_RUNS:
        low = max(low, max(known.before_step) * _STEP_DOWN_TIMES)
    if count <= _FEW_HERE and elsewhere:
        others = _select_runs(elsewhere[-NEWEST:])
        if len(others.ended) > _FEW_HERE:
            widest = _round_down(max(_WIDEST_S, longest * _MOST_TIMES_FEW))
            low = max(low, min(_find_limit(others, (), least_s), widest))
    value = max(min(_extrapolate(known.ended, known.cut, _EXCESS), high), low)
    rounded = round_limit(value)
    return rounded if rounded <= max(high, low) else max(_round_down(max(high, low)), round_limit(low))


def _extrapolate(ended: Sequence[float], cut: Sequence[float], chance: float) -> float:
    """Return the time beyond which the next run goes with that chance.

    The tail's times over its beginning are Pareto's, and the exponent's posterior is a gamma's: so the next one's
    logarithm has Lomax's distribution. A cut run adds its length and is no run that ended.

    >>> round(_extrapolate([10.0 + x % 5 for x in range(60)], [], 0.005), 1)
    17.2
    """
    values = sorted([(value, True) for value in ended] + [(value, False) for value in cut])
    tail = min(len(values) - 1, math.ceil(len(values) * _TAIL_SHARE))
    start = max(values[len(values) - 1 - tail][0], 0.001)
    beyond_start = [(max(value, start), is_end) for value, is_end in values[-tail:] if tail]
    length = _KNOWN_RUNS * _KNOWN_EXPONENT + sum(math.log(value / start) for value, _ in beyond_start)
    runs = _KNOWN_RUNS + sum(is_end for _, is_end in beyond_start)
    beyond = (tail + 1) / (len(values) + 1)
    exponent = min(length * ((max(beyond / chance, 1.0)) ** (1 / runs) - 1), 50.0)
    return start * math.exp(exponent)


def round_limit(value_s: float) -> float:
    """Round a limit up to what a person would choose.

    >>> round_limit(7.2), round_limit(38), round_limit(130), round_limit(400), round_limit(9000)
    (10.0, 45.0, 180.0, 600.0, 10800.0)
    """
    found = next((step for step in _STEPS_S if step >= value_s - 1e-9), None)
    return float(found) if found is not None else math.ceil(value_s / 3600 - 1e-9) * 3600.0


def _round_down(value_s: float) -> float:
    """Round a limit down to what a person would choose; 0 below all."""
    if value_s >= 7200:
        return math.floor(value_s / 3600) * 3600.0
    return float(max((step for step in _STEPS_S if step <= value_s + 1e-9), default=0))


# How long a command may take for anybody of a team: its runs of all people, none of whom may be cut short.
#
# The runs of all people together teach one limit, each person's own runs another; the longest holds, as a machine that
# is slow is no machine that hangs. Nobody's runs crowd out another's: of each person as many of the newest count.

_Times = Sequence[tuple[datetime, RunDuration]]
"""One person's, each with when it was."""
_FEWEST_PEOPLE = 2
"""Who must have run it (asked for, 2026-11-23)."""
_FEWEST_RUNS = 5
"""Runs that ended by themselves, of all people, from which the team's limit is more than a guess: with fewer a limit
is minutes whatever the command (``run.limits``; guess, 2026-11-23)."""
_FEWEST_OWN = 5
"""Of one person, from which that person's own runs can widen the limit (guess, 2026-11-23)."""
_TELLS_NOTHING = TIMELESS | {"error"}
"""Reasons of runs whose times are not the command's; with ``error`` it could not be started."""


def pool_limits(team_hash: bytes, runs: Sequence[TeamRun], now: datetime) -> list[TeamLimit]:
    """Return the limits on the time and on the silence of one command; none where too little is known.

    ``runs``: of any order.
    """
    people = _list_newest(runs)
    if len(people) < _FEWEST_PEOPLE:
        return []
    found = (
        _pool_limit(TeamLimit(team_hash=team_hash, kind=kind, value_s=least_s, runs=0, people=0, changed_at=now), timed)
        for kind, read, least_s in _KINDS
        if (timed := [[(run.at, time) for run in mine if (time := read(run)) is not None] for mine in people])
    )
    return [one for one in found if one is not None]


def _list_newest(runs: Iterable[TeamRun]) -> list[list[TeamRun]]:
    """Return the newest runs of each person that say something, oldest first."""
    people: dict[bytes, list[TeamRun]] = defaultdict(list)
    for run in sorted(runs, key=lambda one: (one.at, one.member)):
        if run.exit_reason not in _TELLS_NOTHING:
            people[run.member].append(run)
    return [mine[-max(NEWEST // len(people), _FEWEST_OWN) :] for mine in people.values()]


def _pool_limit(least: TeamLimit, people: Sequence[_Times]) -> TeamLimit | None:
    """Return the limit of these times, which is ``least`` or longer; None where too few ended by themselves."""
    ended = [count for mine in people if (count := sum(not time.cut for _, time in mine))]
    value_s = _find_team_limit(people, least.value_s)
    if value_s is None or sum(ended) < _FEWEST_RUNS or len(ended) < _FEWEST_PEOPLE:
        return None
    return replace(least, value_s=value_s, runs=sum(ended), people=len(ended))


def _find_team_limit(people: Sequence[_Times], least_s: float) -> float | None:
    """Return the longest of the limits that the people's runs teach, together and each alone."""
    together = [time for _, time in sorted((one for mine in people for one in mine), key=lambda one: one[0])]
    alone = [[time for _, time in mine] for mine in people if sum(not time.cut for _, time in mine) >= _FEWEST_OWN]
    learned = [compute_limit(times, (), least_s) for times in (together, *alone)]
    return max((one.limit_s for one in learned if one is not None), default=None)


def _read_time(run: TeamRun) -> RunDuration | None:
    """Return how long a run took; None where it hung."""
    cut = run.exit_reason not in NATURAL
    if cut and run.allowed is False:
        return None
    failed = bool(run.child_status) or run.exit_reason in BY_CLOCK
    return RunDuration(run.seconds, cut, failed, healthy=cut and run.allowed is True)


def _read_silence(run: TeamRun) -> RunDuration | None:
    """Return how long it was silent at most; None where that is not known, or it hung."""
    cut = run.exit_reason == "timeout_idle"
    if run.longest_silence_s is None or (cut and run.allowed is False):
        return None
    return RunDuration(run.longest_silence_s, cut, bool(run.child_status), healthy=cut and run.allowed is True)


_KINDS: tuple[tuple[Literal["timeout", "idle"], Callable[[TeamRun], RunDuration | None], float], ...] = (
    ("timeout", _read_time, LEAST_LIMIT_S),
    ("idle", _read_silence, LEAST_SILENCE_S),
)
"""What is limited, how it is read from a run, and the shortest limit."""
