"""Risk of a file's past: how often its earlier changes were corrected, taken back or fixed.

Files with a short past are drawn towards their project's rate, and projects towards a rate for all, as one bad change
of two says little. Nobody looks ahead: a change counts for a later one only once what became of it was known.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

VERSION = 1
STRENGTH = 10.0
"""Changes that the project's rate counts as, beside the file's own. Guess of 2026-11-21."""
PROJECT_STRENGTH = 50.0
"""The same of ``RATE`` beside the project's own changes. Guess of 2026-11-21."""
RATE = 0.1
"""Share of changes that turn out bad, before anything is known. Guess of 2026-11-21."""


class Change(NamedTuple):
    """One edit of one file, and what became of it."""

    file: bytes
    project: str
    at: float
    """When it was made, or a time before which nothing of it was known: seconds since the epoch."""
    bad: bool | None
    """Corrected, taken back or fixed later; None where nobody can tell."""
    known_at: float
    """When that was known."""


class Tally(NamedTuple):
    """Changes, and those that turned out bad."""

    n: int = 0
    bad: int = 0

    def plus(self, change: Change) -> "Tally":
        """With one more."""
        return Tally(self.n + 1, self.bad + bool(change.bad))


def risks(changes: Sequence[Change]) -> list[float | None]:
    """For each change the risk of its file's past at that time, in the order given; None where it had no past."""
    order = sorted(range(len(changes)), key=lambda index: changes[index].at)
    waiting = [(one.known_at, index) for index, one in enumerate(changes) if one.bad is not None]
    heapq.heapify(waiting)
    files: defaultdict[bytes, Tally] = defaultdict(Tally)
    projects: defaultdict[str, Tally] = defaultdict(Tally)
    found: list[float | None] = [None] * len(changes)
    for index in order:
        now = changes[index]
        while waiting and waiting[0][0] < now.at:
            past = changes[heapq.heappop(waiting)[1]]
            files[past.file] = files[past.file].plus(past)
            projects[past.project] = projects[past.project].plus(past)
        found[index] = smoothed(files[now.file], projects[now.project])
    return found


def smoothed(file: Tally, project: Tally) -> float | None:
    """The file's rate, drawn to that of its project; None where the file has no past.

    >>> smoothed(Tally(), Tally(10, 5))
    >>> smoothed(Tally(0 + 10, 10), Tally(950, 95))
    0.55
    """
    if not file.n:
        return None
    rate = (project.bad + RATE * PROJECT_STRENGTH) / (project.n + PROJECT_STRENGTH)
    return round((file.bad + rate * STRENGTH) / (file.n + STRENGTH), 4)


def now(changes: Iterable[Change], file: bytes, project: str) -> float | None:
    """The risk of a file's past with all that is known of it."""
    known = [one for one in changes if one.bad is not None and one.project == project]
    own = [one for one in known if one.file == file]
    return smoothed(
        Tally(len(own), sum(bool(one.bad) for one in own)), Tally(len(known), sum(bool(one.bad) for one in known))
    )
