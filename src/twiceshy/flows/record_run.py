"""Scrub one finished run and store it; in a process of its own, never in the wrapped command's time.

At the level ``anonymous`` a command is its head and the names of its options, every other text is scrubbed strictly and
its paths are generic; at ``full`` texts are scrubbed as everything else. Nothing is stored that was not scrubbed.
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
from twiceshy.facts import shell
from twiceshy.facts.fingerprint import fingerprint, headline
from twiceshy.facts.run_keys import command_key, place_key
from twiceshy.flows.hand_over import FAILED
from twiceshy.flows.run_learning import fold_logs, relearn
from twiceshy.privacy.policy import Level, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.executions import (
    ChoiceRow,
    Execution,
    Feedback,
    MatchRow,
    Metric,
    PastRun,
    PatternUse,
    Recorded,
    RunLines,
    Sample,
)
from twiceshy.records.runs import Plan, Watch
from twiceshy.records.text import Scrubbed
from twiceshy.run import shape, starting, templates
from twiceshy.run.document import document
from twiceshy.run.exits import BY_CLOCK
from twiceshy.run.matchers import Matcher
from twiceshy.run.observing import Observer
from twiceshy.run.rewards import ended_by, saved_s
from twiceshy.run.wrapper import Run
from twiceshy.store import runs
from twiceshy.store.db import Store
from twiceshy.store.rows import instant

MOST_MATCHES = 100
MOST_SAMPLES = 5
"""Matches kept as samples with their context (guess)."""
TAIL_LINES = 20
"""Last lines of a failed run that are kept when no pattern hit (guess)."""
LONGEST = 2000
AGAIN_S = 0.5
"""From one try to the next while others write; each try waits by itself as long as the store has patience."""
SURE, UNSURE = 0.9, 0.5
"""Confidence in a label from the command's own status, and from a status that we caused (guesses)."""
PIPE = "(a pipe)"
"""Stands for the command in pipe mode."""
FOLDED = 500
"""Commands of agents' logs that are learned from beside one run."""
NATURAL = frozenset({"completed", "expect_missing"})
"""Reasons of runs that ended by themselves."""
DECIDING = frozenset({"match", "failure", "success"})

Facts = dict[str, Any]
"""One run as plain values, unscrubbed: it stays in this process."""


def facts_of(run: Run, observer: Observer, ended: float) -> Facts:
    """All that is kept of a run, before scrubbing."""
    facts: Facts = dict(document(run))
    plan = run.plan
    runtime = ended - run.start - run.stopped_s
    last_silence = ended - run.last_output
    return facts | {
        "runtime_s": round(runtime, 3),
        "started": time.time() - (ended - run.start),
        "folder": os.getcwd(),  # noqa: PTH109
        "environment": shape.environment(os.environ),
        "plan": {name: getattr(plan, name) for name in dir(plan) if not name.startswith("_")},
        "silences": observer.quantiles(),
        "longest_s": max(observer.longest, last_silence),
        "idle": observer.idle + (last_silence >= 1.0),
        "samples": observer.samples,
        "tail": b"".join(part for stream in run.streams for part in stream.tail).decode("utf-8", "replace"),
        "lines": timed_lines(run),
        "ended_by": ended_by(run),
        "was_wrong": run.was_wrong,
    }


def timed_lines(run: Run) -> list[templates.Line]:
    """The first lines of the ordinary streams, in the order in which they came, seconds from the start."""
    found = [
        templates.Line(line.text, round(line.at_s - run.start, 3))
        for stream in run.streams
        if not stream.name.startswith("fd")
        for line in templates.lines_of(stream.early)
    ]
    return sorted(found, key=lambda line: line.at_s)


def record(facts: Facts, home: str, patience_s: float = 0.0) -> str:
    """Why it could not be stored; empty when it was, or was not to be.

    Where many runs end at once, or the store is busy with an ingest, it is tried again for so many seconds.
    """
    facts["plan"]["run_id"] = facts["plan"]["run_id"] or os.urandom(16)
    give_up = time.monotonic() + patience_s
    try:
        config = load({"home": home or None}, os.environ, Path(facts["folder"]))
        wanted = config.enabled and config.telemetry_level != "none" and facts["reason"] != "not_started"
        while wanted:
            try:
                store_run(config, facts, datetime.now(UTC))
                break
            except StoreBusy:
                if time.monotonic() > give_up:
                    raise
                time.sleep(AGAIN_S)
    except (TwiceshyError, OSError) as error:
        return f"this run is not recorded: {str(error).splitlines()[0]}"
    return ""


