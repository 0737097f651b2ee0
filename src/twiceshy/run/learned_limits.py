"""What a command's past runs teach about its time: limits with their evidence, and runs that are unusual.

A limit rests on runs of the same command in the same folder, agents' runs in their logs included; runs elsewhere tell
what is usual, and no more. In some logs a run's time goes from call to result, with the agent's own overhead and a wait
for permission.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from twiceshy.commands.keys.run_keys import command_folder_key, command_key
from twiceshy.records import ids
from twiceshy.records.executions import PastRun
from twiceshy.run import alarms, command_shape, limits
from twiceshy.run.outputs import ENVIRONMENT, KINDS, name_limit
from twiceshy.run.run_changes import RunDuration, find_current_runs
from twiceshy.run.suggestion_records import RunAnomaly, SuggestedLimit
from twiceshy.stats.durations import phrase_duration
from twiceshy.stats.intervals import quantile

_LONGEST_COMMAND = 500
"""Characters that the archive keeps of a command; one that long may be cut and would be grouped wrongly (defined by the
column)."""
_LONGEST_CALL_S = 86_400.0
"""Seconds: what took a day was left alone, not waited for (guess of 2026-11-21)."""
_TIMED_OUT = frozenset({124, 137, 143})
"""Statuses of GNU timeout, KILL and TERM."""
_FEWEST_USUAL = 3
"""Finished runs without which nothing is usual (guess of 2026-11-21)."""
_OPTIONS = {
    "timeout_s": "--timeout",
    "idle_timeout_s": "--idle-timeout",
    "first_output_timeout_s": "--first-output-timeout",
}
"""Kinds of limits, and the options of ``twiceshy run`` that set them."""
_STAMPED = "stamp"
"""Origin of a run whose time is that between two entries of an agent's log."""


class LearnedValue(NamedTuple):
    """A learned time: the plan's field that it is for, seconds, and its evidence."""

    kind: str
    value_s: float
    reason: str


class LoggedRun(NamedTuple):
    """A command in an agent's log, as stored."""

    result: int
    uid: bytes
    at: str
    command: str
    folder: str
    """Where the call began; the user's name as on this machine."""
    seconds: float | None
    told: bool
    """The agent measured it."""
    failure: str | None
    exit_code: int | None
    timeout_s: float | None
    fingerprint: bytes | None
    runs_on: bool
    """The agent went on while it still ran."""


def key_of_line(line: str, folder: str, salt: bytes) -> bytes:
    """Return the key under which the runs of a line's command are kept, for a line begun in a folder."""
    words = command_shape.words_in(line) or " ".join(line.split())
    return command_folder_key(words, command_shape.find_folder(line, folder) or folder, salt)


def read_call(call: LoggedRun, salt: bytes) -> PastRun | None:
    """Return the run behind a stored call; None if it says nothing about a command's duration."""
    seconds = call.seconds
    if call.failure in {"rejected", "cascade"} or seconds is None or not 0 <= seconds < _LONGEST_CALL_S:
        return None
    if len(call.command) >= _LONGEST_COMMAND or command_shape.loses_reader(call.command):
        return None
    words = command_shape.words_in(call.command)
    if not words:
        return None
    over = call.timeout_s is not None and seconds >= call.timeout_s
    folder = command_shape.find_folder(call.command, call.folder) if call.folder else ""
    return PastRun(
        uid=call.uid,
        origin="log" if call.told else _STAMPED,
        at=call.at,
        command_hash=command_key(words, salt),
        place_hash=command_folder_key(words, folder, salt) if folder else None,
        runtime_s=round(seconds, 3),  # days as a float know no more
        runtime_cut=call.failure == "interrupted" or call.exit_code in _TIMED_OUT or over or call.runs_on,
        failed=call.failure is not None,
        error_key=call.fingerprint,
    )


def learn_limits(here: Sequence[PastRun], elsewhere: Sequence[PastRun]) -> list[LearnedValue]:
    """Return the usual time of the runs in one folder, and each limit that they teach."""
    runs = times_of(here, "timeout_s")
    runs = runs[find_current_runs(runs) :]
    made = _find_usual_duration(runs, f"{sum(not run.cut for run in runs)} runs here that finished")
    for kind in _OPTIONS:
        for name, unbuffered in {name_limit(kind, unbuffered): unbuffered for unbuffered in KINDS}.items():
            learned = _learn_limit(kind, here, elsewhere, unbuffered)
            if learned is not None:
                made.append(LearnedValue(name, learned.limit_s, _phrase_reason(learned)))
    return made


def learn_usual(anywhere: Sequence[PastRun]) -> list[LearnedValue]:
    """Return the usual time of a command whose runs in this folder are not known: no limit rests on it."""
    runs = times_of(anywhere, "timeout_s")
    ended = [run.value_s for run in runs if not run.cut]
    longest = phrase_duration(max(ended, default=0.0))
    return _find_usual_duration(runs, f"elsewhere such runs took up to {longest} ({len(ended)} runs)")


def learn_delay(asked: Sequence[float]) -> LearnedValue:
    """Return the delay after a match that feedback asks for."""
    return LearnedValue("delay_exit_s", quantile(asked, 0.5), f"your feedback on {len(asked)} of its runs")


