"""Make the rows of one run: its own, one for each match, and samples of its output where the level allows texts.

They are made when the run is recorded, and again from the store where the outbox was full then: both ways give the same
rows, as nothing but what is stored goes into them.
"""

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime

from twiceshy import VERSION
from twiceshy.commands.keys.team_keys import hash_pattern
from twiceshy.commands.shell import command_heads
from twiceshy.privacy.wire.sending_terms import SendingTerms
from twiceshy.privacy.wire.wire_rows import fit_row, limit_level
from twiceshy.records.executions import Execution, MatchRow, OutputSample
from twiceshy.records.team import WireRow, WireValue

_PIPE = "(a pipe)"
"""In place of a command in pipe mode, as ``run.run_record`` has it."""
_CLIENT = f"twiceshy {VERSION}"
_SAME_NAMES = (
    *("exit_code", "exit_reason", "total_runtime", "child_status", "idle_periods_count", "match_count"),
    *("total_lines_processed", "bytes_processed", "time_to_first_output", "time_to_first_match"),
    *("time_from_match_to_exit", "longest_idle_period", "overall_timeout", "idle_timeout", "first_output_timeout"),
    *("delay_exit", "pattern_type", "match_mode", "project_type", "command_category", "command", "pattern"),
)
"""Fields that are columns of the run."""


def make_run_rows(
    run: Execution,
    matches: Iterable[MatchRow],
    samples: Iterable[OutputSample],
    terms: SendingTerms,
    project: str | None = None,
) -> list[WireRow]:
    """Return what may leave of a run; ``project``: its identity, where it is known."""
    rows = [_make_execution(run, terms, project)]
    rows += _make_matches(run, matches, terms)
    rows += _make_samples(run, samples, terms)
    limited = (limit_level(row, terms.level) for row in rows)
    return [fit_row(row) for row in limited if row is not None]


def _make_execution(run: Execution, terms: SendingTerms, project: str | None) -> WireRow:
    data: dict[str, WireValue] = {name: getattr(run, name) for name in _SAME_NAMES}
    if run.team_hash is not None:
        data |= {"team_hash": run.team_hash.hex(), "team_epoch": run.team_epoch}
        if terms.team is not None and terms.team.epoch == run.team_epoch:
            data["project_hash"] = terms.hash_project(project)
    data |= {
        "pattern_hash": _hash_pattern(run.pattern, terms),
        "command_head": None if run.command == _PIPE else command_heads.head_of_joined(run.command),
        "platform": sys.platform,
        "client": _CLIENT,
    }
    return WireRow(kind="execution", id=run.execution_id, rev=0, at=datetime.fromisoformat(run.timestamp), data=data)


def _make_matches(run: Execution, matches: Iterable[MatchRow], terms: SendingTerms) -> Iterator[WireRow]:
    for one in matches:
        data: dict[str, WireValue] = {
            "execution": run.execution_id.hex(),
            "match_number": one.match_number,
            "line_number": one.line_number,
            "timestamp_offset": one.timestamp_offset,
            "stream_source": one.stream_source,
            "kind": one.kind,
            "pattern_hash": _hash_pattern(one.pattern, terms),
            "line_content": one.line_content,
            "matched_substring": one.matched_substring,
            "context_before": one.context_before,
            "context_after": one.context_after,
        }
        key = terms.make_id("match_event", run.execution_id, str(one.match_number))
        yield WireRow(kind="match_event", id=key, rev=0, at=datetime.fromisoformat(run.timestamp), data=data)


def _make_samples(run: Execution, samples: Iterable[OutputSample], terms: SendingTerms) -> Iterator[WireRow]:
    for number, one in enumerate(samples):
        data: dict[str, WireValue] = {
            "execution": run.execution_id.hex(),
            "sample_type": one.sample_type,
            "stream_source": one.stream_source,
            "timestamp_offset": one.timestamp_offset,
            "confidence": one.confidence,
            "is_error": one.is_error,
            "content": one.content,
        }
        key = terms.make_id("output_sample", run.execution_id, str(number))
        yield WireRow(kind="output_sample", id=key, rev=0, at=datetime.fromisoformat(run.timestamp), data=data)


def _hash_pattern(pattern: str, terms: SendingTerms) -> str | None:
    """Return the hash of a pattern; None without one, or without the team's key."""
    return hash_pattern(pattern, terms.team.key).hex() if pattern and terms.team is not None else None
