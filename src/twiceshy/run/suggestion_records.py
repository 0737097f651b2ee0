"""What is suggested for a command, learned of it, and unusual about its runs, as it is shown."""

from dataclasses import dataclass

from twiceshy.records.executions import CommandFigures, LearnedPattern, PatternFigures
from twiceshy.stats.intervals import Interval


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