def _find_usual_duration(runs: Sequence[RunDuration], reason: str) -> list[LearnedValue]:
    """Return how long such a run usually takes; this is no limit, but is stored with the limits."""
    if sum(not run.cut for run in runs) < _FEWEST_USUAL:
        return []
    return [LearnedValue("usual_s", alarms.find_quantile(alarms.weigh_durations(runs), 0.5), reason)]


def times_of(past: Iterable[PastRun], kind: str, unbuffered: str = ENVIRONMENT) -> list[RunDuration]:
    """Return the times that a limit of that kind is learned from, without runs that lack them or hung.

    Silence counts only where it was measured the same way: a command that may hold its output back is silent longer.
    """
    asked = [(one, *_read_time(one, kind)) for one in past if kind == "timeout_s" or one.unbuffered == unbuffered]
    return [
        RunDuration(value, cut, one.failed, healthy=bool(one.healthy), waited=one.origin == _STAMPED)
        for one, value, cut in asked
        if value is not None and not (cut and one.healthy is False)
    ]


def _read_time(run: PastRun, kind: str) -> tuple[float | None, bool]:
    """Return a run's time of that kind, and whether it was cut off."""
    if kind == "timeout_s":
        return run.runtime_s, run.runtime_cut
    return (run.silence_s, run.silence_cut) if kind == "idle_timeout_s" else (run.first_output_s, run.first_output_cut)


def _learn_limit(
    kind: str, here: Sequence[PastRun], elsewhere: Sequence[PastRun], unbuffered: str = ENVIRONMENT
) -> limits.LearnedLimit | None:
    """Return one limit: the one function that all who name a limit ask."""
    least_s = limits.LEAST_LIMIT_S if kind == "timeout_s" else limits.LEAST_SILENCE_S
    return limits.compute_limit(times_of(here, kind, unbuffered), times_of(elsewhere, kind, unbuffered), least_s)


def _phrase_reason(learned: limits.LearnedLimit) -> str:
    """Return the evidence for a limit in one clause.

    >>> _phrase_reason(limits.LearnedLimit(120.0, 46, 1, 12.0, 34.5, 38.0, None))
    'p99.5 of 46 runs here (1 more cut off): 38 s; limit 2 min'
    >>> _phrase_reason(limits.LearnedLimit(120.0, 6, 0, 12.0, 34.5, None, 60.0))
    'longest of 6 runs here 34.5 s; limit 2 min, was 1 min'
    """
    runs = f"{learned.runs} run{'s' if learned.runs > 1 else ''} here"
    runs += f" ({learned.cut} more cut off)" if learned.cut else ""
    if learned.quantile_s is not None:
        known = f"p99.5 of {runs}: {phrase_duration(learned.quantile_s)}"
    else:
        known = f"longest of {runs} {phrase_duration(learned.longest_s)}"
    grown = f", was {phrase_duration(learned.before_s)}" if learned.before_s is not None else ""
    return f"{known}; limit {phrase_duration(learned.limit_s)}{grown}"


def suggest_limits(here: Sequence[PastRun], elsewhere: Sequence[PastRun]) -> list[SuggestedLimit]:
    """Return each limit that the runs in a folder teach."""
    found = []
    for kind, option in _OPTIONS.items():
        learned = _learn_limit(kind, here, elsewhere)
        if learned is not None:
            found.append(
                SuggestedLimit(
                    option=option,
                    value_s=learned.limit_s,
                    reason=_phrase_reason(learned),
                    runs=learned.runs,
                    cut=learned.cut,
                    median_s=learned.median_s,
                    longest_s=learned.longest_s,
                )
            )
    return found


def take_stored(one: SuggestedLimit, stored: Mapping[str, tuple[float, str]]) -> SuggestedLimit:
    """Return the limit as it is stored: runs elsewhere may have come since."""
    kind = next(kind for kind, option in _OPTIONS.items() if option == one.option)
    known = stored.get(kind)
    return one if known is None else replace(one, value_s=known[0], reason=known[1])


def find_alarms(past: Sequence[PastRun], run: PastRun) -> list[RunAnomaly]:
    """Return what is unusual about one run, given the runs before it.

    A failed run's error is new where no earlier run had it, and no good one printed it.
    """
    questions = (
        ("runtime", [RunDuration(one.runtime_s, one.runtime_cut) for one in past], run.runtime_s),
        ("silence", times_of(past, "idle_timeout_s", run.unbuffered), run.silence_s),
        ("lines", [RunDuration(one.lines or 0.5) for one in past if one.lines is not None], run.lines),
    )
    raised = [
        alarms.detect_anomaly(before, float(value), what) for what, before, value in questions if value is not None
    ]
    found = [_to_anomaly(run, alarm.what, alarm) for alarm in raised if alarm is not None]
    known = {one.error_key for one in past}
    if run.failed and run.error_key not in {*known, None} and len(past) >= alarms.ALARMS_FROM:
        found.append(_to_anomaly(run, "error", None))
    return found


def _to_anomaly(run: PastRun, what: str, alarm: alarms.Alarm | None) -> RunAnomaly:
    """Return the record of one unusual thing about a run."""
    return RunAnomaly(
        id=ids.shorten(ids.RUN, run.uid),
        at=run.at,
        command="",
        what=what,
        value=alarm.value if alarm else None,
        usual=alarm.usual if alarm else None,
        limit=alarm.limit if alarm else None,
    )
