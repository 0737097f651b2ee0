"""Risk of a file's past: how often its earlier changes were corrected, rolled back or fixed.

Files with a short past are shrunk towards their project's rate, and projects towards a rate for all, as one bad change
of two says little. Nothing looks ahead: a change counts for a later one only once its outcome was known.
"""

import heapq
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

VERSION = 1
_STRENGTH = 10.0
"""Changes that the project's rate counts as, beside the file's own. Guess of 2026-11-21."""
_PROJECT_STRENGTH = 50.0
"""The same of ``RATE`` beside the project's own changes. Guess of 2026-11-21."""
RATE = 0.1
"""Share of changes that turn out bad, before anything is known. Guess of 2026-11-21."""


class PastChange(NamedTuple):
    """One edit of one file, and its outcome."""

    file: bytes
    project: str
    at: float
    """When it was made, or a time before which nothing of it was known: seconds since the epoch."""
    bad: bool | None
    """Corrected, rolled back or fixed later; None where nobody can tell."""
    known_at: float
    """When that was known."""


class ChangeTally(NamedTuple):
    """Changes, and those that turned out bad."""

    n: int = 0
    bad: int = 0

    def plus(self, change: PastChange) -> "ChangeTally":
        """Return the tally with one more change."""
        return ChangeTally(self.n + 1, self.bad + bool(change.bad))


def compute_risks(changes: Sequence[PastChange]) -> list[float | None]:
    """Return for each change, in the given order, the risk of its file's past at that time; None without a past."""
    order = sorted(range(len(changes)), key=lambda index: changes[index].at)
    waiting = [(one.known_at, index) for index, one in enumerate(changes) if one.bad is not None]
    heapq.heapify(waiting)
    files: defaultdict[bytes, ChangeTally] = defaultdict(ChangeTally)
    projects: defaultdict[str, ChangeTally] = defaultdict(ChangeTally)
    found: list[float | None] = [None] * len(changes)
    for index in order:
        now = changes[index]
        while waiting and waiting[0][0] < now.at:
            past = changes[heapq.heappop(waiting)[1]]
            files[past.file] = files[past.file].plus(past)
            projects[past.project] = projects[past.project].plus(past)
        found[index] = smooth_rate(files[now.file], projects[now.project])
    return found


def smooth_rate(file: ChangeTally, project: ChangeTally) -> float | None:
    """Return the file's rate, shrunk to that of its project; None where the file has no past.

    >>> smooth_rate(ChangeTally(), ChangeTally(10, 5))
    >>> smooth_rate(ChangeTally(0 + 10, 10), ChangeTally(950, 95))
    0.55
    """
    if not file.n:
        return None
    rate = (project.bad + RATE * _PROJECT_STRENGTH) / (project.n + _PROJECT_STRENGTH)
    return round((file.bad + rate * _STRENGTH) / (file.n + _STRENGTH), 4)
