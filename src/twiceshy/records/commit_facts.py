"""What a project's memory tells of a commit, whichever clone read it: nothing that becomes known only later."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from twiceshy.base.values import Scrubbed


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitFacts:
    """One commit as it is told to others."""

    hash: str
    message: Scrubbed
    """Subject and body."""
    timestamp: datetime
    """The author's time, with the author's offset from UTC."""
    committed_at: datetime
    """Aware, UTC."""
    files_changed: tuple[Scrubbed, ...]
    """Paths from the repository's top, with ``/``. None of a merge."""
    insertions: int | None
    """Lines, over all files that are text. None where the clone lacks the contents."""
    deletions: int | None
    binary: tuple[Scrubbed, ...] = ()
    """Those of the files that are not text."""
    parent_count: int
    seconds_since_last_commit: float | None = None
    """Since the newest older commit by the same author on the way back along first parents. None where there is none,
    or the author's clock went backwards."""
    branch: Scrubbed | None = None
    """On which it was made; None where this clone did not see it."""
    amends: str | None = None
    patch_id: str | None = None
    tree: str | None = None

    @property
    def hour_of_day(self) -> int:
        """The hour on the author's clock."""
        return self.timestamp.hour

    @property
    def day_of_week(self) -> str:
        """The day on the author's clock, in English."""
        return DAYS[self.timestamp.weekday()]

    @property
    def is_merge(self) -> bool:
        """Whether it has several parents."""
        return self.parent_count > 1

    @property
    def is_initial(self) -> bool:
        """Whether it has none."""
        return self.parent_count == 0


class CommitLook(NamedTuple):
    """As much of a commit as shows whether it takes another back."""

    hash: str
    parents: tuple[str, ...]
    tree: str | None
    committed_at: datetime
    body: str
    """Empty where it speaks of no revert."""


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
