"""Which commits hold work that a person corrected, or that was rolled back, after they were made?

What was put right before the commit is no fault of the commit.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.records.change_risk import FixLabel, TimedChange
from twiceshy.records.commits import Touch


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
