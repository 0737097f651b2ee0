"""What a command's past runs teach about its time: limits with their evidence, and runs that are unusual.

Agents' logs count too: a call that ran one working command is a run of it, from call to result. That time includes
the agent's own overhead and its wait for a permission, so it errs on the long side.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from twiceshy.facts.keys.run_keys import command_key
from twiceshy.facts.stats.durations import format_duration
from twiceshy.facts.stats.intervals import quantile
from twiceshy.records import ids
from twiceshy.records.executions import PastRun
from twiceshy.run import command_shape, limits
from twiceshy.run.outputs import ENVIRONMENT, KINDS, name_limit
from twiceshy.run.suggestion_records import RunAnomaly, SuggestedLimit

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


class LearnedValue(NamedTuple):
    """A learned time: the plan's field that it is for, seconds, and its evidence."""

    kind: str
    value_s: float
    reason: str


def read_call(row: Sequence[object], salt: bytes) -> PastRun | None:
    """Return the run behind a stored call; None if it says nothing about a command's duration."""
    _, uid, at, command, seconds, failure, exit_code, timeout_s, fingerprint = row
    if failure in {"rejected", "cascade"} or not isinstance(seconds, float) or not 0 <= seconds < _LONGEST_CALL_S:
        return None
    if not isinstance(command, str) or len(command) >= _LONGEST_COMMAND:
        return None
    words = command_shape.words_in(command)
    if not words:
        return None
    limit = timeout_s if isinstance(timeout_s, float) else None
    cut = failure == "interrupted" or exit_code in _TIMED_OUT or (limit is not None and seconds >= limit)
    return PastRun(
        uid=bytes(uid),  # type: ignore[call-overload]  # a BLOB column
        origin="log",
        at=str(at),
        command_hash=command_key(words, salt),
        place_hash=None,
        runtime_s=round(seconds, 3),  # days as a float know no more
        runtime_cut=cut,
        failed=failure is not None,
        error_key=fingerprint if isinstance(fingerprint, bytes) else None,
    )


def learn_limits(past: Sequence[PastRun], refused: Collection[str], where: str) -> list[LearnedValue]:
    """Return the usual time of these runs and each limit that they teach, except the kinds refused by feedback."""
    made = _find_usual_duration(past)
    for kind in _OPTIONS:
        for name, unbuffered in {name_limit(kind, unbuffered): unbuffered for unbuffered in KINDS}.items():
            learned = limits.compute_limit(times_of(past, kind, unbuffered)) if kind not in refused else None
            if learned is not None:
                value = limits.round_up(learned.limit_s)
                made.append(LearnedValue(name, value, _phrase_reason(learned, value, where)))
    return made


def learn_delay(asked: Sequence[float]) -> LearnedValue:
    """Return the delay after a match that feedback asks for."""
    return LearnedValue("delay_exit_s", quantile(asked, 0.5), f"your feedback on {len(asked)} of its runs")


def _find_usual_duration(past: Sequence[PastRun]) -> list[LearnedValue]:
    """Return how long such a run usually takes; this is no limit, but is stored with the limits."""
    runs = limits.select_current_runs(times_of(past, "timeout_s"))
    finished = sum(not run.cut for run in runs)
    if finished < _FEWEST_USUAL:
        return []
    return [
        LearnedValue(
            "usual_s", limits.find_quantile(limits.weigh_durations(runs), 0.5), f"{finished} runs that finished"
        )
    ]


def times_of(past: Iterable[PastRun], kind: str, unbuffered: str = ENVIRONMENT) -> list[limits.RunDuration]:
    """Return the times that a limit of that kind is learned from, without runs that lack them.

    Silence counts only where it was measured the same way: a command that may hold its output back is silent longer.
    """
    if kind == "timeout_s":
        return [limits.RunDuration(run.runtime_s, run.runtime_cut) for run in past]
    past = [run for run in past if run.unbuffered == unbuffered]
    if kind == "idle_timeout_s":
        return [limits.RunDuration(run.silence_s, run.silence_cut) for run in past if run.silence_s is not None]
    return [
        limits.RunDuration(run.first_output_s, run.first_output_cut) for run in past if run.first_output_s is not None
    ]


def _phrase_reason(learned: limits.LearnedLimit, value_s: float, where: str) -> str:
    """Return the evidence for a limit in one clause."""
    cut = f", {learned.cut} of them cut off" if learned.cut else ""
    return (
        f"{learned.runs} runs {where}{cut}: median {format_duration(learned.median_s)}, "
        f"longest {format_duration(learned.longest_s)}; "
        f"with {limits.CONFIDENCE:.0%} confidence {limits.COVERAGE:.1%} of such runs "
        f"need less than {format_duration(value_s)}"
    )


def suggest_limits(here: Sequence[PastRun], anywhere: Sequence[PastRun]) -> list[SuggestedLimit]:
    """Return each limit that is known, from runs in this folder before runs anywhere."""
    return [one for kind in _OPTIONS if (one := _suggest_limit(kind, here, anywhere)) is not None]


def _suggest_limit(kind: str, here: Sequence[PastRun], anywhere: Sequence[PastRun]) -> SuggestedLimit | None:
    """Return one suggested limit; None for too little data."""
    for past, is_here in ((here, True), (anywhere, False)):
        learned = limits.compute_limit(times_of(past, kind))
        if learned is not None:
            return SuggestedLimit(
                option=_OPTIONS[kind],
                value_s=limits.round_up(learned.limit_s),
                low_s=learned.low_s,
                runs=learned.runs,
                cut=learned.cut,
                median_s=learned.median_s,
                longest_s=learned.longest_s,
                here=is_here,
            )
    return None


def find_alarms(past: Sequence[PastRun], run: PastRun) -> list[RunAnomaly]:
    """Return what is unusual about one run, given the runs before it.

    A failed run's error is new where no earlier run had it, and no good one printed it.
    """
    questions = (
        ("runtime", [limits.RunDuration(one.runtime_s, one.runtime_cut) for one in past], run.runtime_s),
        ("silence", times_of(past, "idle_timeout_s", run.unbuffered), run.silence_s),
        ("lines", [limits.RunDuration(one.lines or 0.5) for one in past if one.lines is not None], run.lines),
    )
    raised = [
        limits.detect_anomaly(before, float(value), what) for what, before, value in questions if value is not None
    ]
    found = [_to_anomaly(run, alarm.what, alarm) for alarm in raised if alarm is not None]
    known = {one.error_key for one in past}
    if run.failed and run.error_key not in {*known, None} and len(past) >= limits.ALARMS_FROM:
        found.append(_to_anomaly(run, "error", None))
    return found


def _to_anomaly(run: PastRun, what: str, alarm: limits.Alarm | None) -> RunAnomaly:
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
