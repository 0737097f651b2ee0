"""One finished run as the record that is stored: what is kept of its output, and how much of it.

Texts are scrubbed by the function that the caller gives; at the level ``anonymous`` a command becomes its head and
the names of its options, and paths become generic.
"""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from twiceshy.base.values import Scrubbed
from twiceshy.commands.keys.team_keys import TeamKey, command_folder_key, command_key, folder_key, hash_pattern
from twiceshy.commands.shell import command_heads
from twiceshy.commands.telling import find_telling_line
from twiceshy.records.executions import (
    ChoiceRow,
    Execution,
    MatchRow,
    Metric,
    OutputSample,
    PastRun,
    PatternUse,
    RunLines,
    RunRecord,
)
from twiceshy.records.runs import RunPlan, Watch
from twiceshy.run import command_shape, pattern_mining, starting_patterns
from twiceshy.run.document import to_document
from twiceshy.run.exits import BY_CLOCK, BY_HAND, NATURAL, TIMELESS
from twiceshy.run.matchers import Matcher
from twiceshy.run.observer import Observer, compute_saved_s, find_ending_choice, measure_io_wait
from twiceshy.run.outputs import find_kind
from twiceshy.run.wrapper import Run
from twiceshy.stats.text.fingerprint import fingerprint

_MOST_MATCHES = 100
"""Matches of a run that are stored (guess of 2026-11-21)."""
_MOST_SAMPLES = 5
"""Matches kept as samples with their context (guess of 2026-11-21)."""
_TAIL_LINES = 20
"""Last lines of a failed run that are kept when no pattern hit (guess of 2026-11-21)."""
_LONGEST = 2000
"""Characters of a line, and of its context on each side (guess of 2026-11-21)."""
_SURE, _UNSURE = 0.9, 0.5
"""Confidence in a label from the command's own status, and from a status that we caused (guesses of 2026-11-21)."""
_PIPE = "(a pipe)"
"""Stands for the command in pipe mode."""
_DECIDING = frozenset({"match", "failure", "success"})

RunFacts = dict[str, Any]
"""One run as plain values, unscrubbed: it stays in this process."""


def collect_facts(run: Run, observer: Observer, ended: float) -> RunFacts:
    """Return everything that is recorded of a run, before scrubbing."""
    facts: RunFacts = dict(to_document(run))
    plan = run.plan
    runtime = ended - run.start - run.stopped_s
    last_silence = ended - run.last_output
    return facts | {
        "runtime_s": round(runtime, 3),
        "started": run.started_at,
        "folder": os.getcwd(),  # noqa: PTH109
        "environment": command_shape.pick_environment(os.environ),
        "plan": {name: getattr(plan, name) for name in dir(plan) if not name.startswith("_")},
        "silences": observer.quantiles(),
        "longest_s": max(observer.longest, last_silence),
        "idle": observer.idle + (last_silence >= 1.0),
        "samples": observer.samples,
        "cores_peak": observer.cores_peak,
        "io_wait_s": measure_io_wait(observer.io_ticks) if observer.samples else None,
        "tail": b"".join(part for stream in run.streams for part in stream.tail).decode("utf-8", "replace"),
        "lines": _list_timed_lines(run),
        "ended_by": find_ending_choice(run),
        "was_wrong": run.was_wrong,
        "unbuffered": find_kind(plan),
    }


def _list_timed_lines(run: Run) -> list[pattern_mining.OutputLine]:
    """Return the first lines of the ordinary streams in order of arrival, with seconds since the start."""
    found = [
        pattern_mining.OutputLine(line.text, round(line.at_s - run.start, 3))
        for stream in run.streams
        if not stream.name.startswith("fd")
        for line in pattern_mining.lines_of(stream.early)
    ]
    return sorted(found, key=lambda line: line.at_s)


