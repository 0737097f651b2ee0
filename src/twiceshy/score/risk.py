"""Risk of a file's past: how often its earlier changes were corrected, rolled back or fixed.

What one session did to a file is one change, however many edits it took: they share their fate. Files with a short past
are shrunk towards their project's rate, and projects towards a rate for all, as one bad change of two says little.
Nothing looks ahead: a change counts for a later one only once its outcome was known.
"""

import heapq
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

VERSION = 4
_STRENGTH = 10.0
"""Changes that the project's rate counts as, beside the file's own. Fitted on 2026-11-22: of 1 to 200 the likeliest on
1,557 changes of files whose outcome is known, each foretold by those before it; 7 to 25 are as good."""
_PROJECT_STRENGTH = 50.0
"""The same of ``RATE`` beside the project's own changes. Guess of 2026-11-21."""
RATE = 0.1
"""Share of changes that turn out bad, before anything is known. Guess of 2026-11-21."""


class PastChange(NamedTuple):
    """One edit of one file, and its outcome."""

    file: bytes
    session: bytes
    project: str
    """Its identity: other projects of its name have habits of their own."""
    at: float
    """When it was made, or a time before which nothing of it was known: seconds since the epoch."""
    bad: bool | None
    """Corrected, rolled back or fixed later; None where nobody can tell."""
    known_at: float
    """When that was known."""


class PastRisk(NamedTuple):
    """How often a file's changes turn out bad, and those of its project's files."""

    rate: float
    usual: float


class ChangeTally(NamedTuple):
    """Changes by sessions, and those that turned out bad."""

    n: int = 0
    bad: int = 0


class ChangeTallies:
    """Tallies of files and of projects, to which edits are added as their outcomes become known."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self.files: defaultdict[bytes, ChangeTally] = defaultdict(ChangeTally)
        self.projects: defaultdict[str, ChangeTally] = defaultdict(ChangeTally)
        self.owners: dict[bytes, str] = {}
        """The last known project of a file."""
        self._bad: dict[tuple[bytes, bytes], bool] = {}

    def add(self, edit: PastChange) -> None:
        """Add an edit; a change that a session made in several edits is bad as soon as one of them is."""
        change, bad = (edit.file, edit.session), bool(edit.bad)
        known = self._bad.get(change)
        self._bad[change] = bool(known) or bad
        step = ChangeTally(known is None, bad and not known)
        self.owners[edit.file] = edit.project
        self.files[edit.file] = _add_tallies(self.files[edit.file], step)
        self.projects[edit.project] = _add_tallies(self.projects[edit.project], step)

    def find_risk(self, file: bytes, project: str) -> PastRisk | None:
        """Return the risk of a file's past; None without one."""
        return smooth_rate(self.files.get(file, ChangeTally()), self.projects.get(project, ChangeTally()))


def _add_tallies(one: ChangeTally, other: ChangeTally) -> ChangeTally:
    return ChangeTally(one.n + other.n, one.bad + other.bad)


def compute_risks(changes: Sequence[PastChange]) -> list[PastRisk | None]:
    """Return for each change, in the given order, the risk of its file's past at that time; None without a past."""
    order = sorted(range(len(changes)), key=lambda index: changes[index].at)
    waiting = [(one.known_at, index) for index, one in enumerate(changes) if one.bad is not None]
    heapq.heapify(waiting)
    past = ChangeTallies()
    found: list[PastRisk | None] = [None] * len(changes)
    for index in order:
        now = changes[index]
        while waiting and waiting[0][0] < now.at:
            past.add(changes[heapq.heappop(waiting)[1]])
        found[index] = past.find_risk(now.file, now.project)
    return found


def smooth_rate(file: ChangeTally, project: ChangeTally) -> PastRisk | None:
    """Return the file's rate, shrunk to that of its project; None where the file has no past.

    >>> smooth_rate(ChangeTally(), ChangeTally(10, 5))
    >>> smooth_rate(ChangeTally(0 + 10, 10), ChangeTally(950, 95))
    PastRisk(rate=0.55, usual=0.1)
    """
    if not file.n:
        return None
    usual = (project.bad + RATE * _PROJECT_STRENGTH) / (project.n + _PROJECT_STRENGTH)
    return PastRisk(round((file.bad + usual * _STRENGTH) / (file.n + _STRENGTH), 4), round(usual, 4))
