"""In which order did changes come, where clocks go wrong?"""

import math
from collections.abc import Iterable

from twiceshy.records.change_risk import TimedChange
from twiceshy.records.commits import RawCommit


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
