"""How far is a project by the first collector's own counts?

The counts are that collector's guesses and decide nothing here: file ranking helps from some tens of commits on. They
stand beside what was measured so that people who know them find them.
"""

from collections.abc import Sequence
from typing import Final

from twiceshy.records.milestones import Amounts, SeedMilestone

MILESTONES: Final[Sequence[tuple[str, Amounts]]] = (
    ("File Prediction", Amounts(500, 100, 200)),
    ("Commit Messages", Amounts(2000, 500, 1000)),
    ("Code Suggestions", Amounts(5000, 2000, 5000)),
)
"""Names and counts of the first collector's description, read 2026-11-23."""


def count_progress(have: Amounts) -> tuple[SeedMilestone, ...]:
    """Return each milestone with how far it is: the least of its three counts.

    >>> [one.percent for one in count_progress(Amounts(commits=509, sessions=50, chats=22))]
    [11, 2, 0]
    """
    return tuple(
        SeedMilestone(name, needs, min(min(100, 100 * got // need) for got, need in zip(have, needs, strict=True)))
        for name, needs in MILESTONES
    )
