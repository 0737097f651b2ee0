"""In which order did changes come, where clocks go back?"""

from collections.abc import Iterable

from twiceshy.records.change_risk import TimedChange
from twiceshy.records.commits import RawCommit


def order_changes(commits: Iterable[RawCommit]) -> list[TimedChange]:
    """Return commits that are given parents first in the order of their times, each not before its parents.

    So nothing that stands before a change in the list is later than the change.
    """
    at: dict[str, float] = {}
    timed = []
    for one in commits:
        own = one.committed_at.timestamp()
        at[one.hash] = max([own, *(at[parent] for parent in one.parents if parent in at)])
        timed.append(TimedChange(one, at[one.hash]))
    timed.sort(key=lambda one: one.at)  # keeps parents first among equals
    return timed
