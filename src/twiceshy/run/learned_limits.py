"""What a command's past runs teach about its time: limits with their evidence, and runs that are unusual.

A limit rests on runs of the same command in the same folder, agents' runs in their logs included; runs elsewhere tell
what is usual, and no more. In some logs a run's time goes from call to result, with the agent's own overhead and a wait
for permission.
"""

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from twiceshy.commands.keys.team_keys import command_folder_key, command_key
from twiceshy.commands.shell import command_heads
from twiceshy.records import ids
from twiceshy.records.executions import CommandFigures, LearnedPattern, PastRun, PatternFigures
from twiceshy.run import alarms, command_shape, pattern_mining, starting_patterns
from twiceshy.run import limits as run_limits
from twiceshy.run.limits import RunDuration, find_current_runs
from twiceshy.run.outputs import ENVIRONMENT, KINDS, name_limit
from twiceshy.run.pattern_mining import (
    FinishedRun,
    LineKind,
    MinedPatterns,
    PatternEvidence,
    check_starting_patterns,
    has_error_words,
    list_patterns_of_good,
)
from twiceshy.stats.durations import format_duration, format_option, phrase_duration
from twiceshy.stats.intervals import Interval, quantile, wilson

# What is suggested for a command, learned of it, and unusual about its runs, as it is shown.


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedLimit:
    """One limit of a suggested command line, with its evidence."""

    option: str
    value_s: float
    reason: str
    runs: int
    cut: int
    median_s: float | None
    """None of a team's limit: only the limit was told."""
    longest_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedPatterns:
    """The patterns of a suggested command line, with what they would have done in past runs in this folder."""

    patterns: list[str]
    confident: bool
    """`--match auto` takes them."""
    failed_runs: int
    failed_hit: int
    good_runs: int
    precision: Interval
    recall: Interval
    saved_share: float
    """Of the time of the failed runs that they hit."""
    delay_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandPatterns:
    """The patterns of one command in one folder."""

    command: str
    folder: str
    patterns: list[LearnedPattern]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTiming:
    """The durations of one command's runs, and the limits learned from them."""

    command: str
    runs: int
    limits: list[SuggestedLimit]
    delay_s: float | None
    delay_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSuggestion:
    """A command line to paste; empty if too little is known."""

    command: str
    line: str
    limits: list[SuggestedLimit]
    runs_here: int
    runs_elsewhere: int
    elsewhere: str
    """What is usual there, in words; empty for too few runs."""
    patterns: SuggestedPatterns | None
    """None: too little data, or no kind of line tells failed runs from good ones."""
    starting: str
    """The tool whose starting patterns `--match auto` takes instead; empty where there are none."""
    starting_patterns: list[str]
    """These patterns: not learned, and without those that runs here or feedback speak against."""
    failed_needed: int
    good_needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAnomaly:
    """A run that differs from its command's past."""

    id: str
    at: str
    command: str
    what: str
    """runtime, silence, lines or error."""
    value: float | None
    usual: float | None
    limit: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFigures:
    """The figures that `runs stats` shows."""

    commands: list[CommandFigures]
    patterns: list[PatternFigures]


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
) -> run_limits.LearnedLimit | None:
    """Return one limit: the one function that all who name a limit ask."""
    least_s = run_limits.LEAST_LIMIT_S if kind == "timeout_s" else run_limits.LEAST_SILENCE_S
    return run_limits.compute_limit(times_of(here, kind, unbuffered), times_of(elsewhere, kind, unbuffered), least_s)


def _phrase_reason(learned: run_limits.LearnedLimit) -> str:
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


# Learned patterns as they are stored and suggested, each with its evidence in words.


def decode_run(failed: object, runtime_s: float, lines: str, marks: str) -> FinishedRun:
    """Return a finished run from its stored row."""
    return FinishedRun(bool(failed), runtime_s, _decode_kinds(lines), _decode_kinds(marks))


def _decode_kinds(text: str) -> list[LineKind]:
    """Decode the kinds of lines that were stored as JSON."""
    return [LineKind(str(made), float(first_s), float(block_s)) for made, first_s, block_s in json.loads(text)]


def prints_new_error(lines: str, good: Iterable[str]) -> bool:
    """Tell whether a run has a line of a kind that no good run had, by stored kinds of lines.

    Where lines of its look like an error only those are looked at.
    """
    known = {kind.text for one in good for kind in _decode_kinds(one)}
    printed = [kind.text for kind in _decode_kinds(lines)]
    errors = [text for text in printed if has_error_words(text)]
    return any(text not in known for text in errors or printed)


def list_patterns(place: bytes, past: list[FinishedRun], mined: MinedPatterns | None) -> list[LearnedPattern]:
    """Return the patterns to store for a command in one folder: those mined, and starting ones that hit its runs."""
    rows = {one.pattern: _to_row(place, one, mined) for one in mined.patterns} if mined is not None else {}
    marked = {mark.text for run in past for mark in run.marks}
    for one in check_starting_patterns(past, sorted(marked - rows.keys())):
        rows[one.pattern] = _to_row(place, one, None)
    return list(rows.values())


def outlive_runs(
    known: Iterable[LearnedPattern], found: Sequence[LearnedPattern], past: Sequence[FinishedRun]
) -> list[LearnedPattern]:
    """Return the patterns to store where runs that taught some went with age: those stay as they are stored.

    ``known``: as stored; ``found``: of the runs that are there. A stored pattern goes once so many runs are there as
    taught it, or a good one that it would hit.
    """
    good = list_patterns_of_good(past)
    kept = {
        one.pattern: one
        for one in known
        if not one.refused and one.failed_runs + one.good_runs > len(past) and one.pattern not in good
    }
    return [*kept.values(), *(one for one in found if one.pattern not in kept)]


