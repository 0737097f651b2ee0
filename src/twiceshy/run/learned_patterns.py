"""Learned patterns as they are stored and suggested, each with its evidence in words."""

import json
import shlex
from collections.abc import Iterable, Sequence

from twiceshy.records.executions import LearnedPattern
from twiceshy.run.learned_limits import LearnedValue
from twiceshy.run.pattern_mining import (
    FinishedRun,
    MinedPatterns,
    PatternEvidence,
    check_starting_patterns,
    list_patterns_of_good,
)
from twiceshy.run.suggestion_records import SuggestedPatterns
from twiceshy.run.templates import LineKind, has_error_words
from twiceshy.stats.durations import format_duration, format_option
from twiceshy.stats.intervals import wilson


def decode_run(failed: object, runtime_s: float, lines: str, marks: str) -> FinishedRun:
    """Return a finished run from its stored row."""
    return FinishedRun(bool(failed), runtime_s, _decode_kinds(lines), _decode_kinds(marks))


def _decode_kinds(text: str) -> list[LineKind]:
    """Decode the kinds of lines that were stored as JSON."""
    return [LineKind(str(made), float(first_s), float(block_s)) for made, first_s, block_s in json.loads(text)]


def prints_new_error(lines: str, good: Iterable[str]) -> bool:
    """Tell whether a run has a line of a kind that no good run had, by stored kinds of lines.

    Where lines of its look like an error only those are looked at.
    """
    known = {kind.text for one in good for kind in _decode_kinds(one)}
    printed = [kind.text for kind in _decode_kinds(lines)]
    errors = [text for text in printed if has_error_words(text)]
    return any(text not in known for text in errors or printed)


def list_patterns(place: bytes, past: list[FinishedRun], mined: MinedPatterns | None) -> list[LearnedPattern]:
    """Return the patterns to store for a command in one folder: those mined, and starting ones that hit its runs."""
    rows = {one.pattern: _to_row(place, one, mined) for one in mined.patterns} if mined is not None else {}
    marked = {mark.text for run in past for mark in run.marks}
    for one in check_starting_patterns(past, sorted(marked - rows.keys())):
        rows[one.pattern] = _to_row(place, one, None)
    return list(rows.values())


def outlive_runs(
    known: Iterable[LearnedPattern], found: Sequence[LearnedPattern], past: Sequence[FinishedRun]
) -> list[LearnedPattern]:
    """Return the patterns to store where runs that taught some went with age: those stay as they are stored.

    ``known``: as stored; ``found``: of the runs that are there. A stored pattern goes once so many runs are there as
    taught it, or a good one that it would hit.
    """
    good = list_patterns_of_good(past)
    kept = {
        one.pattern: one
        for one in known
        if not one.refused and one.failed_runs + one.good_runs > len(past) and one.pattern not in good
    }
    return [*kept.values(), *(one for one in found if one.pattern not in kept)]


def recall_mined(known: Iterable[LearnedPattern], mined: MinedPatterns | None) -> MinedPatterns | None:
    """Return the stored patterns that `--match auto` takes as what was mined, where the runs that are there teach less.

    How many failed runs had any of them is not stored: it is at least what the best of them had.
    """
    taken = [one for one in known if one.chosen and not one.refused]
    if (mined is not None and mined.chosen) or not taken:
        return mined
    best = max(taken, key=lambda one: one.failed_hit)
    return MinedPatterns(
        patterns=[
            PatternEvidence(
                one.pattern,
                one.origin,
                one.failed_runs,
                one.failed_hit,
                one.good_runs,
                one.good_hit,
                one.saved_share or 0.0,
                one.score or 0.0,
            )
            for one in taken
        ],
        chosen=True,
        score=best.score or 0.0,
        failed_runs=best.failed_runs,
        failed_hit=best.failed_hit,
        good_runs=best.good_runs,
        saved_share=best.saved_share or 0.0,
        delay_s=None,
    )


def _to_row(place: bytes, found: PatternEvidence, mined: MinedPatterns | None) -> LearnedPattern:
    """Return a pattern as it is stored."""
    return LearnedPattern(
        place_hash=place,
        pattern=found.pattern,
        origin=found.origin,
        chosen=mined is not None and mined.chosen,
        refused=False,
        failed_runs=found.failed_runs,
        failed_hit=found.failed_hit,
        good_runs=found.good_runs,
        good_hit=found.good_hit,
        saved_share=round(found.saved_share, 4),
        score=round(found.score, 4),
        reason=_phrase_evidence(mined) if mined is not None else _phrase_counts(found),
    )


def _phrase_evidence(mined: MinedPatterns) -> str:
    """Return in one clause why the patterns are used."""
    return (
        f"{mined.failed_hit} of {mined.failed_runs} failed runs here had one of them, none of {mined.good_runs} "
        f"good ones; {mined.saved_share:.0%} of their time came after it"
    )


def _phrase_counts(found: PatternEvidence) -> str:
    """Return in one clause the evidence for or against one pattern."""
    failed, good = f"{found.failed_hit} of {found.failed_runs}", f"{found.good_hit} of {found.good_runs}"
    return f"{failed} failed runs here had it, {good} good ones"


def find_delay(mined: MinedPatterns | None) -> list[LearnedValue]:
    """Return the delay after a match that the runs teach; empty where they teach none."""
    if mined is None or mined.delay_s is None:
        return []
    within = format_duration(mined.delay_s)
    words = f"in {mined.failed_hit} failed runs here what belonged to the match was over within {within}"
    return [LearnedValue("delay_exit_s", mined.delay_s, words)]


def suggest_patterns(mined: MinedPatterns | None) -> SuggestedPatterns | None:
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


def build_match_options(patterns: SuggestedPatterns | None, *, automatic: bool) -> list[str]:
    """Return the options that watch for failures: the learned patterns, else the starting ones."""
    if patterns is None or not patterns.confident:
        return ["--match auto"] if automatic else []
    delay = [f"--delay-exit {format_option(patterns.delay_s)}"] if patterns.delay_s is not None else []
    return [f"--match {shlex.quote(pattern)}" for pattern in patterns.patterns] + delay
