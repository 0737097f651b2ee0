"""How a session resolved a failed command: by the next similar one that was not the same, without an edit."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from twiceshy.advice.trials import EDITING, PROBES
from twiceshy.facts.keys import gate_keys
from twiceshy.facts.keys.gate_keys import first_word, reduce_failure
from twiceshy.records.rules import Fix
from twiceshy.records.stories import Moment

VERSION = 3
_SOON_CALLS = 6
"""Calls after the failure within which a like command counts as a try to get over it (guess, 2026-11-21)."""
_LEAST_SHARED_WORDS = 0.5
"""Share of words in common from which two commands are like (guess, 2026-11-21)."""
_FEWEST_SESSIONS, _LEAST_SUCCESS_SHARE = 2, 0.75
"""Sessions in which a fix worked, and share of its tries, from which it is shown (guess, 2026-11-21)."""
_LEAST_WAY_OUT_SHARE = 0.3
"""Share of a failure's known ways out that a fix must be, so that lines that say little tell nothing (guess,
2026-11-21)."""


class _OpenFailure(NamedTuple):
    """A failure that is not resolved yet."""

    key: bytes
    call: bytes
    command: str
    number: int


def find_fixes(moments: Iterable[Moment], folder: str, salt: bytes) -> Iterator[Fix]:
    """Yield each try to resolve a failed command, and whether it worked; the moments are in order."""
    waiting: dict[bytes | None, _OpenFailure | None] = defaultdict(lambda: None)
    number: Counter[bytes | None] = Counter()
    for moment in moments:
        step = moment.step
        if step.kind == "prompt":
            waiting.clear()
        if step.kind != "call":
            continue
        number[step.run] += 1
        if step.action in EDITING:
            waiting[step.run] = None
        if step.action != "run" or not moment.command:
            continue
        before = waiting[step.run]
        fix = _read_retry(before, moment, number[step.run], salt)
        if fix is not None:
            yield fix
        before = _find_still_open(before, fix)
        if step.failure == "error" and _is_free(before, number[step.run]):
            before = _open_failure(moment, number[step.run], folder, salt)
        waiting[step.run] = before


def _read_retry(before: _OpenFailure | None, moment: Moment, number: int, salt: bytes) -> Fix | None:
    """Return what a command is as another try at an open failure, with a visible result; None where it is none."""
    if before is None or number - before.number > _SOON_CALLS or moment.command == before.command:
        return None
    worked = moment.step.failure is None
    if (worked and moment.step.masked) or not is_similar_command(before.command, moment.command):
        return None
    fix = gate_keys.key_of_command(moment.command, "", salt)
    return Fix(before.key, fix, worked, before.call, moment.step.uid)


def _find_still_open(before: _OpenFailure | None, fix: Fix | None) -> _OpenFailure | None:
    """Return the failure that is open after a try at it."""
    return None if fix is not None and fix.worked else before


def _is_free(before: _OpenFailure | None, number: int) -> bool:
    """Tell whether no earlier failure is still open."""
    return before is None or number - before.number >= _SOON_CALLS


def _open_failure(moment: Moment, number: int, folder: str, salt: bytes) -> _OpenFailure | None:
    """Return the failure; None where its output says nothing, or where failing is an answer."""
    text = reduce_failure(moment.text)
    if not text or first_word(moment.command) in PROBES:
        return None
    return _OpenFailure(gate_keys.key_of_failure(folder, text, salt), moment.step.uid, moment.command, number)


def is_similar_command(one: str, other: str) -> bool:
    """Tell whether two commands are tries at one thing."""
    first, second = set(one.split()), set(other.split())
    return len(first & second) >= _LEAST_SHARED_WORDS * min(len(first), len(second))


class ProvenFix(NamedTuple):
    """One fix of a failure, over all sessions."""

    key: bytes
    tried: int
    worked: int
    sessions: int
    """In which it worked."""
    failed_call: bytes
    fix_call: bytes


def choose_remedies(found: Mapping[bytes, Iterable[Fix]]) -> list[ProvenFix]:
    """Return for each failure the fix that worked most often, where it worked often enough.

    Args:
        found: by session, oldest first.
    """
    ways: dict[tuple[bytes, bytes], list[tuple[bytes, Fix]]] = defaultdict(list)
    outs: dict[bytes, int] = defaultdict(int)
    for session, some in found.items():
        for one in some:
            ways[one.failure, one.fix].append((session, one))
            outs[one.failure] += one.worked
    best: dict[bytes, ProvenFix] = {}
    for (failure, _), tries in ways.items():
        worked = [(session, one) for session, one in tries if one.worked]
        sessions = len({session for session, _ in worked})
        if (
            sessions < _FEWEST_SESSIONS
            or len(worked) < _LEAST_SUCCESS_SHARE * len(tries)
            or len(worked) < _LEAST_WAY_OUT_SHARE * outs[failure]
        ):
            continue
        last = worked[-1][1]
        made = ProvenFix(failure, len(tries), len(worked), sessions, last.failed_call, last.fix_call)
        if failure not in best or (made.sessions, made.worked) > (best[failure].sessions, best[failure].worked):
            best[failure] = made
    return list(best.values())