class RunCleaner:
    """Scrubs texts, and at the level ``anonymous`` also takes names out of paths."""

    def __init__(self, scrub: Callable[[str], Scrubbed], *, generic: bool) -> None:
        """Clean with this function; ``generic``: without the user's own names."""
        self.scrub = scrub
        self.generic = generic

    def text(self, text: str) -> Scrubbed:
        """Return the text as it may be stored.

        It is scrubbed before paths are made generic, because half a secret cannot be recognised, and again for the
        type.
        """
        clean = self.scrub(text)
        return self.scrub(command_shape.mask_paths(clean)) if self.generic else clean

    def command(self, words: tuple[str, ...]) -> Scrubbed:
        """Return the command as it may be stored."""
        if not words:
            return self.scrub(_PIPE)
        return self.scrub(command_shape.shape_of(words) if self.generic else " ".join(words))


def build_record(
    facts: RunFacts, clean: RunCleaner, salt: bytes, timestamp: str, team: TeamKey | None = None
) -> RunRecord:
    """Build the record of the run to store.

    ``team``: the key of its team, by which equal commands of several people are known. The hash is made here and not
    when a row leaves, since at the level ``anonymous`` the command's words are gone by then.
    """
    plan, command = facts["plan"], tuple(facts["command"])
    words = command_shape.words_of(command)
    tail = clean.text(facts["tail"])
    execution = _execution_of(facts, clean, _RunWords(timestamp, words, tail), salt)
    if team is not None and command:
        execution = replace(execution, team_hash=command_key(words, team.key), team_epoch=team.epoch)
    deciding = [match for match in facts["matches"] if match["kind"] in _DECIDING]
    firsts: dict[str, float] = {}
    for match in deciding:
        firsts.setdefault(match["regex"], match["offset_s"])
    patterns = dict.fromkeys(watch.regex for watch in plan["watches"] if watch.kind in {"match", "failure"})
    matches = [_to_match_row(number, match, clean) for number, match in enumerate(facts["matches"][:_MOST_MATCHES], 1)]
    return RunRecord(
        execution=execution,
        past=_past_run_of(facts, execution, tail) if command and facts["reason"] not in TIMELESS else None,
        matches=matches,
        samples=_samples_of(facts, matches, tail, clean),
        metrics=_metrics_of(facts),
        patterns=[
            PatternUse(
                pattern_hash=hash_pattern(regex, salt),
                pattern=clean.scrub(regex),
                time_to_match=firsts.get(regex),
            )
            for regex in patterns
        ],
        lines=_lines_of(facts, execution, words, clean) if command else None,
        choices=_choices_of(facts, clean),
    )


def _lines_of(facts: RunFacts, execution: Execution, words: str, clean: RunCleaner) -> RunLines | None:
    """Return the kinds of lines that the run printed; None if the way it ended says nothing about it."""
    reason, child = facts["reason"], facts["child_status"]
    if reason not in {*NATURAL, BY_HAND, "match"} or (reason == BY_HAND and not child):
        return None
    lines: list[pattern_mining.OutputLine] = facts["lines"]
    return RunLines(
        place_hash=execution.place_hash,
        at=execution.timestamp,
        failed=-1 if reason == "match" else int(bool(child)),
        runtime_s=execution.total_runtime,
        lines=json.dumps(pattern_mining.list_kinds(lines, clean.text), ensure_ascii=False),
        marks=json.dumps(_marks_of(lines, words), ensure_ascii=False),
    )


def _marks_of(lines: list[pattern_mining.OutputLine], words: str) -> list[pattern_mining.LineKind]:
    """Return the command's starting patterns that hit a line, whether or not the run watched for them."""
    tool = starting_patterns.find_tool(command_heads.head(words))
    if tool is None:
        return []
    found = []
    for pattern in starting_patterns.patterns_of(tool):
        matcher = Matcher(Watch("match", pattern), RunPlan())
        index = next((at for at, line in enumerate(lines) if matcher.find(line.text.encode())), None)
        if index is not None:
            found.append(pattern_mining.kind_at(lines, pattern, index))
    return found


