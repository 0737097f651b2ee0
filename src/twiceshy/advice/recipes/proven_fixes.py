"""Find what got over failures in the stored sessions, and the keys under which the gate knows these failures.

A fix is kept by the fingerprint of the whole error; the gate looks up only a failure's first telling line. Where the
line that says what is wrong stands in the output, that is a condition besides. Where it does not, a first line under
which other errors stand too is no key: better nothing is said than what fits another error.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads import rules as reads
from twiceshy.archive.stored_attempts import read_attempts
from twiceshy.base.values import Scope
from twiceshy.commands.keys.gate_keys import key_of_failure, mark_failure, reduce_failure, says_failure, shorten_folder
from twiceshy.insights.remedies.fix_episodes import Episode, list_episodes
from twiceshy.insights.remedies.fixes import choose_fixes
from twiceshy.records.attempts import SessionAttempts
from twiceshy.records.rules import ProvenFix

_MOST_READ = 60
"""Failures of one command whose texts are read for the lines of one fix (guess, 2026-11-22)."""
_LEAST_OWN_SHARE = 0.8
"""Share of a first line's failures that have the fix's own error, or of these that say what is wrong in words that the
gate reads (guess, 2026-11-22)."""


class FixPlace(NamedTuple):
    """Where the gate tells a fix."""

    keys: frozenset[bytes]
    condition: str


class KnownFixes(NamedTuple):
    """What got over failures, and where each is said."""

    fixes: list[ProvenFix]
    places: list[FixPlace]
    """Of each fix, in order."""


def read_proven_fixes(store: Store) -> KnownFixes:
    """Return what got over failures in all judged sessions."""
    episodes = [one for session in read_ordered_attempts(store) for one in list_episodes(session)]
    fixes = choose_fixes(episodes)
    like: dict[str, list[Episode]] = defaultdict(list)
    for one in episodes:
        like[one.head].append(one)
    return KnownFixes(fixes, [find_place(store, fix, like[fix.head]) for fix in fixes])


def read_ordered_attempts(store: Store) -> list[SessionAttempts]:
    """Return the attempts of all real sessions, oldest first."""
    places = {one.session: place for place, one in enumerate(reads.read_sessions_in_order(store.connection))}
    found = [one for one in read_attempts(store.connection, Scope()) if one.session in places]
    return sorted(found, key=lambda one: places[one.session])


def find_place(store: Store, fix: ProvenFix, like: Sequence[Episode]) -> FixPlace:
    """Return where a fix is told; ``like`` are all failures of that command, oldest first."""
    mine = [one for one in like if fix.project in {"", one.project}][-_MOST_READ:]
    own = {one.failed: one.fingerprint == fix.fingerprint for one in mine} | dict.fromkeys(fix.failed_calls, True)
    texts = reads.read_failure_texts(store, own)
    mark = _find_mark(store, fix, texts)
    lines = _find_lines(texts, own, least=0.0 if mark else _LEAST_OWN_SHARE)
    keys = (
        key_of_failure(folder if fix.project else "", line, store.salt)
        for line, folders in lines.items()
        for folder in folders
    )
    return FixPlace(frozenset(keys), f"says:{mark}" if mark else "")


def _find_mark(store: Store, fix: ProvenFix, texts: Mapping[bytes, reads.FailureText]) -> str:
    """Return the mark of the line that says what is wrong; empty where the outputs do not mostly have it."""
    calls = [one for one in fix.failed_calls if one in texts]
    told = reads.read_call_facts(store.connection, calls)
    marks = Counter(mark for one in calls if one in told and (mark := mark_failure(told[one].message, store.salt)))
    mark = marks.most_common(1)[0][0] if marks else ""
    said = sum(says_failure(texts[one].text, mark, store.salt) for one in calls) if mark else 0
    return mark if said >= _LEAST_OWN_SHARE * max(1, len(calls)) else ""


def _find_lines(
    texts: Mapping[bytes, reads.FailureText], own: Mapping[bytes, bool], least: float
) -> dict[str, set[str]]:
    """Return the first lines of a fix's own error, at least that share of whose failures have it, and the folders."""
    seen: dict[str, list[bool]] = defaultdict(list)
    folders: dict[str, set[str]] = defaultdict(set)
    for call, found in texts.items():
        line, folder = reduce_failure(found.text), shorten_folder(found.folder)
        if line and folder:
            seen[line].append(own[call])
            if own[call]:
                folders[line].add(folder)
    return {line: folders[line] for line, some in seen.items() if any(some) and sum(some) >= least * len(some)}
