"""From past runs to limits: kept ready after each run, so that ``auto`` and ``suggest`` only look.

Agents' logs count too: a call that ran one working command is a run of it, from call to result. That time holds the
agent's own overhead and its wait for a permission, so it errs on the long side.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from twiceshy.facts.durations import shown
from twiceshy.facts.run_keys import command_key
from twiceshy.facts.stats import quantile
from twiceshy.flows.run_patterns import delay_reason, relearn_patterns
from twiceshy.records.executions import PastRun
from twiceshy.run import limits, shape
from twiceshy.store import runs as writing
from twiceshy.store.db import Store
from twiceshy.store.reads import runs as reading

CURSOR = "run-history-result"
AT_ONCE = 5000
LONGEST_COMMAND = 500
"""Characters that the archive keeps of a command; one that long may be cut and would be grouped wrongly."""
LONGEST_CALL_S = 86_400.0
TIMED_OUT = frozenset({124, 137, 143})
FEWEST_USUAL = 3
"""Finished runs without which nothing is usual (guess)."""
KINDS = ("timeout_s", "idle_timeout_s", "first_output_timeout_s")


class Folded(NamedTuple):
    """What one step of ``fold_logs`` read."""

    read: int
    new: int
    """Those that tell about a command's time."""


def fold_logs(store: Store, most: int = AT_ONCE) -> Folded | None:
    """The next commands of agents' logs are learned from; None when there are no more."""
    at = int(store.note(CURSOR) or 0)
    rows = reading.calls_since(store.connection, at, most)
    if not rows:
        return None
    salt = store.salt
    found = [past for row in rows if (past := past_of(row, salt)) is not None]
    keys = {past.command_hash for past in found}
    with store.writing() as connection:
        writing.add_past(connection, found)
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (CURSOR, str(rows[-1][0])))
        for key in keys:
            relearn(store, "command", key)
    return Folded(len(rows), len(found))


def past_of(row: Sequence[object], salt: bytes) -> PastRun | None:
    """The run behind a row of ``calls_since``; None for what tells nothing about a command's time."""
    _, uid, at, command, seconds, failure, exit_code, timeout_s, fingerprint = row
    if failure in {"rejected", "cascade"} or not isinstance(seconds, float) or not 0 <= seconds < LONGEST_CALL_S:
        return None
    if not isinstance(command, str) or len(command) >= LONGEST_COMMAND:
        return None
    words = shape.words_in(command)
    if not words:
        return None
    limit = timeout_s if isinstance(timeout_s, float) else None
    cut = failure == "interrupted" or exit_code in TIMED_OUT or (limit is not None and seconds >= limit)
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
    """Nothing; the limits under a key are those of its runs. The caller holds the transaction."""
    past = reading.past(store.connection, of, key, limits.NEWEST)
    where = "here" if of == "place" else "anywhere"
    mined = relearn_patterns(store, key) if of == "place" else None
    refused = reading.refused_kinds(store.connection, of, key, limits.FEWEST)
    made = usual(key, past)
    for kind in KINDS:
        if kind in refused:
            continue
        learned = limits.limit(times(past, kind))
        if learned is not None:
            value = limits.rounded_up(learned.limit_s)
            made.append(writing.Limit(key, kind, value, reason(learned, value, where)))
    delays = reading.suggested_delays(store.connection, of, key)
    if delays:
        words = f"your feedback on {len(delays)} of its runs"
        made.append(writing.Limit(key, "delay_exit_s", quantile(delays, 0.5), words))
    elif mined is not None and mined.delay_s is not None:
        made.append(writing.Limit(key, "delay_exit_s", mined.delay_s, delay_reason(mined, mined.delay_s)))
    writing.put_limits(store.connection, key, made)


def usual(key: bytes, past: Sequence[PastRun]) -> list[writing.Limit]:
    """How long such a run usually takes; no limit, but kept with them."""
    runs = limits.present(times(past, "timeout_s"))
    finished = sum(not run.cut for run in runs)
    if finished < FEWEST_USUAL:
        return []
    return [writing.Limit(key, "usual_s", limits.quantile(limits.weighed(runs), 0.5), f"{finished} runs that finished")]


def times(past: Iterable[PastRun], kind: str) -> list[limits.Timed]:
    """What a limit of that kind is learned from; runs that do not tell are left out."""
    if kind == "timeout_s":
        return [limits.Timed(run.runtime_s, run.runtime_cut) for run in past]
    if kind == "idle_timeout_s":
        return [limits.Timed(run.silence_s, run.silence_cut) for run in past if run.silence_s is not None]
    return [limits.Timed(run.first_output_s, run.first_output_cut) for run in past if run.first_output_s is not None]


def reason(learned: limits.Learned, value_s: float, where: str) -> str:
    """The evidence in one clause."""
    cut = f", {learned.cut} of them cut off" if learned.cut else ""
    return (
        f"{learned.runs} runs {where}{cut}: median {shown(learned.median_s)}, longest {shown(learned.longest_s)}; "
        f"with {limits.CONFIDENCE:.0%} confidence {limits.COVERAGE:.1%} of such runs need less than {shown(value_s)}"
    )