def _choices_of(facts: RunFacts, clean: RunCleaner) -> list[ChoiceRow]:
    """Return what ``auto`` chose, and what each choice saved."""
    plan, by = facts["plan"], facts["ended_by"]
    return [
        ChoiceRow(
            kind=choice.kind,
            value=clean.scrub(choice.value),
            origin=choice.origin,
            reason=clean.scrub(choice.reason),
            ended=choice is by,
            saved_s=compute_saved_s(plan["usual_s"], facts["runtime_s"]) if choice is by else None,
        )
        for choice in plan["choices"]
    ]


class _RunWords(NamedTuple):
    """A run's time of day, the words by which its command is known, and the scrubbed end of its output."""

    timestamp: str
    words: str
    tail: str


def _execution_of(facts: RunFacts, clean: RunCleaner, said: _RunWords, salt: bytes) -> Execution:
    """Return the run's own row."""
    words = said.words
    plan, runtime = facts["plan"], facts["runtime_s"]
    lines = {stream["name"]: stream["lines"] for stream in facts["streams"]}
    first_match = next((match["offset_s"] for match in facts["matches"] if match["kind"] in _DECIDING), None)
    scrub = clean.scrub
    total = sum(lines.values())
    fd_patterns = {watch.stream: watch.regex for watch in plan["watches"] if watch.stream}
    return Execution(
        execution_id=plan["run_id"] or os.urandom(16),
        timestamp=said.timestamp,
        command=clean.command(tuple(facts["command"])),
        command_hash=command_key(words, salt),
        place_hash=command_folder_key(words, command_shape.folder_of(facts["command"], facts["folder"]), salt),
        working_directory=clean.text(facts["folder"]),
        environment_vars=scrub(json.dumps(facts["environment"])),
        pattern=scrub("\n".join(watch.regex for watch in plan["watches"])),
        pattern_type="perl_regex" if plan["perl"] else "re2",
        case_insensitive=plan["ignore_case"],
        invert_match=plan["invert"],
        max_count=plan["max_count"],
        match_mode=plan["on"],
        fd_patterns=scrub(json.dumps(fd_patterns)),
        overall_timeout=plan["timeout_s"],
        idle_timeout=plan["idle_timeout_s"],
        first_output_timeout=plan["first_output_timeout_s"],
        delay_exit=plan["delay_exit_s"],
        exit_code=facts["status"],
        child_status=facts["child_status"],
        exit_reason=facts["reason"],
        total_runtime=runtime,
        time_to_first_output=facts["first_output_s"],
        time_to_first_match=first_match,
        time_from_match_to_exit=None if first_match is None else round(max(0.0, runtime - first_match), 3),
        idle_periods_count=facts["idle"],
        longest_idle_period=round(facts["longest_s"], 3),
        silence_quantiles=json.dumps({q: round(value, 4) for q, value in facts["silences"].items()}),
        match_count=facts["match_count"],
        match_line_numbers=json.dumps([match["line_number"] for match in facts["matches"]]),
        total_lines_processed=total,
        stdout_lines=lines.get("stdout", lines.get("stdin", 0)),
        stderr_lines=lines.get("stderr", 0),
        bytes_processed=sum(stream["bytes"] for stream in facts["streams"]),
        output_rate=round(total / runtime, 3) if runtime > 0 else None,
        error_density=command_shape.compute_error_density(said.tail.splitlines()),
        project_type=command_shape.project_type_of(facts["folder"]),
        command_category=command_shape.category_of(words),
        anonymized=clean.generic,
        unbuffered=facts["unbuffered"],
        folder_hash=folder_key(facts["folder"], salt),
    )


