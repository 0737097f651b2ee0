"""Scrub one finished run and store it, in a process of its own, never in the wrapped command's time.

At the level ``anonymous`` a command becomes its head and the names of its options, and every other text is
scrubbed strictly with generic paths; at ``full`` texts are scrubbed like everything else. Nothing is stored
unscrubbed.
"""

import hashlib
import json
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from twiceshy.config import Config, load
from twiceshy.errors import StoreBusy, TwiceshyError
from twiceshy.facts.keys.run_keys import command_folder_key, command_key
from twiceshy.facts.shell import command_heads
from twiceshy.facts.text.fingerprint import fingerprint, headline
from twiceshy.flows.command.hand_over import FAILURE_FILE
from twiceshy.flows.command.run_limits import fold_logs, relearn
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.executions import (
    ChoiceRow,
    Execution,
    Feedback,
    MatchRow,
    Metric,
    OutputSample,
    PastRun,
    PatternUse,
    RunLines,
    RunRecord,
)
from twiceshy.records.runs import RunPlan, Watch
from twiceshy.records.values import Scrubbed
from twiceshy.run import command_shape, starting_patterns, templates
from twiceshy.run.document import to_document
from twiceshy.run.exits import BY_CLOCK
from twiceshy.run.matchers import Matcher
from twiceshy.run.observer import Observer
from twiceshy.run.rewards import compute_saved_s, find_ending_choice
from twiceshy.run.wrapper import Run
from twiceshy.store import run_rows
from twiceshy.store.db import Store
from twiceshy.store.times import format_time

_MOST_MATCHES = 100
_MOST_SAMPLES = 5
"""Matches kept as samples with their context (guess)."""
_TAIL_LINES = 20
"""Last lines of a failed run that are kept when no pattern hit (guess)."""
_LONGEST = 2000
_AGAIN_S = 0.5
"""From one try to the next while others write; each try waits by itself as long as the store has patience."""
_SURE, _UNSURE = 0.9, 0.5
"""Confidence in a label from the command's own status, and from a status that we caused (guesses)."""
_PIPE = "(a pipe)"
"""Stands for the command in pipe mode."""
_FOLDED = 500
"""Commands of agents' logs that are learned from beside one run."""
_NATURAL = frozenset({"completed", "expect_missing"})
"""Reasons of runs that ended by themselves."""
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
        "started": time.time() - (ended - run.start),
        "folder": os.getcwd(),  # noqa: PTH109
        "environment": command_shape.pick_environment(os.environ),
        "plan": {name: getattr(plan, name) for name in dir(plan) if not name.startswith("_")},
        "silences": observer.quantiles(),
        "longest_s": max(observer.longest, last_silence),
        "idle": observer.idle + (last_silence >= 1.0),
        "samples": observer.samples,
        "tail": b"".join(part for stream in run.streams for part in stream.tail).decode("utf-8", "replace"),
        "lines": _list_timed_lines(run),
        "ended_by": find_ending_choice(run),
        "was_wrong": run.was_wrong,
    }


def _list_timed_lines(run: Run) -> list[templates.OutputLine]:
    """Return the first lines of the ordinary streams in order of arrival, with seconds since the start."""
    found = [
        templates.OutputLine(line.text, round(line.at_s - run.start, 3))
        for stream in run.streams
        if not stream.name.startswith("fd")
        for line in templates.lines_of(stream.early)
    ]
    return sorted(found, key=lambda line: line.at_s)


def record(facts: RunFacts, home: str, patience_s: float = 0.0) -> str:
    """Store the run; return why that failed, or an empty text if it was stored or was not to be stored.

    If many runs end at once, or the store is busy with an ingest, it is tried again for ``patience_s`` seconds.
    """
    facts["plan"]["run_id"] = facts["plan"]["run_id"] or os.urandom(16)
    give_up = time.monotonic() + patience_s
    try:
        config = load({"home": home or None}, os.environ, Path(facts["folder"]))
        wanted = config.enabled and config.telemetry_level != "none" and facts["reason"] != "not_started"
        while wanted:
            try:
                _store_run(config, facts, datetime.now(UTC))
                break
            except StoreBusy:
                if time.monotonic() > give_up:
                    raise
                time.sleep(_AGAIN_S)
    except (TwiceshyError, OSError) as error:
        return f"this run is not recorded: {str(error).splitlines()[0]}"
    return ""


