"""Show recorded runs and what is learned from them, and record people's feedback on them."""

import hashlib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from twiceshy.config import Config
from twiceshy.errors import NotFound, UsageError
from twiceshy.facts.keys.run_keys import command_folder_key, command_key
from twiceshy.facts.shell import command_heads
from twiceshy.facts.stats.durations import format_duration
from twiceshy.facts.stats.intervals import Interval, wilson
from twiceshy.flows.command.run_limits import KINDS, fold_logs, relearn, times_of
from twiceshy.flows.command.run_patterns import read_past_runs
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records import ids
from twiceshy.records.executions import (
    CommandFigures,
    Feedback,
    LearnedPattern,
    PastRun,
    PatternFigures,
    RunLine,
)
from twiceshy.run import command_shape, limits, pattern_mining, starting_patterns
from twiceshy.store import run_rows as writing
from twiceshy.store.db import ARCHIVE, Store
from twiceshy.store.reads import runs as reading
from twiceshy.store.times import format_time

_MOST_NAMED = 10
_FLAGS = {
    "timeout_s": "--timeout",
    "idle_timeout_s": "--idle-timeout",
    "first_output_timeout_s": "--first-output-timeout",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedLimit:
    """One limit of a suggested command line, with its evidence."""

    option: str
    value_s: float
    low_s: float
    """The quantile as estimated; ``value_s`` is its upper bound."""
    runs: int
    cut: int
    median_s: float
    longest_s: float
    here: bool
    """Learned from runs in this folder; else from runs anywhere."""


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
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSuggestion:
    """A command line to paste; empty if too little is known."""

    command: str
    line: str
    limits: list[SuggestedLimit]
    runs_here: int
    runs_anywhere: int
    needed: int
    patterns: SuggestedPatterns | None
    """None: too little data, or no kind of line tells failed runs from good ones."""
    starting: str
    """The tool whose starting patterns `--match auto` takes instead; empty where there are none."""
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


def list_runs(config: Config, limit: int) -> list[RunLine]:
    """Return the newest runs."""
    with Store.open(config.home, readonly=True) as store:
        return reading.list_runs(store.connection, limit)


def summarize_runs(config: Config, limit: int) -> RunFigures:
    """Return figures by command, and how patterns did."""
    with Store.open(config.home, readonly=True) as store:
        return RunFigures(
            commands=reading.read_command_figures(store.connection, limit),
            patterns=reading.read_pattern_figures(store.connection, limit),
        )


def _find_run(store: Store, name: str) -> RunLine:
    """Return the run with that id.

    Raises:
        NotFound: there is none, or several begin so.
    """
    start = ids.parse_prefix(name)
    if start is None or start.kind != ids.RUN:
        raise NotFound(f"{name!r} is no run's id, such as r-77d0a1c2. `twiceshy runs list` shows them.")
    found = reading.find_runs(store.connection, start, _MOST_NAMED)
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(f"no run's id begins with {name}. `twiceshy runs list` shows them.")
    raise NotFound(f"{name} could be {', '.join(f'{ids.RUN}-{run.uid.hex()}' for run in found)}. Give more digits.")


def clear(config: Config, older_than: datetime | None) -> int:
    """Delete runs older than that and return how many; without a time all, with everything learned from them."""
    if not (config.home / ARCHIVE).exists():
        return 0
    with Store.open(config.home) as store, store.begin_writing() as connection:
        return writing.clear(connection, format_time(older_than))


def retire(store: Store, config: Config, now: datetime) -> int:
    """Delete runs that exceed the age limit or the total size limit; return how many."""
    old = format_time(now - timedelta(days=config.telemetry_retention_days)) or ""
    with store.begin_writing() as connection:
        return writing.retire(connection, old, config.telemetry_max_db_size_mb * 1_000_000)


def give_feedback(
    config: Config,
    name: str,
    *,
    rating: int | None = None,
    comment: str | None = None,
    false_positive: bool | None = None,
    should_have_exited: bool | None = None,
    delay_should_be_s: float | None = None,
) -> RunLine:
    """Store people's feedback on a run and return the run with it. Repeating the same feedback changes nothing.

    Raises:
        NotFound: there is no such run.
        UsageError: no feedback is given, or the rating is not 1 to 5.
    """
    if rating is not None and not 1 <= rating <= 5:
        raise UsageError("--rating is a number from 1 to 5.")
    if all(value is None for value in (rating, comment, false_positive, should_have_exited, delay_should_be_s)):
        raise UsageError("say something about the run: --rating, --comment, --false-positive, …")
    with Store.open(config.home) as store:
        run = _find_run(store, name)
        clean = None
        if comment is not None:
            rules = Scrubber(
                load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=_folder_or_none(config.cache)
            )
            clean = rules.text(comment)
        said = Feedback(rating, clean, false_positive, should_have_exited, delay_should_be_s)
        command, place, patterns = reading.read_run_keys(store.connection, run.uid)
        salt = store.salt
        hashes = [
            hashlib.blake2b(regex.encode(), key=salt, digest_size=16, person=b"pattern").digest()
            for regex in patterns.split("\n")
            if regex
        ]
        with store.begin_writing() as connection:
            writing.give_feedback(connection, run.uid, said, hashes, datetime.now(UTC))
            relearn(store, "command", command)
            relearn(store, "place", place)
        return _find_run(store, f"{ids.RUN}-{run.uid.hex()}")


def _folder_or_none(folder: Path) -> Path | None:
    """Return the folder if it exists, else None."""
    return folder if folder.is_dir() else None


def suggest(config: Config, command: Sequence[str], folder: str) -> RunSuggestion:
    """Suggest a command line to paste, learned from the command's runs in this folder, else anywhere."""
    words = command_shape.words_of(command) if len(command) != 1 else command_shape.words_in(command[0]) or command[0]
    with Store.open(config.home) as store:
        while fold_logs(store) is not None:
            pass
        salt = store.salt
        place = command_folder_key(words, folder, salt)
        here = reading.read_past_runs(store.connection, "place", place, limits.NEWEST)
        known = reading.read_learned_patterns(store.connection, place)
        refused = frozenset(one.pattern for one in known if one.refused)
        patterns = _suggest_patterns(pattern_mining.mine_patterns(read_past_runs(store, place), refused))
        anywhere = reading.read_past_runs(store.connection, "command", command_key(words, salt), limits.NEWEST)
    found = [one for kind in KINDS if (one := _suggest_limit(kind, here, anywhere)) is not None]
    tool = starting_patterns.find_tool(command_heads.head(words))
    options = " ".join(
        [f"{one.option} {format_seconds(one.value_s)}" for one in found]
        + _build_match_options(patterns, automatic=tool is not None)
    )
    return RunSuggestion(
        command=words,
        line=f"twiceshy run {options} -- {words}" if found or (patterns is not None and patterns.confident) else "",
        limits=found,
        runs_here=len(here),
        runs_anywhere=len(anywhere),
        needed=limits.FEWEST,
        patterns=patterns,
        starting="" if tool is None else tool.name,
        failed_needed=pattern_mining.FEWEST_FAILED,
        good_needed=pattern_mining.FEWEST_GOOD,
    )


def _suggest_patterns(mined: pattern_mining.MinedPatterns | None) -> SuggestedPatterns | None:
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


def _build_match_options(patterns: SuggestedPatterns | None, *, automatic: bool) -> list[str]:
    """Return the options that watch for failures: the learned patterns, else the starting ones."""
    if patterns is None or not patterns.confident:
        return ["--match auto"] if automatic else []
    delay = [f"--delay-exit {format_seconds(patterns.delay_s)}"] if patterns.delay_s is not None else []
    return [f"--match {shlex.quote(pattern)}" for pattern in patterns.patterns] + delay


def list_patterns(config: Config, limit: int) -> list[CommandPatterns]:
    """Return what is learned about each command's output, the most frequently run commands first."""
    with Store.open(config.home, readonly=True) as store:
        found = [
            CommandPatterns(
                command=name, folder=folder, patterns=reading.read_learned_patterns(store.connection, place)
            )
            for place, _, name, folder in reading.read_places(store.connection, limit)
        ]
    return [one for one in found if one.patterns]


def list_timings(config: Config, limit: int) -> list[CommandTiming]:
    """Return the durations and limits of each command, the most frequently run commands first."""
    with Store.open(config.home, readonly=True) as store:
        return [
            _read_timing(store, place, command, name)
            for place, command, name, _ in reading.read_places(store.connection, limit)
        ]


def _read_timing(store: Store, place: bytes, command: bytes, name: str) -> CommandTiming:
    """Return the durations of one command in this folder, else anywhere."""
    here = reading.read_past_runs(store.connection, "place", place, limits.NEWEST)
    anywhere = reading.read_past_runs(store.connection, "command", command, limits.NEWEST)
    delay = reading.read_learned_delay(store.connection, place)
    return CommandTiming(
        command=name,
        runs=len(here),
        limits=[one for kind in KINDS if (one := _suggest_limit(kind, here, anywhere)) is not None],
        delay_s=None if delay is None else delay[0],
        delay_reason="" if delay is None else delay[1],
        needed=limits.FEWEST,
    )


def _suggest_limit(kind: str, here: Sequence[PastRun], anywhere: Sequence[PastRun]) -> SuggestedLimit | None:
    """Return one suggested limit; None for too little data."""
    for past, is_here in ((here, True), (anywhere, False)):
        learned = limits.compute_limit(times_of(past, kind))
        if learned is not None:
            return SuggestedLimit(
                option=_FLAGS[kind],
                value_s=limits.round_up(learned.limit_s),
                low_s=learned.low_s,
                runs=learned.runs,
                cut=learned.cut,
                median_s=learned.median_s,
                longest_s=learned.longest_s,
                here=is_here,
            )
    return None


def format_seconds(value_s: float) -> str:
    """Format a duration as an option takes it, in whole seconds from ten on."""
    return format_duration(round(value_s)) if value_s >= 10 else f"{value_s:g}s"


def list_anomalies(config: Config, limit: int) -> list[RunAnomaly]:
    """Return runs that differ from their own command's past, newest first."""
    found = []
    with Store.open(config.home, readonly=True) as store:
        stored = reading.read_ids(store.connection)
        for key, command in reading.read_command_names(store.connection).items():
            past = reading.read_past_runs(store.connection, "command", key, limits.NEWEST * 2)
            own = [run for run in past if run.origin == "run"]
            for at in range(len(own)):
                if own[at].uid in stored:
                    found += [replace(alarm, command=command) for alarm in find_alarms(own[:at], own[at])]
    return sorted(found, key=lambda alarm: alarm.at, reverse=True)[:limit]


def find_alarms(past: Sequence[PastRun], run: PastRun) -> list[RunAnomaly]:
    """Return what is unusual about one run, given the runs before it."""
    questions = (
        ("runtime", [limits.RunDuration(one.runtime_s, one.runtime_cut) for one in past], run.runtime_s),
        ("silence", times_of(past, "idle_timeout_s"), run.silence_s),
        ("lines", [limits.RunDuration(one.lines or 0.5) for one in past if one.lines is not None], run.lines),
    )
    raised = [
        limits.detect_anomaly(before, float(value), what) for what, before, value in questions if value is not None
    ]
    found = [_to_anomaly(run, alarm.what, alarm) for alarm in raised if alarm is not None]
    known = {one.error_key for one in past}
    if run.error_key is not None and run.error_key not in known and len(past) >= limits.ALARMS_FROM:
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
