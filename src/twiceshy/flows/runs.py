"""Looking at recorded runs, learning from them, and what people say about them."""

import hashlib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from twiceshy.config import Config
from twiceshy.errors import NotFound, UsageError
from twiceshy.facts import shell
from twiceshy.facts.durations import shown
from twiceshy.facts.run_keys import command_key, place_key
from twiceshy.facts.stats import Interval, wilson
from twiceshy.flows.run_learning import KINDS, fold_logs, relearn, times
from twiceshy.flows.run_patterns import seen
from twiceshy.privacy.policy import Level, load_rules
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
from twiceshy.run import limits, mining, shape, starting
from twiceshy.store import runs as writing
from twiceshy.store.db import ARCHIVE, Store
from twiceshy.store.reads import runs as reading
from twiceshy.store.rows import instant

MOST_NAMED = 10
FLAGS = {
    "timeout_s": "--timeout",
    "idle_timeout_s": "--idle-timeout",
    "first_output_timeout_s": "--first-output-timeout",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedLimit:
    """One limit of a suggested line, with its evidence."""

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
    """The patterns of a suggested line, with what they would have done in past runs here."""

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
class Timing:
    """The times of one command, and the limits they make."""

    command: str
    runs: int
    limits: list[SuggestedLimit]
    delay_s: float | None
    delay_reason: str
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A line to paste; empty where too little is known."""

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
class Anomaly:
    """A run that is unlike its command's past."""

    id: str
    at: str
    command: str
    what: str
    """runtime, silence, lines or error."""
    value: float | None
    usual: float | None
    limit: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What `runs stats` shows."""

    commands: list[CommandFigures]
    patterns: list[PatternFigures]


def list_runs(config: Config, limit: int) -> list[RunLine]:
    """The newest runs."""
    with Store.open(config.home, readonly=True) as store:
        return reading.list_runs(store.connection, limit)


def figures(config: Config, limit: int) -> Figures:
    """Runs by command, and what became of patterns."""
    with Store.open(config.home, readonly=True) as store:
        return Figures(
            commands=reading.command_figures(store.connection, limit),
            patterns=reading.pattern_figures(store.connection, limit),
        )


def find(store: Store, name: str) -> RunLine:
    """The run with that id.

    Raises:
        NotFound: there is none, or several begin so.
    """
    start = ids.beginning(name)
    if start is None or start.kind != ids.RUN:
        raise NotFound(f"{name!r} is no run's id, such as r-77d0a1c2. `twiceshy runs list` shows them.")
    found = reading.runs_beginning(store.connection, start, MOST_NAMED)
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(f"no run's id begins with {name}. `twiceshy runs list` shows them.")
    raise NotFound(f"{name} could be {', '.join(f'{ids.RUN}-{run.uid.hex()}' for run in found)}. Give more digits.")


def clear(config: Config, older_than: datetime | None) -> int:
    """How many runs were removed; without a time all, with everything learned from them."""
    if not (config.home / ARCHIVE).exists():
        return 0
    with Store.open(config.home) as store, store.writing() as connection:
        return writing.clear(connection, instant(older_than))


def retire(store: Store, config: Config, now: datetime) -> int:
    """How many runs went for their age or for the size of all together."""
    old = instant(now - timedelta(days=config.telemetry_retention_days)) or ""
    with store.writing() as connection:
        return writing.retire(connection, old, config.telemetry_max_db_size_mb * 1_000_000)


def feedback(
    config: Config,
    name: str,
    *,
    rating: int | None = None,
    comment: str | None = None,
    false_positive: bool | None = None,
    should_have_exited: bool | None = None,
    delay_should_be_s: float | None = None,
) -> RunLine:
    """The run as it is judged now. The same said twice changes nothing the second time.

    Raises:
        NotFound: there is no such run.
        UsageError: nothing is said, or the rating is not 1 to 5.
    """
    if rating is not None and not 1 <= rating <= 5:
        raise UsageError("--rating is a number from 1 to 5.")
    if all(value is None for value in (rating, comment, false_positive, should_have_exited, delay_should_be_s)):
        raise UsageError("say something about the run: --rating, --comment, --false-positive, …")
    with Store.open(config.home) as store:
        run = find(store, name)
        clean = None
        if comment is not None:
            rules = Scrubber(load_rules(), store.salt, Level(config.privacy_level), cache=existing(config.cache))
            clean = rules.text(comment)
        said = Feedback(rating, clean, false_positive, should_have_exited, delay_should_be_s)
        command, place, patterns = reading.keys_of(store.connection, run.uid)
        salt = store.salt
        hashes = [
            hashlib.blake2b(regex.encode(), key=salt, digest_size=16, person=b"pattern").digest()
            for regex in patterns.split("\n")
            if regex
        ]
        with store.writing() as connection:
            writing.give_feedback(connection, run.uid, said, hashes, datetime.now(UTC))
            relearn(store, "command", command)
            relearn(store, "place", place)
        return find(store, f"{ids.RUN}-{run.uid.hex()}")


def existing(folder: Path) -> Path | None:
    """The folder, where it is there."""
    return folder if folder.is_dir() else None


def suggest(config: Config, command: Sequence[str], folder: str) -> Suggestion:
    """A line to paste for a command, from its runs in this folder, else anywhere."""
    words = shape.words_of(command) if len(command) != 1 else shape.words_in(command[0]) or command[0]
    with Store.open(config.home) as store:
        while fold_logs(store) is not None:
            pass
        salt = store.salt
        place = place_key(words, folder, salt)
        here = reading.past(store.connection, "place", place, limits.NEWEST)
        known = reading.learned_patterns(store.connection, place)
        refused = frozenset(one.pattern for one in known if one.refused)
        patterns = suggested_patterns(mining.mine(seen(store, place), refused))
        anywhere = reading.past(store.connection, "command", command_key(words, salt), limits.NEWEST)
    found = [one for kind in KINDS if (one := suggested(kind, here, anywhere)) is not None]
    tool = starting.of_head(shell.head(words))
    options = " ".join(
        [f"{one.option} {exact(one.value_s)}" for one in found] + match_options(patterns, automatic=tool is not None)
    )
    return Suggestion(
        command=words,
        line=f"twiceshy run {options} -- {words}" if found or (patterns is not None and patterns.confident) else "",
        limits=found,
        runs_here=len(here),
        runs_anywhere=len(anywhere),
        needed=limits.FEWEST,
        patterns=patterns,
        starting="" if tool is None else tool.name,
        failed_needed=mining.FEWEST_FAILED,
        good_needed=mining.FEWEST_GOOD,
    )


def suggested_patterns(mined: mining.Mined | None) -> SuggestedPatterns | None:
    """What the command's runs here say; None where they say nothing."""
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


def match_options(patterns: SuggestedPatterns | None, *, automatic: bool) -> list[str]:
    """The part of a suggested line that watches for failures: the learned patterns, else the starting ones."""
    if patterns is None or not patterns.confident:
        return ["--match auto"] if automatic else []
    delay = [f"--delay-exit {exact(patterns.delay_s)}"] if patterns.delay_s is not None else []
    return [f"--match {shlex.quote(pattern)}" for pattern in patterns.patterns] + delay


def patterns(config: Config, limit: int) -> list[CommandPatterns]:
    """What is learned about the lines of each command, those that ran most first."""
    with Store.open(config.home, readonly=True) as store:
        found = [
            CommandPatterns(command=name, folder=folder, patterns=reading.learned_patterns(store.connection, place))
            for place, _, name, folder in reading.known_places(store.connection, limit)
        ]
    return [one for one in found if one.patterns]


def timings(config: Config, limit: int) -> list[Timing]:
    """Times and limits of each command, those that ran most first."""
    with Store.open(config.home, readonly=True) as store:
        return [
            timing(store, place, command, name)
            for place, command, name, _ in reading.known_places(store.connection, limit)
        ]


def timing(store: Store, place: bytes, command: bytes, name: str) -> Timing:
    """The times of one command here, else anywhere."""
    here = reading.past(store.connection, "place", place, limits.NEWEST)
    anywhere = reading.past(store.connection, "command", command, limits.NEWEST)
    delay = reading.learned_delay(store.connection, place)
    return Timing(
        command=name,
        runs=len(here),
        limits=[one for kind in KINDS if (one := suggested(kind, here, anywhere)) is not None],
        delay_s=None if delay is None else delay[0],
        delay_reason="" if delay is None else delay[1],
        needed=limits.FEWEST,
    )


def suggested(kind: str, here: Sequence[PastRun], anywhere: Sequence[PastRun]) -> SuggestedLimit | None:
    """One limit; None for too little data."""
    for past, is_here in ((here, True), (anywhere, False)):
        learned = limits.limit(times(past, kind))
        if learned is not None:
            return SuggestedLimit(
                option=FLAGS[kind],
                value_s=limits.rounded_up(learned.limit_s),
                low_s=learned.low_s,
                runs=learned.runs,
                cut=learned.cut,
                median_s=learned.median_s,
                longest_s=learned.longest_s,
                here=is_here,
            )
    return None


def exact(value_s: float) -> str:
    """The span as an option takes it; whole seconds from ten on."""
    return shown(round(value_s)) if value_s >= 10 else f"{value_s:g}s"


def anomalies(config: Config, limit: int) -> list[Anomaly]:
    """Runs unlike their command's own past, newest first."""
    found = []
    with Store.open(config.home, readonly=True) as store:
        stored = reading.ids_of(store.connection)
        for key, command in reading.known_keys(store.connection).items():
            past = reading.past(store.connection, "command", key, limits.NEWEST * 2)
            own = [run for run in past if run.origin == "run"]
            for at in range(len(own)):
                if own[at].uid in stored:
                    found += [replace(alarm, command=command) for alarm in alarms(own[:at], own[at])]
    return sorted(found, key=lambda alarm: alarm.at, reverse=True)[:limit]


def alarms(past: Sequence[PastRun], run: PastRun) -> list[Anomaly]:
    """What is unusual about one run, given those before it."""
    questions = (
        ("runtime", [limits.Timed(one.runtime_s, one.runtime_cut) for one in past], run.runtime_s),
        ("silence", times(past, "idle_timeout_s"), run.silence_s),
        ("lines", [limits.Timed(one.lines or 0.5) for one in past if one.lines is not None], run.lines),
    )
    raised = [limits.unusual(before, float(value), what) for what, before, value in questions if value is not None]
    found = [anomaly(run, alarm.what, alarm) for alarm in raised if alarm is not None]
    known = {one.error_key for one in past}
    if run.error_key is not None and run.error_key not in known and len(past) >= limits.ALARMS_FROM:
        found.append(anomaly(run, "error", None))
    return found


def anomaly(run: PastRun, what: str, alarm: limits.Alarm | None) -> Anomaly:
    """One thing that is unusual about a run."""
    return Anomaly(
        id=ids.short(ids.RUN, run.uid),
        at=run.at,
        command="",
        what=what,
        value=alarm.value if alarm else None,
        usual=alarm.usual if alarm else None,
        limit=alarm.limit if alarm else None,
    )