def leave_failure_note(sentence: str, home: str) -> None:
    """Write the sentence to a file, for the next run to print."""
    with suppress(TwiceshyError, OSError):
        config = load({"home": home or None}, os.environ, Path.cwd())
        config.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(config.home / FAILURE_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(sentence)


def _store_run(config: Config, facts: RunFacts, now: datetime) -> bytes:
    """Store the run, update what is learned from its command's runs, and return the run's id."""
    with Store.open(config.home) as store:
        config.cache.mkdir(mode=0o700, exist_ok=True)
        full = config.telemetry_level == "full"
        level = RedactionLevel(config.privacy_level) if full else RedactionLevel.STRICT
        scrubber = Scrubber(load_rules(), store.salt, level, cache=config.cache)
        recorded = _build_record(facts, _RunCleaner(scrubber, generic=not full), store.salt)
        with store.begin_writing() as connection:
            run_rows.add(connection, recorded, now)
            if facts["was_wrong"] is not None:
                said = Feedback(false_positive=facts["was_wrong"])
                hashes = [use.pattern_hash for use in recorded.patterns]
                run_rows.give_feedback(connection, recorded.execution.execution_id, said, hashes, now)
            if recorded.past is not None:
                relearn(store, "command", recorded.execution.command_hash)
                relearn(store, "place", recorded.execution.place_hash)
        with suppress(StoreBusy):  # the run is stored; the next one folds
            fold_logs(store, _FOLDED)
        return recorded.execution.execution_id


class _RunCleaner:
    """Scrubs texts, and at the level ``anonymous`` also takes names out of paths."""

    def __init__(self, scrubber: Scrubber, *, generic: bool) -> None:
        self.scrubber = scrubber
        self.generic = generic

    def text(self, text: str) -> Scrubbed:
        """Return the text as it may be stored.

        It is scrubbed before paths are made generic, because half a secret cannot be recognised, and again for the
        type.
        """
        clean = self.scrubber.text(text)
        return self.scrubber.text(command_shape.mask_paths(clean)) if self.generic else clean

    def command(self, words: tuple[str, ...]) -> Scrubbed:
        """Return the command as it may be stored."""
        if not words:
            return self.scrubber.text(_PIPE)
        return self.scrubber.text(command_shape.shape_of(words) if self.generic else " ".join(words))


def _build_record(facts: RunFacts, clean: _RunCleaner, salt: bytes) -> RunRecord:
    """Build the record of the run to store."""
    plan, command = facts["plan"], tuple(facts["command"])
    words = command_shape.words_of(command)
    tail = clean.text(facts["tail"])
    execution = _execution_of(facts, clean, salt, words, tail)
    deciding = [match for match in facts["matches"] if match["kind"] in _DECIDING]
    firsts: dict[str, float] = {}
    for match in deciding:
        firsts.setdefault(match["regex"], match["offset_s"])
    patterns = dict.fromkeys(watch.regex for watch in plan["watches"] if watch.kind in {"match", "failure"})
    matches = [_to_match_row(number, match, clean) for number, match in enumerate(facts["matches"][:_MOST_MATCHES], 1)]
    return RunRecord(
        execution=execution,
        past=_past_run_of(facts, execution, tail) if command else None,
        matches=matches,
        samples=_samples_of(facts, matches, tail, clean),
        metrics=_metrics_of(facts),
        patterns=[
            PatternUse(
                pattern_hash=hashlib.blake2b(regex.encode(), key=salt, digest_size=16, person=b"pattern").digest(),
                pattern=clean.scrubber.text(regex),
                time_to_match=firsts.get(regex),
            )
            for regex in patterns
        ],
        lines=_lines_of(facts, execution, words, clean) if command else None,
        choices=_choices_of(facts, clean),
    )


def _lines_of(facts: RunFacts, execution: Execution, words: str, clean: _RunCleaner) -> RunLines | None:
    """Return the kinds of lines that the run printed; None if the way it ended says nothing about it."""
    if facts["reason"] not in {*_NATURAL, "match"}:
        return None
    lines: list[templates.OutputLine] = facts["lines"]
    return RunLines(
        place_hash=execution.place_hash,
        at=execution.timestamp,
        failed=int(bool(facts["child_status"])) if facts["reason"] in _NATURAL else -1,
        runtime_s=execution.total_runtime,
        lines=json.dumps(templates.list_kinds(lines, clean.text), ensure_ascii=False),
        marks=json.dumps(_marks_of(lines, words), ensure_ascii=False),
    )


def _marks_of(lines: list[templates.OutputLine], words: str) -> list[templates.LineKind]:
    """Return the command's starting patterns that hit a line, whether or not the run watched for them."""
    tool = starting_patterns.find_tool(command_heads.head(words))
    if tool is None:
        return []
    found = []
    for pattern in starting_patterns.patterns_of(tool):
        matcher = Matcher(Watch("match", pattern), RunPlan())
        index = next((at for at, line in enumerate(lines) if matcher.find(line.text.encode())), None)
        if index is not None:
            found.append(templates.kind_at(lines, pattern, index))
    return found


def _choices_of(facts: RunFacts, clean: _RunCleaner) -> list[ChoiceRow]:
    """Return what ``auto`` chose, and what each choice saved."""
    plan, by = facts["plan"], facts["ended_by"]
    return [
        ChoiceRow(
            kind=choice.kind,
            value=clean.scrubber.text(choice.value),
            origin=choice.origin,
            reason=clean.scrubber.text(choice.reason),
            ended=choice is by,
            saved_s=compute_saved_s(plan["usual_s"], facts["runtime_s"]) if choice is by else None,
        )
        for choice in plan["choices"]
    ]


def _execution_of(facts: RunFacts, clean: _RunCleaner, salt: bytes, words: str, tail: str) -> Execution:
    """Return the run's own row."""
    plan, runtime = facts["plan"], facts["runtime_s"]
    lines = {stream["name"]: stream["lines"] for stream in facts["streams"]}
    first_match = next((match["offset_s"] for match in facts["matches"] if match["kind"] in _DECIDING), None)
    scrub = clean.scrubber.text
    total = sum(lines.values())
    fd_patterns = {watch.stream: watch.regex for watch in plan["watches"] if watch.stream}
    return Execution(
        execution_id=plan["run_id"] or os.urandom(16),
        timestamp=format_time(datetime.fromtimestamp(facts["started"], UTC)) or "",
        command=clean.command(tuple(facts["command"])),
        command_hash=command_key(words, salt),
        place_hash=command_folder_key(words, facts["folder"], salt),
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
        stdout_lines=lines.get("stdout", 0),
        stderr_lines=lines.get("stderr", 0),
        bytes_processed=sum(stream["bytes"] for stream in facts["streams"]),
        output_rate=round(total / runtime, 3) if runtime > 0 else None,
        error_density=command_shape.compute_error_density(tail.splitlines()),
        project_type=command_shape.project_type_of(facts["folder"]),
        command_category=command_shape.category_of(words),
        anonymized=clean.generic,
    )


def _past_run_of(facts: RunFacts, execution: Execution, tail: str) -> PastRun:
    """Return the run as limits are learned from it."""
    reason = facts["reason"]
    ended_by_us = reason not in _NATURAL
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
        silence_cut=reason == "timeout_idle",
        first_output_s=facts["runtime_s"] if silent and ended_by_us else facts["first_output_s"],
        first_output_cut=silent and ended_by_us,
        lines=execution.total_lines_processed,
        failed=failed,
        error_key=fingerprint(headline(tail), "Bash") if failed and tail.strip() else None,
    )


