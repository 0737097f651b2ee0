"""How long a command may take for anybody of a team: its runs of all people, none of whom may be cut short.

The runs of all people together teach one limit, each person's own runs another; the longest holds, as a machine that
is slow is no machine that hangs. Nobody's runs crowd out another's: of each person as many of the newest count.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from twiceshy.records.team_evidence import TeamRun
from twiceshy.records.team_knowledge import TeamLimit
from twiceshy.run.exits import BY_CLOCK, NATURAL, TIMELESS
from twiceshy.run.limits import LEAST_LIMIT_S, LEAST_SILENCE_S, NEWEST, compute_limit
from twiceshy.run.run_changes import RunDuration

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
    value_s = _find_limit(people, least.value_s)
    if value_s is None or sum(ended) < _FEWEST_RUNS or len(ended) < _FEWEST_PEOPLE:
        return None
    return replace(least, value_s=value_s, runs=sum(ended), people=len(ended))


def _find_limit(people: Sequence[_Times], least_s: float) -> float | None:
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
