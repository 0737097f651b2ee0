"""Update limits and patterns from past runs, after each run, so that ``auto`` and ``suggest`` only look them up."""

from typing import NamedTuple

from twiceshy.flows.collect.step_faults import StepFaults
from twiceshy.run import limits
from twiceshy.run.learned_limits import learn_delay, learn_limits, read_call
from twiceshy.run.learned_patterns import decode_run, find_delay, list_patterns
from twiceshy.run.pattern_mining import FinishedRun, MinedPatterns, mine_patterns
from twiceshy.store import run_rows as writing
from twiceshy.store.db import Store
from twiceshy.store.reads import runs as reading

_CURSOR = "run-history-result"
_AT_ONCE = 5000
"""Rows a transaction (guess of 2026-11-21)."""


class LogFoldCounts(NamedTuple):
    """The counts of one step of ``fold_logs``."""

    read: int
    new: int
    """Those that tell about a command's time."""


def fold_logs(store: Store, most: int = _AT_ONCE) -> LogFoldCounts | None:
    """Learn from the next commands of agents' logs and return the counts; None when there are no more."""
    at = int(store.note(_CURSOR) or 0)
    rows = reading.read_calls_since(store.connection, at, most)
    if not rows:
        return None
    salt = store.salt
    faults = StepFaults(store, "runs")
    found = []
    for row in rows:
        with faults.guard(int(row[0]).to_bytes(8, "big"), f"result {row[0]}"):
            if (past := read_call(row, salt)) is not None:
                found.append(past)
    with store.begin_writing() as connection:
        writing.add_past_runs(connection, found)
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_CURSOR, str(rows[-1][0])))
        for key in {past.command_hash for past in found}:
            relearn(store, "command", key)
    return LogFoldCounts(len(rows), len(found))


def relearn(store: Store, of: str, key: bytes) -> None:
    """Update the limits under a key from its runs. The caller holds the transaction."""
    past = reading.read_past_runs(store.connection, of, key, limits.NEWEST)
    mined = _relearn_patterns(store, key) if of == "place" else None
    refused = reading.find_refused_limits(store.connection, of, key, limits.FEWEST)
    made = learn_limits(past, refused, "here" if of == "place" else "anywhere")
    delays = reading.read_suggested_delays(store.connection, of, key)
    made += [learn_delay(delays)] if delays else find_delay(mined)
    writing.put_limits(store.connection, key, [writing.Limit(key, *one) for one in made])


def read_past_runs(store: Store, place: bytes) -> list[FinishedRun]:
    """Return the command's runs in this folder whose outcome is known, oldest first."""
    return [decode_run(*row) for row in reading.read_run_lines(store.connection, place, writing.MOST_LINES)]


def _relearn_patterns(store: Store, place: bytes) -> MinedPatterns | None:
    """Update the command's patterns in this folder from its runs; return what was mined, None for too little data."""
    past = read_past_runs(store, place)
    known = reading.read_learned_patterns(store.connection, place)
    mined = mine_patterns(past, frozenset(one.pattern for one in known if one.refused))
    writing.put_patterns(store.connection, place, list_patterns(place, past, mined))
    return mined
