"""Which commits hold work that a person corrected, or that was rolled back, after they were made?

What was put right before the commit is no fault of the commit.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from twiceshy.records.change_risk import FixLabel, TimedChange
from twiceshy.records.commits import RawCommit, Touch


class WorkFault(NamedTuple):
    """That some edits of a session were corrected or rolled back."""

    at: float
    """When it was said or done; seconds since 1970."""
    calls: frozenset[bytes]
    """That made the edits."""
    source: str
    """As ``FixLabel.source``."""


def find_faulty_commits(
    touches: Iterable[Touch], linked: Iterable[TimedChange], faults: Sequence[WorkFault]
) -> Iterator[FixLabel]:
    """Yield a label for each of a session's commits that holds edits with a fault, by fault.

    An edit is in the first commit of the session after it, where that touches its file.
    """
    holding = _find_holding(touches, sorted(linked, key=_authored))
    for fault in faults:
        held = {one.commit.hash: one for call in fault.calls for one in holding.get(call, ())}
        yield from (
            FixLabel(name, "", max(fault.at, one.at), fault.source)
            for name, one in sorted(held.items())
            if _authored(one) <= fault.at
        )


def _find_holding(touches: Iterable[Touch], commits: Sequence[TimedChange]) -> dict[bytes, list[TimedChange]]:
    """Return the commits that hold the edits of each call."""
    authored = [_authored(one) for one in commits]
    holding: dict[bytes, list[TimedChange]] = {}
    for touch in touches:
        place = len(commits) if touch.at is None else bisect_left(authored, touch.at)
        if place < len(commits) and _has_file(commits[place], touch.path):
            holding.setdefault(touch.call, []).append(commits[place])
    return holding


def _authored(change: TimedChange) -> float:
    return change.commit.authored_at.timestamp()


def _has_file(change: TimedChange, path: str) -> bool:
    """Tell whether a commit touches a file; a session's folder may lie above or below the repository's top."""
    wanted = f"/{path}"
    names = (f"/{one.path}" for one in change.commit.files)
    return any(wanted.endswith(name) or name.endswith(wanted) for name in names)


# What about a history makes it say little of its changes? It is said, and nothing is guessed in its place.

NO_COMMIT: Final = "this repository has no commit yet; risk is learned from what became of earlier ones"
_MOST_AT_ONCE: Final = 0.5
"""Share of all lines ever added that one commit brings in where a project was imported (guess, 2026-11-23)."""
_MOST_SQUASHED: Final = 0.8
"""Share of commits named after a request to merge where there are no others (guess, 2026-11-23)."""
_FEW_MERGES: Final = 0.02
"""Share of merges in such a history (guess, 2026-11-23)."""
_MOST_BACK: Final = 0.01
"""Share of commits dated before their parents that somebody's clock explains (guess, 2026-11-23)."""
_HOUR: Final = 3_600.0
"""Seconds, by definition: a clock may be off by so much."""
_MOST_TOGETHER: Final = 0.5
"""Share of commits made in the same second as the one before (guess, 2026-11-23): people are slower."""
_LEAST: Final = 20
"""Changes below which no share is told (guess, 2026-11-23)."""
_REQUEST: Final = re.compile(r"\((?:#|!)\d+\)\Z|\AMerged? (?:PR|pull request) ", re.IGNORECASE)


def find_history_doubts(changes: Sequence[TimedChange], now: float, *, cut: int) -> tuple[str, ...]:
    """Return sentences, the most harmful first; ``cut`` is at how many commits a shallow clone ends."""
    found = [_tell_cut(len(changes), cut)] if cut else []
    real = [one for one in changes if one.commit.files]
    if len(real) >= _LEAST:
        found += [*_tell_import(real), *_tell_squashes(changes, real), *_tell_clocks(changes, now)]
    return tuple(found)


def _tell_cut(commits: int, cut: int) -> str:
    ends = "one commit" if cut == 1 else f"{cut} commits"
    return (
        f"the clone is shallow: git has {commits} commits and cut the history off at {ends};"
        " `git fetch --unshallow` brings the rest"
    )


def _tell_import(real: Sequence[TimedChange]) -> Iterator[str]:
    sizes = [sum(file.added or 0 for file in one.commit.files) for one in real]
    share = max(sizes) / max(1, sum(sizes))
    if share >= _MOST_AT_ONCE:
        at = real[sizes.index(max(sizes))].commit
        yield (
            f"commit {at.hash[:12]} brought in {share:.0%} of all lines ever added: what was done to them before it is"
            " not known here"
        )


def _tell_squashes(changes: Sequence[TimedChange], real: Sequence[TimedChange]) -> Iterator[str]:
    share = sum(bool(_REQUEST.search(one.commit.subject)) for one in real) / len(real)
    merges = sum(len(one.commit.parents) > 1 for one in changes) / len(changes)
    if share >= _MOST_SQUASHED and merges < _FEW_MERGES:
        yield f"{share:.0%} of the commits are squashed requests to merge: a change here is a whole request, not a step"


def _tell_clocks(changes: Sequence[TimedChange], now: float) -> Iterator[str]:
    late = sum(one.at > now + _HOUR for one in changes)
    if late:
        yield f"{late} commits are dated in the future: nothing can be known of what became of them"
    back = sum(one.at > one.commit.committed_at.timestamp() + _HOUR for one in changes)
    if back / len(changes) > _MOST_BACK:
        yield f"{back} of {len(changes)} commits are dated before their parents: they count from their parents' time on"
    together = sum(one.at == other.at for one, other in pairwise(changes)) / len(changes)
    if together > _MOST_TOGETHER:
        yield f"{together:.0%} of the commits were made in the same second as the one before: their times say nothing"


# In which order did changes come, where clocks go wrong?


def order_changes(commits: Iterable[RawCommit], now: float = math.inf) -> list[TimedChange]:
    """Return commits that are given parents first in the order of their times, each not before its parents.

    So nothing that stands before a change in the list is later than the change. A time after ``now`` is no time: such
    a commit has that of its parents, else all that came after it would be as late.
    """
    at: dict[str, float] = {}
    timed = []
    for one in commits:
        own = one.committed_at.timestamp()
        before = [at[parent] for parent in one.parents if parent in at]
        at[one.hash] = max(before, default=0.0) if own > now else max([own, *before])
        timed.append(TimedChange(one, at[one.hash]))
    timed.sort(key=lambda one: one.at)  # keeps parents first among equals
    return timed