def leave_word(sentence: str, home: str) -> None:
    """Nothing; the next run says it."""
    with suppress(TwiceshyError, OSError):
        config = load({"home": home or None}, os.environ, Path.cwd())
        config.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(config.home / FAILED, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(sentence)


def store_run(config: Config, facts: Facts, now: datetime) -> bytes:
    """The id under which the run is stored; what is learned from its command's runs is made anew."""
    with Store.open(config.home) as store:
        config.cache.mkdir(mode=0o700, exist_ok=True)
        full = config.telemetry_level == "full"
        level = Level(config.privacy_level) if full else Level.STRICT
        scrubber = Scrubber(load_rules(), store.salt, level, cache=config.cache)
        recorded = recorded_of(facts, Cleaner(scrubber, generic=not full), store.salt)
        with store.writing() as connection:
            runs.add(connection, recorded, now)
            if facts["was_wrong"] is not None:
                said = Feedback(false_positive=facts["was_wrong"])
                hashes = [use.pattern_hash for use in recorded.patterns]
                runs.give_feedback(connection, recorded.execution.execution_id, said, hashes, now)
            if recorded.past is not None:
                relearn(store, "command", recorded.execution.command_hash)
                relearn(store, "place", recorded.execution.place_hash)
        with suppress(StoreBusy):  # the run is stored; the next one folds
            fold_logs(store, FOLDED)
        return recorded.execution.execution_id


class Cleaner:
    """Scrubs, and at the level ``anonymous`` also takes names out of paths."""

    def __init__(self, scrubber: Scrubber, *, generic: bool) -> None:
        self.scrubber = scrubber
        self.generic = generic

    def text(self, text: str) -> Scrubbed:
        """The text that may be stored.

        Scrubbed before paths are made generic, as half a secret is recognised by nobody; and again for the type.
        """
        clean = self.scrubber.text(text)
        return self.scrubber.text(shape.generic(clean)) if self.generic else clean

    def command(self, words: tuple[str, ...]) -> Scrubbed:
        """The command that may be stored."""
        if not words:
            return self.scrubber.text(PIPE)
        return self.scrubber.text(shape.shape(words) if self.generic else " ".join(words))


def recorded_of(facts: Facts, clean: Cleaner, salt: bytes) -> Recorded:
    """The run as it is stored."""
    plan, command = facts["plan"], tuple(facts["command"])
    words = shape.words_of(command)
    tail = clean.text(facts["tail"])
    execution = execution_of(facts, clean, salt, words, tail)
    deciding = [match for match in facts["matches"] if match["kind"] in DECIDING]
    firsts: dict[str, float] = {}
    for match in deciding:
        firsts.setdefault(match["regex"], match["offset_s"])
    patterns = dict.fromkeys(watch.regex for watch in plan["watches"] if watch.kind in {"match", "failure"})
    matches = [match_row(number, match, clean) for number, match in enumerate(facts["matches"][:MOST_MATCHES], 1)]
    return Recorded(
        execution=execution,
        past=past_of(facts, execution, tail) if command else None,
        matches=matches,
        samples=samples_of(facts, matches, tail, clean),
        metrics=metrics_of(facts),
        patterns=[
            PatternUse(
                pattern_hash=hashlib.blake2b(regex.encode(), key=salt, digest_size=16, person=b"pattern").digest(),
                pattern=clean.scrubber.text(regex),
                time_to_match=firsts.get(regex),
            )
            for regex in patterns
        ],
        lines=lines_of(facts, execution, words, clean) if command else None,
        choices=choices_of(facts, clean),
    )


def lines_of(facts: Facts, execution: Execution, words: str, clean: Cleaner) -> RunLines | None:
    """What kinds of lines it printed; None for a run whose end says nothing about it."""
    if facts["reason"] not in {*NATURAL, "match"}:
        return None
    lines: list[templates.Line] = facts["lines"]
    return RunLines(
        place_hash=execution.place_hash,
        at=execution.timestamp,
        failed=int(bool(facts["child_status"])) if facts["reason"] in NATURAL else -1,
        runtime_s=execution.total_runtime,
        lines=json.dumps(templates.kinds(lines, clean.text), ensure_ascii=False),
        marks=json.dumps(marks_of(lines, words), ensure_ascii=False),
    )


def marks_of(lines: list[templates.Line], words: str) -> list[templates.Kind]:
    """The starting patterns for that command which hit a line, whether the run watched for them or not."""
    tool = starting.of_head(shell.head(words))
    if tool is None:
        return []
    found = []
    for pattern in starting.patterns_of(tool):
        matcher = Matcher(Watch("match", pattern), Plan())
        index = next((at for at, line in enumerate(lines) if matcher.find(line.text.encode())), None)
        if index is not None:
            found.append(templates.kind_at(lines, pattern, index))
    return found


def choices_of(facts: Facts, clean: Cleaner) -> list[ChoiceRow]:
    """What ``auto`` took, and what that brought."""
    plan, by = facts["plan"], facts["ended_by"]
    return [
        ChoiceRow(
            kind=choice.kind,
            value=clean.scrubber.text(choice.value),
            origin=choice.origin,
            reason=clean.scrubber.text(choice.reason),
            ended=choice is by,
            saved_s=saved_s(plan["usual_s"], facts["runtime_s"]) if choice is by else None,
        )
        for choice in plan["choices"]
    ]


def execution_of(facts: Facts, clean: Cleaner, salt: bytes, words: str, tail: str) -> Execution:
    """The run's own row."""
    plan, runtime = facts["plan"], facts["runtime_s"]
    lines = {stream["name"]: stream["lines"] for stream in facts["streams"]}
    first_match = next((match["offset_s"] for match in facts["matches"] if match["kind"] in DECIDING), None)
    scrub = clean.scrubber.text
    total = sum(lines.values())
    fd_patterns = {watch.stream: watch.regex for watch in plan["watches"] if watch.stream}
    return Execution(
        execution_id=plan["run_id"] or os.urandom(16),
        timestamp=instant(datetime.fromtimestamp(facts["started"], UTC)) or "",
        command=clean.command(tuple(facts["command"])),
        command_hash=command_key(words, salt),
        place_hash=place_key(words, facts["folder"], salt),
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
        error_density=shape.error_density(tail.splitlines()),
        project_type=shape.project_type(facts["folder"]),
        command_category=shape.category(words),
        anonymized=clean.generic,
    )


def past_of(facts: Facts, execution: Execution, tail: str) -> PastRun:
    """What limits are learned from."""
    reason = facts["reason"]
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
        silence_cut=reason == "timeout_idle",
        first_output_s=facts["runtime_s"] if silent and ended_by_us else facts["first_output_s"],
        first_output_cut=silent and ended_by_us,
        lines=execution.total_lines_processed,
        failed=failed,
        error_key=fingerprint(headline(tail), "Bash") if failed and tail.strip() else None,
    )


