"""Find what got over failures in the stored sessions, and the keys under which the gate knows these failures.

A fix is kept by the fingerprint of the whole error; the gate reads only its first telling line. So a line under which
other errors stand too is no key of it: better nothing is said than what fits another error.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from twiceshy.advice.fix_episodes import Episode, list_episodes
from twiceshy.advice.fixes import choose_fixes
from twiceshy.facts.keys.gate_keys import key_of_failure, reduce_failure, shorten_folder
from twiceshy.records.attempts import SessionAttempts
from twiceshy.records.rules import ProvenFix
from twiceshy.records.values import Scope
from twiceshy.store.db import Store
from twiceshy.store.reads import rules as reads
from twiceshy.store.stored_attempts import read_attempts

_MOST_READ = 60
"""Failures of one command whose texts are read for the lines of one fix (guess, 2026-11-22)."""
_LEAST_OWN_SHARE = 0.8
"""Share of a line's failures that have the fix's own error (guess, 2026-11-22)."""


class KnownFixes(NamedTuple):
    """What got over failures, and where each is said."""

    fixes: list[ProvenFix]
    keys: list[frozenset[bytes]]
    """Of each fix, in order."""


def read_proven_fixes(store: Store) -> KnownFixes:
    """Return what got over failures in all judged sessions."""
    episodes = [one for session in read_ordered_attempts(store) for one in list_episodes(session)]
    fixes = choose_fixes(episodes)
    like: dict[str, list[Episode]] = defaultdict(list)
    for one in episodes:
        like[one.head].append(one)
    return KnownFixes(fixes, [find_keys(store, fix, like[fix.head]) for fix in fixes])


def read_ordered_attempts(store: Store) -> list[SessionAttempts]:
    """Return the attempts of all real sessions, oldest first."""
    places = {one.session: place for place, one in enumerate(reads.read_sessions_in_order(store.connection))}
    found = [one for one in read_attempts(store.connection, Scope()) if one.session in places]
    return sorted(found, key=lambda one: places[one.session])


def find_keys(store: Store, fix: ProvenFix, like: Sequence[Episode]) -> frozenset[bytes]:
    """Return the keys of a fix's failure; ``like`` are all failures of that command, oldest first."""
    mine = [one for one in like if fix.project in {"", one.project}][-_MOST_READ:]
    wanted = {one.failed: one.fingerprint == fix.fingerprint for one in mine} | dict.fromkeys(fix.failed_calls, True)
    texts = reads.read_failure_texts(store, wanted)
    return frozenset(
        key_of_failure(folder if fix.project else "", line, store.salt)
        for line, folders in _find_own_lines(texts, wanted).items()
        for folder in folders
    )


def _find_own_lines(texts: Mapping[bytes, reads.FailureText], own: Mapping[bytes, bool]) -> dict[str, set[str]]:
    """Return the lines that mostly stand for a fix's own error, and the folders in which they were seen."""
    seen: dict[str, list[bool]] = defaultdict(list)
    folders: dict[str, set[str]] = defaultdict(set)
    for call, found in texts.items():
        line, folder = reduce_failure(found.text), shorten_folder(found.folder)
        if line and folder:
            seen[line].append(own[call])
            if own[call]:
                folders[line].add(folder)
    return {line: folders[line] for line, some in seen.items() if sum(some) >= _LEAST_OWN_SHARE * len(some)}
