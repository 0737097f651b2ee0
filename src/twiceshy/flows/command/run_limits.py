"""Learn limits from past runs; they are updated after each run, so ``auto`` and ``suggest`` only look them up.

Agents' logs count too: a call that ran one working command is a run of it, from call to result. That time includes
the agent's own overhead and its wait for a permission, so it errs on the long side.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from twiceshy.facts.keys.run_keys import command_key
from twiceshy.facts.stats.durations import format_duration
from twiceshy.facts.stats.intervals import quantile
from twiceshy.flows.command.run_patterns import phrase_delay_reason, relearn_patterns
from twiceshy.records.executions import PastRun
from twiceshy.run import command_shape, limits
from twiceshy.store import run_rows as writing
from twiceshy.store.db import Store
from twiceshy.store.reads import runs as reading

_CURSOR = "run-history-result"
_AT_ONCE = 5000
_LONGEST_COMMAND = 500
"""Characters that the archive keeps of a command; one that long may be cut and would be grouped wrongly."""
_LONGEST_CALL_S = 86_400.0
_TIMED_OUT = frozenset({124, 137, 143})
_FEWEST_USUAL = 3
"""Finished runs without which nothing is usual (guess)."""
KINDS = ("timeout_s", "idle_timeout_s", "first_output_timeout_s")


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
    found = [past for row in rows if (past := _past_run_of(row, salt)) is not None]
    keys = {past.command_hash for past in found}
    with store.begin_writing() as connection:
        writing.add_past_runs(connection, found)
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_CURSOR, str(rows[-1][0])))
        for key in keys:
            relearn(store, "command", key)
    return LogFoldCounts(len(rows), len(found))


def _past_run_of(row: Sequence[object], salt: bytes) -> PastRun | None:
    """Return the run behind a row of ``calls_since``; None if it says nothing about a command's duration."""
    _, uid, at, command, seconds, failure, exit_code, timeout_s, fingerprint = row
    if failure in {"rejected", "cascade"} or not isinstance(seconds, float) or not 0 <= seconds < _LONGEST_CALL_S:
        return None
    if not isinstance(command, str) or len(command) >= _LONGEST_COMMAND:
        return None
    words = command_shape.words_in(command)
    if not words:
        return None
    limit = timeout_s if isinstance(timeout_s, float) else None
    cut = failure == "interrupted" or exit_code in _TIMED_OUT or (limit is not None and seconds >= limit)
    return PastRun(
        uid=bytes(uid),  # type: ignore[call-overload]  # a BLOB column
        origin="log",
        at=str(at),
        command_hash=command_key(words, salt),
        place_hash=None,
        runtime_s=round(seconds, 3),  # days as a float know no more
        runtime_cut=cut,
        failed=failure is not None,
        error_key=fingerprint if isinstance(fingerprint, bytes) else None,
    )


def relearn(store: Store, of: str, key: bytes) -> None:
    """Update the limits under a key from its runs. The caller holds the transaction."""
    past = reading.read_past_runs(store.connection, of, key, limits.NEWEST)
    where = "here" if of == "place" else "anywhere"
    mined = relearn_patterns(store, key) if of == "place" else None
    refused = reading.find_refused_limits(store.connection, of, key, limits.FEWEST)
    made = _find_usual_duration(key, past)
    for kind in KINDS:
        if kind in refused:
            continue
        learned = limits.compute_limit(times_of(past, kind))
        if learned is not None:
            value = limits.round_up(learned.limit_s)
            made.append(writing.Limit(key, kind, value, _phrase_reason(learned, value, where)))
    delays = reading.read_suggested_delays(store.connection, of, key)
    if delays:
        words = f"your feedback on {len(delays)} of its runs"
        made.append(writing.Limit(key, "delay_exit_s", quantile(delays, 0.5), words))
    elif mined is not None and mined.delay_s is not None:
        made.append(writing.Limit(key, "delay_exit_s", mined.delay_s, phrase_delay_reason(mined, mined.delay_s)))
    writing.put_limits(store.connection, key, made)


def _find_usual_duration(key: bytes, past: Sequence[PastRun]) -> list[writing.Limit]:
    """Return how long such a run usually takes; this is no limit, but is stored with the limits."""
    runs = limits.select_current_runs(times_of(past, "timeout_s"))
    finished = sum(not run.cut for run in runs)
    if finished < _FEWEST_USUAL:
        return []
    return [
        writing.Limit(
            key, "usual_s", limits.find_quantile(limits.weigh_durations(runs), 0.5), f"{finished} runs that finished"
        )
    ]


def times_of(past: Iterable[PastRun], kind: str) -> list[limits.RunDuration]:
    """Return the times that a limit of that kind is learned from, without runs that lack them."""
    if kind == "timeout_s":
        return [limits.RunDuration(run.runtime_s, run.runtime_cut) for run in past]
    if kind == "idle_timeout_s":
        return [limits.RunDuration(run.silence_s, run.silence_cut) for run in past if run.silence_s is not None]
    return [
        limits.RunDuration(run.first_output_s, run.first_output_cut) for run in past if run.first_output_s is not None
    ]


def _phrase_reason(learned: limits.LearnedLimit, value_s: float, where: str) -> str:
    """Return the evidence for a limit in one clause."""
    cut = f", {learned.cut} of them cut off" if learned.cut else ""
    return (
        f"{learned.runs} runs {where}{cut}: median {format_duration(learned.median_s)}, "
        f"longest {format_duration(learned.longest_s)}; "
        f"with {limits.CONFIDENCE:.0%} confidence {limits.COVERAGE:.1%} of such runs "
        f"need less than {format_duration(value_s)}"
    )