def recall_mined(known: Iterable[LearnedPattern], mined: MinedPatterns | None) -> MinedPatterns | None:
    """Return the stored patterns that `--match auto` takes as what was mined, where the runs that are there teach less.

    How many failed runs had any of them is not stored: it is at least what the best of them had.
    """
    taken = [one for one in known if one.chosen and not one.refused]
    if (mined is not None and mined.chosen) or not taken:
        return mined
    best = max(taken, key=lambda one: one.failed_hit)
    return MinedPatterns(
        patterns=[
            PatternEvidence(
                one.pattern,
                one.origin,
                one.failed_runs,
                one.failed_hit,
                one.good_runs,
                one.good_hit,
                one.saved_share or 0.0,
                one.score or 0.0,
            )
            for one in taken
        ],
        chosen=True,
        score=best.score or 0.0,
        failed_runs=best.failed_runs,
        failed_hit=best.failed_hit,
        good_runs=best.good_runs,
        saved_share=best.saved_share or 0.0,
        delay_s=None,
    )


def _to_row(place: bytes, found: PatternEvidence, mined: MinedPatterns | None) -> LearnedPattern:
    """Return a pattern as it is stored."""
    return LearnedPattern(
        place_hash=place,
        pattern=found.pattern,
        origin=found.origin,
        chosen=mined is not None and mined.chosen,
        refused=False,
        failed_runs=found.failed_runs,
        failed_hit=found.failed_hit,
        good_runs=found.good_runs,
        good_hit=found.good_hit,
        saved_share=round(found.saved_share, 4),
        score=round(found.score, 4),
        reason=_phrase_evidence(mined) if mined is not None else _phrase_counts(found),
    )


def _phrase_evidence(mined: MinedPatterns) -> str:
    """Return in one clause why the patterns are used."""
    return (
        f"{mined.failed_hit} of {mined.failed_runs} failed runs here had one of them, none of {mined.good_runs} "
        f"good ones; {mined.saved_share:.0%} of their time came after it"
    )


def _phrase_counts(found: PatternEvidence) -> str:
    """Return in one clause the evidence for or against one pattern."""
    failed, good = f"{found.failed_hit} of {found.failed_runs}", f"{found.good_hit} of {found.good_runs}"
    return f"{failed} failed runs here had it, {good} good ones"


def find_delay(mined: MinedPatterns | None) -> list[LearnedValue]:
    """Return the delay after a match that the runs teach; empty where they teach none."""
    if mined is None or mined.delay_s is None:
        return []
    within = format_duration(mined.delay_s)
    words = f"in {mined.failed_hit} failed runs here what belonged to the match was over within {within}"
    return [LearnedValue("delay_exit_s", mined.delay_s, words)]


def suggest_patterns(mined: MinedPatterns | None) -> SuggestedPatterns | None:
    """Return the patterns learned from the command's runs in this folder; None if there are none."""
    if mined is None or not mined.patterns:
        return None
    return SuggestedPatterns(
        patterns=[one.pattern for one in mined.patterns],
        confident=mined.chosen,
        failed_runs=mined.failed_runs,
        failed_hit=mined.failed_hit,
        good_runs=mined.good_runs,
        precision=wilson(mined.failed_hit, mined.failed_hit),
        recall=wilson(mined.failed_hit, mined.failed_runs),
        saved_share=mined.saved_share,
        delay_s=mined.delay_s,
    )


def build_match_options(patterns: SuggestedPatterns | None, *, automatic: bool) -> list[str]:
    """Return the options that watch for failures: the learned patterns, else the starting ones."""
    if patterns is None or not patterns.confident:
        return ["--match auto"] if automatic else []
    delay = [f"--delay-exit {format_option(patterns.delay_s)}"] if patterns.delay_s is not None else []
    return [f"--match {shlex.quote(pattern)}" for pattern in patterns.patterns] + delay


# Suggest a command line to paste from what the command's past runs teach.


def suggest_line(
    words: str,
    here: Sequence[PastRun],
    elsewhere: Sequence[PastRun],
    mined: MinedPatterns | None,
    *,
    starting: Sequence[str] = (),
    team: Sequence[SuggestedLimit] = (),
) -> RunSuggestion:
    """Suggest options for a command's words from its runs in this folder, and its mined patterns.

    Runs in other folders tell only how long such runs take. ``starting``: what ``--match auto`` watches for while
    nothing is learned. ``team``: limits that a team's runs teach, for options of which the runs here tell nothing.
    """
    found = suggest_limits(here, elsewhere)
    found += [one for one in team if one.option not in {own.option for own in found}]
    usual = learn_usual(elsewhere)
    patterns = suggest_patterns(mined)
    tool = starting_patterns.find_tool(command_heads.head(words))
    options = " ".join(
        [f"{one.option} {format_option(one.value_s)}" for one in found]
        + build_match_options(patterns, automatic=tool is not None)
    )
    return RunSuggestion(
        command=words,
        line=f"twiceshy run {options} -- {words}"
        if found or starting or (patterns is not None and patterns.confident)
        else "",
        limits=found,
        runs_here=len(here),
        runs_elsewhere=len(elsewhere),
        elsewhere=usual[0].reason if usual else "",
        patterns=patterns,
        starting=tool.name if tool is not None and starting else "",
        starting_patterns=list(starting),
        failed_needed=pattern_mining.FEWEST_FAILED,
        good_needed=pattern_mining.FEWEST_GOOD,
    )