def match_row(number: int, match: Facts, clean: Cleaner) -> MatchRow:
    """One matched line."""
    found = match["line"].encode()[match["start"] : match["end"]].decode("utf-8", "replace")
    line = clean.text(match["line"][:LONGEST])
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
        context_before=clean.text("\n".join(match["before"])[-LONGEST:]),
        context_after=clean.text("\n".join(match["after"])[:LONGEST]),
        kind=match["kind"],
        pattern=clean.scrubber.text(match["regex"]),
    )


def samples_of(facts: Facts, matches: list[MatchRow], tail: Scrubbed, clean: Cleaner) -> list[Sample]:
    """Pieces of output, labelled by how the run ended."""
    failed = bool(facts["child_status"])
    natural = facts["reason"] in NATURAL
    wrong = natural and not failed
    found = [
        sample(
            "false_positive_candidate" if wrong else "match_context",
            (row.stream_source, row.timestamp_offset),
            clean.text("\n".join(part for part in (row.context_before, row.line_content, row.context_after) if part)),
            is_error=not wrong,
            confidence=SURE if natural else UNSURE,
        )
        for row in [row for row in matches if row.kind in {"match", "failure"}][:MOST_SAMPLES]
    ]
    if natural and failed and not found and tail.strip():
        stream = facts["streams"][-1]["name"] if facts["streams"] else "stdout"
        last = clean.text("\n".join(tail.splitlines()[-TAIL_LINES:]))
        found.append(sample("missed_error", (stream, facts["runtime_s"]), last, is_error=True, confidence=SURE))
    return found


def sample(kind: str, place: tuple[str, float], content: Scrubbed, *, is_error: bool, confidence: float) -> Sample:
    """One labelled piece of output."""
    return Sample(
        sample_type=kind,
        stream_source=place[0],
        timestamp_offset=place[1],
        content=content,
        content_hash=hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).digest(),
        is_error=is_error,
        confidence=confidence,
    )


def metrics_of(facts: Facts) -> list[Metric]:
    """What was sampled, and the kernel's own sums at the end."""
    end = facts["runtime_s"]
    rows = [("cpu_user_s", facts["user_s"], end), ("cpu_system_s", facts["system_s"], end)]
    peak = max([(facts["peak_bytes"] or 0) / 1e6, *(memory for _, memory, _ in facts["samples"])])
    rows += [("memory_mb_peak", round(peak, 1), end)] if peak else []
    for offset, memory, cpu in facts["samples"]:
        rows += [("memory_mb", memory, offset), ("cpu_s", cpu, offset)]
    return [Metric(metric_name=name, metric_value=value, timestamp_offset=at) for name, value, at in rows]