def _past_run_of(facts: RunFacts, execution: Execution, tail: str) -> PastRun:
    """Return the run as limits are learned from it."""
    reason, plan = facts["reason"], facts["plan"]
    ended_by_us = reason not in NATURAL
    failed = bool(facts["child_status"]) or reason in BY_CLOCK
    silent = facts["first_output_s"] is None
    return PastRun(
        uid=execution.execution_id,
        origin="run",
        at=execution.timestamp,
        command_hash=execution.command_hash,
        place_hash=execution.place_hash,
        runtime_s=facts["runtime_s"],
        runtime_cut=ended_by_us,
        silence_s=execution.longest_idle_period,
        silence_cut=reason == "timeout_idle" and plan["idle_on"] == "both",
        first_output_s=facts["runtime_s"] if silent and ended_by_us else facts["first_output_s"],
        first_output_cut=silent and ended_by_us,
        lines=execution.total_lines_processed,
        failed=failed,
        error_key=fingerprint(find_telling_line(tail), "Bash") if tail.strip() else None,
        unbuffered=execution.unbuffered,
    )


def _to_match_row(number: int, match: RunFacts, clean: RunCleaner) -> MatchRow:
    """Return the row of one matched line."""
    found = match["line"].encode()[match["start"] : match["end"]].decode("utf-8", "replace")
    line = clean.text(match["line"][:_LONGEST])
    # What was hit may be half a secret, which nobody recognises alone: it is kept only if the clean line still has it.
    return MatchRow(
        match_number=number,
        timestamp_offset=match["offset_s"],
        stream_source=match["stream"],
        line_number=match["line_number"],
        line_content=line,
        matched_substring=clean.text(found if found in line else ""),
        match_position_start=match["start"],
        match_position_end=match["end"],
        context_before=clean.text("\n".join(match["before"])[-_LONGEST:]),
        context_after=clean.text("\n".join(match["after"])[:_LONGEST]),
        kind=match["kind"],
        pattern=clean.scrub(match["regex"]),
    )


def _samples_of(facts: RunFacts, matches: list[MatchRow], tail: Scrubbed, clean: RunCleaner) -> list[OutputSample]:
    """Return samples of the output, labelled by how the run ended."""
    failed = bool(facts["child_status"])
    natural = facts["reason"] in NATURAL
    wrong = natural and not failed
    sure = _SURE if natural else _UNSURE
    found = [
        _make_sample(
            "false_positive_candidate" if wrong else "match_context",
            (row.stream_source, row.timestamp_offset),
            clean.text("\n".join(part for part in (row.context_before, row.line_content, row.context_after) if part)),
            is_error=not wrong,
            confidence=sure,
        )
        for row in [row for row in matches if row.kind in {"match", "failure"}][:_MOST_SAMPLES]
    ]
    if (natural or facts["reason"] == BY_HAND) and failed and not found and tail.strip():
        stream = facts["streams"][-1]["name"] if facts["streams"] else "stdout"
        last = clean.text("\n".join(tail.splitlines()[-_TAIL_LINES:]))
        found.append(_make_sample("missed_error", (stream, facts["runtime_s"]), last, is_error=True, confidence=sure))
    return found


def _make_sample(
    kind: str, place: tuple[str, float], content: Scrubbed, *, is_error: bool, confidence: float
) -> OutputSample:
    """Return one labelled sample of output."""
    return OutputSample(
        sample_type=kind,
        stream_source=place[0],
        timestamp_offset=place[1],
        content=content,
        content_hash=hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).digest(),
        is_error=is_error,
        confidence=confidence,
    )


def _metrics_of(facts: RunFacts) -> list[Metric]:
    """Return the sampled metrics, and the kernel's own totals at the end."""
    end = facts["runtime_s"]
    rows = [("cpu_user_s", facts["user_s"], end), ("cpu_system_s", facts["system_s"], end)]
    peak = max([(facts["peak_bytes"] or 0) / 1e6, *(memory for _, memory, _ in facts["samples"])])
    rows += [("memory_mb_peak", round(peak, 1), end)] if peak else []
    rows += [("cpu_cores_peak", round(facts["cores_peak"], 2), end)] if facts["samples"] else []
    rows += [("io_wait_s", facts["io_wait_s"], end)] if facts["io_wait_s"] is not None else []
    for offset, memory, cpu in facts["samples"]:
        rows += [("memory_mb", memory, offset), ("cpu_s", cpu, offset)]
    return [Metric(metric_name=name, metric_value=value, timestamp_offset=at) for name, value, at in rows]
