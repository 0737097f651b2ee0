"""One run of a command as it is stored, and what is learned from many: scrubbed texts, salted hashes, numbers.

The fields of ``Execution``, ``MatchRow``, ``Sample`` and ``Metric`` are the columns of their tables, whose comments in
the schema say what they mean.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from twiceshy.base.values import Scrubbed


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One run."""

    execution_id: bytes
    timestamp: str
    command: Scrubbed
    command_hash: bytes
    place_hash: bytes
    working_directory: Scrubbed
    environment_vars: Scrubbed
    pattern: Scrubbed
    pattern_type: str
    case_insensitive: bool
    invert_match: bool
    max_count: int
    match_mode: str
    fd_patterns: Scrubbed
    overall_timeout: float | None
    idle_timeout: float | None
    first_output_timeout: float | None
    delay_exit: float | None
    exit_code: int
    child_status: int | None
    exit_reason: str
    total_runtime: float
    time_to_first_output: float | None
    time_to_first_match: float | None
    time_from_match_to_exit: float | None
    idle_periods_count: int
    longest_idle_period: float
    silence_quantiles: str
    match_count: int
    match_line_numbers: str
    total_lines_processed: int
    stdout_lines: int
    stderr_lines: int
    bytes_processed: int
    output_rate: float | None
    error_density: float | None
    project_type: str
    command_category: str
    anonymized: bool
    unbuffered: str = "none"
    folder_hash: bytes | None = None
    team_hash: bytes | None = None
    team_epoch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRow:
    """One line that a pattern hit."""

    match_number: int
    timestamp_offset: float
    stream_source: str
    line_number: int
    line_content: Scrubbed
    matched_substring: Scrubbed
    match_position_start: int
    match_position_end: int
    context_before: Scrubbed
    context_after: Scrubbed
    kind: str
    pattern: Scrubbed


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputSample:
    """A piece of output with what it turned out to be."""

    sample_type: str
    stream_source: str
    timestamp_offset: float
    content: Scrubbed
    content_hash: bytes
    is_error: bool
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One measured value."""

    metric_name: str
    metric_value: float
    timestamp_offset: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """One earlier run, as limits are learned from it."""

    uid: bytes
    origin: str
    at: str
    command_hash: bytes
    place_hash: bytes | None
    runtime_s: float
    runtime_cut: bool
    silence_s: float | None = None
    silence_cut: bool = False
    first_output_s: float | None = None
    first_output_cut: bool = False
    lines: int | None = None
    failed: bool = False
    error_key: bytes | None = None
    """Of the line that tells most in its output: of a failed run its error, of a good one what is no error of it."""
    healthy: bool | None = None
    """Feedback on a run that a limit ended: it should have gone on, or it hung."""
    unbuffered: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternUse:
    """One pattern in one run."""

    pattern_hash: bytes
    pattern: Scrubbed
    time_to_match: float | None
    """None: it did not match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLines:
    """What kinds of lines one run printed."""

    place_hash: bytes
    at: str
    failed: int
    runtime_s: float
    lines: str
    """JSON of kinds that were made of scrubbed lines."""
    marks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRow:
    """What ``auto`` chose for one run, and how that went."""

    kind: str
    value: Scrubbed
    origin: str
    reason: Scrubbed
    ended: bool
    saved_s: float | None
    wrong: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedPattern:
    """A pattern for one command in one folder, with its evidence."""

    place_hash: bytes
    pattern: str
    """Made of kinds of scrubbed lines, or a starting pattern."""
    origin: str
    chosen: bool
    refused: bool
    failed_runs: int
    failed_hit: int
    good_runs: int
    good_hit: int
    saved_share: float | None
    score: float | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """All that is stored of one run."""

    execution: Execution
    past: PastRun | None
    """None in pipe mode: nobody knows the command."""
    matches: list[MatchRow]
    samples: list[OutputSample]
    metrics: list[Metric]
    patterns: list[PatternUse]
    lines: RunLines | None = None
    choices: list[ChoiceRow] = field(default_factory=list)


class Feedback(NamedTuple):
    """What a person or an agent says about a run; None: nothing about that."""

    rating: int | None = None
    comment: Scrubbed | None = None
    false_positive: bool | None = None
    should_have_exited: bool | None = None
    delay_should_be_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One run in a list."""

    id: str
    uid: bytes
    at: datetime
    command: Scrubbed
    reason: str
    status: int
    runtime_s: float
    longest_silence_s: float
    lines: int
    matches: int
    category: str
    rating: int | None
    false_positive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStory:
    """One run with everything that is stored of it."""

    run: RunLine
    details: dict[str, str | int | float | None]
    matches: list[MatchRow]
    samples: list[OutputSample]
    metrics: list[Metric]
    choices: list[ChoiceRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFigures:
    """The runs of one command, together."""

    command: Scrubbed
    runs: int
    failed: int
    ended_early: int
    median_s: float
    longest_s: float
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternFigures:
    """What became of a pattern."""

    pattern: Scrubbed
    uses: int
    matched: int
    right: int
    false_positives: int
    missed: int
    score: float | None
