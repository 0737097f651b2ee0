"""Learn patterns from what past runs printed; updated after each run, so that `--match auto` only looks them up."""

import json

from twiceshy.facts.stats.durations import format_duration
from twiceshy.records.executions import LearnedPattern
from twiceshy.run.pattern_mining import (
    FinishedRun,
    MinedPatterns,
    PatternEvidence,
    check_starting_patterns,
    mine_patterns,
)
from twiceshy.run.templates import LineKind
from twiceshy.store import run_rows as writing
from twiceshy.store.db import Store
from twiceshy.store.reads import runs as reading


def read_past_runs(store: Store, place: bytes) -> list[FinishedRun]:
    """Return the command's runs in this folder whose outcome is known, oldest first."""
    return [
        FinishedRun(bool(failed), runtime_s, _decode_kinds(lines), _decode_kinds(marks))
        for failed, runtime_s, lines, marks in reading.read_run_lines(store.connection, place, writing.MOST_LINES)
    ]


def _decode_kinds(text: str) -> list[LineKind]:
    """Decode the kinds of lines that were stored as JSON."""
    return [LineKind(str(made), float(first_s), float(block_s)) for made, first_s, block_s in json.loads(text)]


def relearn_patterns(store: Store, place: bytes) -> MinedPatterns | None:
    """Update the command's patterns in this folder from its runs; return what was mined, None for too little data.

    The caller holds the transaction.
    """
    past = read_past_runs(store, place)
    known = reading.read_learned_patterns(store.connection, place)
    refused = frozenset(one.pattern for one in known if one.refused)
    mined = mine_patterns(past, refused)
    rows = {one.pattern: _to_row(place, one, mined) for one in mined.patterns} if mined is not None else {}
    marked = {mark.text for run in past for mark in run.marks}
    for one in check_starting_patterns(past, sorted(marked - rows.keys())):
        rows[one.pattern] = _to_row(place, one, None)
    writing.put_patterns(store.connection, place, rows.values())
    return mined


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


def phrase_delay_reason(mined: MinedPatterns, delay_s: float) -> str:
    """Return the evidence for the learned delay."""
    return (
        f"in {mined.failed_hit} failed runs here what belonged to the match was over within {format_duration(delay_s)}"
    )
