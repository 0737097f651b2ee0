"""Update limits and patterns from past runs, after each run, so that ``auto`` and ``suggest`` only look them up."""

from collections.abc import Sequence
from typing import NamedTuple

from twiceshy.archive import run_rows as writing
from twiceshy.archive.bundle_rows import read_endorsed_patterns
from twiceshy.archive.db import Store
from twiceshy.archive.reads import runs as reading
from twiceshy.commands.keys.team_keys import shared_pattern_key
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.logs.local_paths import to_local_path
from twiceshy.records.executions import PastRun
from twiceshy.run import limits
from twiceshy.run.learned_limits import (
    LearnedValue,
    LoggedRun,
    decode_run,
    find_delay,
    learn_delay,
    learn_limits,
    learn_usual,
    list_patterns,
    outlive_runs,
    read_call,
)
from twiceshy.run.pattern_mining import FinishedRun, MinedPatterns, mine_patterns, trust_named

_AT_ONCE = 5000
"""Rows a transaction (guess of 2026-11-21)."""


class LogFoldCounts(NamedTuple):
    """The counts of one step of ``fold_logs``."""

    read: int
    new: int
    """Those that tell about a command's time."""


def fold_logs(store: Store, most: int = _AT_ONCE) -> LogFoldCounts | None:
    """Learn from the next commands of agents' logs and return the counts; None when there are no more."""
    noted = store.note(writing.LOGS_FOLDED)
    rows = reading.read_calls_since(store.connection, int(noted or 0), most)
    if not rows and noted is not None:
        return None
    salt = store.salt
    faults = StepFaults(store, "runs")
    found = []
    for row in rows:
        with faults.guard(int(row[0]).to_bytes(8, "big"), f"result {row[0]}"):
            if (past := read_call(_localize(LoggedRun(*row)), salt)) is not None:
                found.append(past)
    with store.begin_writing() as connection:
        if noted is None:
            writing.drop_logged_runs(connection)
        writing.add_past_runs(connection, found)
        last = str(rows[-1][0]) if rows else "0"
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (writing.LOGS_FOLDED, last))
        keys = [(run.command_hash, run.place_hash) for run in found]
        _relearn_all(store, keys if noted is not None else [*keys, *reading.read_run_places(connection)])
    return LogFoldCounts(len(rows), len(found))


def _localize(call: LoggedRun) -> LoggedRun:
    """Return the call with its paths as they are on this machine, so that runs of the wrapper meet it."""
    return call._replace(command=to_local_path(call.command), folder=to_local_path(call.folder))


def _relearn_all(store: Store, keys: Sequence[tuple[bytes, bytes | None]]) -> None:
    """Update what is learned under these keys of commands and places. The caller holds the transaction."""
    for command in {command for command, _ in keys}:
        relearn(store, "command", command)
    for place in {place for _, place in keys if place is not None}:
        relearn(store, "place", place)


def relearn(store: Store, of: str, key: bytes) -> None:
    """Update what is learned under a key from its runs. The caller holds the transaction."""
    past = reading.read_past_runs(store.connection, of, key, limits.NEWEST)
    mined = _relearn_patterns(store, key) if of == "place" else None
    made = learn_limits(past, read_elsewhere(store, past)) if of == "place" else learn_usual(past)
    delays = reading.read_suggested_delays(store.connection, of, key)
    made += [learn_delay(delays)] if delays else find_delay(mined) or _recall_delay(store, key)
    writing.put_limits(store.connection, key, [writing.Limit(key, *one) for one in made])


def _recall_delay(store: Store, key: bytes) -> list[LearnedValue]:
    """Return the delay that is stored under a key: the runs or the feedback that taught it may be gone with age."""
    stored = reading.read_learned_delay(store.connection, key)
    return [] if stored is None else [LearnedValue("delay_exit_s", *stored)]


def read_elsewhere(store: Store, here: Sequence[PastRun]) -> list[PastRun]:
    """Return the runs of the same command in other folders, oldest first."""
    if not here:
        return []
    place = here[-1].place_hash
    runs = reading.read_past_runs(store.connection, "command", here[-1].command_hash, limits.NEWEST)
    return [run for run in runs if run.place_hash != place]


def read_past_runs(store: Store, place: bytes) -> list[FinishedRun]:
    """Return the command's runs in this folder whose outcome is known, oldest first."""
    return [decode_run(*row) for row in reading.read_run_lines(store.connection, place, writing.MOST_LINES)]


def _relearn_patterns(store: Store, place: bytes) -> MinedPatterns | None:
    """Update the command's patterns in this folder from its runs; return what was mined, None for too little data."""
    past = read_past_runs(store, place)
    known = reading.read_learned_patterns(store.connection, place)
    mined = mine_patterns(past, frozenset(one.pattern for one in known if one.refused))
    if mined is not None and (named := read_endorsed_patterns(store.connection)):
        mined = trust_named(mined, lambda pattern: shared_pattern_key(pattern) in named)
    writing.put_patterns(store.connection, place, outlive_runs(known, list_patterns(place, past, mined), past))
    return mined
