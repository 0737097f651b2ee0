"""One run as a person reads it: in the words of its options, without what tells nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.records.executions import ChoiceRow, MatchRow, Metric, OutputSample, RunLine, RunStory
from twiceshy.screens.terminal.draw_run import name_ending, render_run
from twiceshy.screens.terminal.page import Page, Pen

PAGE = Page(80, Pen(False), datetime(2026, 11, 1, 12, tzinfo=UTC))  # a page without bold
RUN = RunLine(
    id="r-0000000c",
    uid=b"\0" * 16,
    at=datetime(2026, 11, 1, 11, tzinfo=UTC),
    command=Scrubbed("npm test"),
    reason="timeout_idle",
    status=124,
    runtime_s=75.2,
    longest_silence_s=60.0,
    lines=1200,
    matches=0,
    category="test",
    rating=None,
    false_positive=False,
)
QUIET = RunStory(run=RUN, details={"working_directory": "<path>", "pattern": ""}, matches=[], samples=[], metrics=[])


def test_what_is_not_known_is_not_said() -> None:
    """What ran, how it ended and how much it printed always is."""
    assert render_run(QUIET, PAGE).splitlines() == [
        "r-0000000c · npm test",
        "today 11:00: 1 min 15 s, status 124, ended by --idle-timeout",
        "",
        "  output: 1,200 lines, 0 B, longest silence 1 min",
    ]


def test_what_was_asked_seen_and_measured_has_a_line_each() -> None:
    """A column that a later version adds has one too."""
    details: dict[str, str | int | float | None] = {
        "pattern": "FAIL\npanic:",
        "match_mode": "both",
        "idle_timeout": 60.0,
        "overall_timeout": None,
        "time_to_first_output": 0.25,
        "bytes_processed": 2000,
        "error_density": 0.5,
        "idle_periods_count": 3,
        "environment_vars": '{"CI": "true"}',
        "later_column": 7,
    }
    metrics = [("cpu_user_s", 3.0), ("memory_mb", 1.0), ("memory_mb_peak", 51.04), ("later_metric", 0.5)]
    story = replace(
        QUIET,
        details=details,
        metrics=[Metric(metric_name=name, metric_value=value, timestamp_offset=1.0) for name, value in metrics],
        choices=[
            ChoiceRow(
                kind="idle_timeout_s",
                value=Scrubbed("60"),
                origin="learned",
                reason=Scrubbed(""),
                ended=True,
                saved_s=90.0,
                wrong=True,
            )
        ],
    )

    assert render_run(story, PAGE).splitlines()[3:] == [
        "  watched for: FAIL, panic: (on both)",
        "  limits: --idle-timeout 1 min",
        "  times: first output after 250 ms",
        (
            "  output: 1,200 lines, 2.0 kB, 50 % of the last lines have a word of error, longest silence 1 min "
            "(3 of a second or more)"
        ),
        "  CPU: 3 s in the program",
        "  memory: at most 51.0 MB",
        "  later metric: 0.5",
        "  environment: CI=true",
        "  later column: 7",
        "  auto idle timeout: 60 (learned); it ended the run, 1 min 30 s before the usual end; feedback: wrong",
    ]


def test_lines_that_matched_or_came_last_are_shown() -> None:
    """On one line each, whatever stands in them."""
    match = MatchRow(
        match_number=1,
        timestamp_offset=0.084,
        stream_source="stdout",
        line_number=6,
        line_content=Scrubbed("1 FAIL\rx"),
        matched_substring=Scrubbed("FAIL"),
        match_position_start=2,
        match_position_end=6,
        context_before=Scrubbed(""),
        context_after=Scrubbed(""),
        kind="match",
        pattern=Scrubbed("FAIL"),
    )
    sample = OutputSample(
        sample_type="missed_error",
        stream_source="stdout",
        timestamp_offset=1.0,
        content=Scrubbed("make: ***\nStop."),
        content_hash=b"",
        is_error=True,
        confidence=0.9,
    )
    drawn = render_run(replace(QUIET, matches=[match], samples=[sample]), PAGE).splitlines()

    assert drawn[5] == "match FAIL · stdout line 6, after 84 ms"
    assert drawn[6].startswith("  1 FAIL")
    assert drawn[8:] == ["Failed without a match; its last lines:", "  make: ***", "  Stop."]


@pytest.mark.parametrize(
    ("reason", "words"),
    [("completed", "itself"), ("timeout_overall", "--timeout"), ("match", "--match"), ("later_reason", "later reason")],
)
def test_an_ending_has_the_word_of_its_option(reason: str, words: str) -> None:
    """One that is not known is said as it is."""
    assert name_ending(reason) == words
