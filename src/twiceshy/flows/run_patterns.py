"""From what past runs printed to patterns: kept ready after each run, so that `--match auto` only looks."""

import json

from twiceshy.facts.durations import shown
from twiceshy.records.executions import LearnedPattern
from twiceshy.run.mining import Found, Mined, Seen, against, mine
from twiceshy.run.templates import Kind
from twiceshy.store import runs as writing
from twiceshy.store.db import Store
from twiceshy.store.reads import runs as reading


def seen(store: Store, place: bytes) -> list[Seen]:
    """The command's runs here whose outcome is known, oldest first."""
    return [
        Seen(bool(failed), runtime_s, kinds(lines), kinds(marks))
        for failed, runtime_s, lines, marks in reading.lines(store.connection, place, writing.MOST_LINES)
    ]


def kinds(text: str) -> list[Kind]:
    """What was stored as JSON."""
    return [Kind(str(made), float(first_s), float(block_s)) for made, first_s, block_s in json.loads(text)]


def relearn_patterns(store: Store, place: bytes) -> Mined | None:
    """What the runs tell; the patterns of that command here are those. The caller holds the transaction."""
    past = seen(store, place)
    known = reading.learned_patterns(store.connection, place)
    refused = frozenset(one.pattern for one in known if one.refused)
    mined = mine(past, refused)
    rows = {one.pattern: row(place, one, mined) for one in mined.patterns} if mined is not None else {}
    marked = {mark.text for run in past for mark in run.marks}
    for one in against(past, sorted(marked - rows.keys())):
        rows[one.pattern] = row(place, one, None)
    writing.put_patterns(store.connection, place, rows.values())
    return mined


def row(place: bytes, found: Found, mined: Mined | None) -> LearnedPattern:
    """A pattern as it is stored."""
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
        reason=evidence(mined) if mined is not None else counts(found),
    )


def evidence(mined: Mined) -> str:
    """Why the patterns are taken, in one clause."""
    return (
        f"{mined.failed_hit} of {mined.failed_runs} failed runs here had one of them, none of {mined.good_runs} "
        f"good ones; {mined.saved_share:.0%} of their time came after it"
    )


def counts(found: Found) -> str:
    """What speaks for or against one pattern."""
    failed, good = f"{found.failed_hit} of {found.failed_runs}", f"{found.good_hit} of {found.good_runs}"
    return f"{failed} failed runs here had it, {good} good ones"


def delay_reason(mined: Mined, delay_s: float) -> str:
    """The evidence for the learned delay."""
    return f"in {mined.failed_hit} failed runs here what belonged to the match was over within {shown(delay_s)}"
