"""Invented runs of commands, with a plain value for whatever a test does not say."""

from datetime import UTC, datetime, timedelta
from typing import Any

from twiceshy.archive.times import format_time
from twiceshy.base.values import Scrubbed
from twiceshy.records.executions import (
    ChoiceRow,
    Execution,
    LearnedPattern,
    MatchRow,
    Metric,
    OutputSample,
    PastRun,
    PatternUse,
    RunLines,
    RunRecord,
)

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
MAKE, HERE = b"make", b"make here"


def clock(minute: int) -> str:
    """The time of an event, so many minutes after noon."""
    return format_time(NOON + timedelta(minutes=minute)) or ""


def execution(number: int, **more: Any) -> Execution:
    """A run; its number is its id's first byte and its minute."""
    values: dict[str, Any] = dict.fromkeys(
        (
            *("overall_timeout", "idle_timeout", "first_output_timeout", "delay_exit", "time_to_first_output"),
            *("time_to_first_match", "time_from_match_to_exit", "output_rate", "error_density"),
        )
    )
    values |= dict.fromkeys(
        (
            *("max_count", "exit_code", "child_status", "idle_periods_count", "match_count", "total_lines_processed"),
            *("stdout_lines", "stderr_lines", "bytes_processed"),
        ),
        0,
    )
    values |= dict.fromkeys(("case_insensitive", "invert_match", "anonymized"), False)
    values |= dict.fromkeys(
        (
            *("environment_vars", "pattern_type", "match_mode", "fd_patterns", "match_line_numbers"),
            *("project_type", "command_category", "silence_quantiles"),
        ),
        Scrubbed(""),
    )
    values |= {
        "execution_id": bytes([number]).ljust(16, b"\0"),
        "timestamp": clock(number),
        "command": Scrubbed("make test"),
        "command_hash": MAKE,
        "place_hash": HERE,
        "working_directory": Scrubbed("/home/ann/web-shop"),
        "pattern": Scrubbed("error"),
        "exit_reason": "completed",
        "total_runtime": 10.0,
        "longest_idle_period": 1.0,
    }
    return Execution(**values | more)


def record(number: int, *uses: PatternUse, **more: Any) -> RunRecord:
    """A run with one of each kind of child, all named by its number."""
    name = str(number)
    return RunRecord(
        execution=execution(number, **more),
        past=past(number),
        matches=[match(number)],
        samples=[
            OutputSample(
                sample_type="error",
                stream_source="stdout",
                timestamp_offset=1.0,
                content=Scrubbed(name),
                content_hash=b"h",
                is_error=True,
                confidence=0.5,
            )
        ],
        metrics=[Metric(metric_name="lines", metric_value=float(number), timestamp_offset=0.0)],
        patterns=list(uses),
        choices=[choice()],
        lines=lines(number),
    )


def past(number: int, **more: Any) -> PastRun:
    values: dict[str, Any] = {
        "uid": bytes([number]).ljust(16, b"\0"),
        "origin": "run",
        "at": clock(number),
        "command_hash": MAKE,
        "place_hash": HERE,
        "runtime_s": float(number),
        "runtime_cut": False,
    }
    return PastRun(**values | more)


def match(number: int, pattern: str = "error") -> MatchRow:
    return MatchRow(
        match_number=number,
        timestamp_offset=1.0,
        stream_source="stdout",
        line_number=number,
        line_content=Scrubbed("an error"),
        matched_substring=Scrubbed("error"),
        match_position_start=3,
        match_position_end=8,
        context_before=Scrubbed(""),
        context_after=Scrubbed(""),
        kind="match",
        pattern=Scrubbed(pattern),
    )


def lines(number: int, **more: Any) -> RunLines:
    values: dict[str, Any] = {"place_hash": HERE, "at": clock(number), "failed": 0, "runtime_s": float(number)}
    return RunLines(**values | {"lines": "[]", "marks": "[]"} | more)


def choice(**more: Any) -> ChoiceRow:
    values: dict[str, Any] = {"kind": "match", "value": Scrubbed("error"), "origin": "learned", "ended": True}
    return ChoiceRow(**values | {"reason": Scrubbed("seen often"), "saved_s": None} | more)


def learned(pattern: str, **more: Any) -> LearnedPattern:
    values: dict[str, Any] = dict.fromkeys(("failed_runs", "failed_hit", "good_runs", "good_hit"), 0)
    values |= {"place_hash": HERE, "pattern": pattern, "origin": "mined", "chosen": False, "refused": False}
    return LearnedPattern(**values | {"saved_share": None, "score": 0.5, "reason": "because"} | more)


def use(pattern: str = "error", after_s: float | None = 1.0) -> PatternUse:
    return PatternUse(pattern_hash=pattern.encode(), pattern=Scrubbed(pattern), time_to_match=after_s)