def _to_match_row(number: int, match: RunFacts, clean: _RunCleaner) -> MatchRow:
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
        pattern=clean.scrubber.text(match["regex"]),
    )


def _samples_of(facts: RunFacts, matches: list[MatchRow], tail: Scrubbed, clean: _RunCleaner) -> list[OutputSample]:
    """Return samples of the output, labelled by how the run ended."""
    failed = bool(facts["child_status"])
    natural = facts["reason"] in _NATURAL
    wrong = natural and not failed
    found = [
        _make_sample(
            "false_positive_candidate" if wrong else "match_context",
            (row.stream_source, row.timestamp_offset),
            clean.text("\n".join(part for part in (row.context_before, row.line_content, row.context_after) if part)),
            is_error=not wrong,
            confidence=_SURE if natural else _UNSURE,
        )
        for row in [row for row in matches if row.kind in {"match", "failure"}][:_MOST_SAMPLES]
    ]
    if natural and failed and not found and tail.strip():
        stream = facts["streams"][-1]["name"] if facts["streams"] else "stdout"
        last = clean.text("\n".join(tail.splitlines()[-_TAIL_LINES:]))
        found.append(_make_sample("missed_error", (stream, facts["runtime_s"]), last, is_error=True, confidence=_SURE))
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
    for offset, memory, cpu in facts["samples"]:
        rows += [("memory_mb", memory, offset), ("cpu_s", cpu, offset)]
    return [Metric(metric_name=name, metric_value=value, timestamp_offset=at) for name, value, at in rows]
