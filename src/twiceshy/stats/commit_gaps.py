"""How long after the author's last commit on the same line of history was a commit made?"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple


class CommitTime(NamedTuple):
    """One commit, as far as the question goes."""

    hash: str
    parent: str
    """The first one; empty where there is none."""
    author: Hashable
    at: float
    """The author's time; seconds since 1970."""


def measure_gaps(commits: Iterable[CommitTime]) -> dict[str, float]:
    """Return seconds since the nearest commit by the same author on the way back along first parents.

    Commits without one are left out, and so are those whose clock went backwards. First parents make a forest, so
    each commit is visited once.

    >>> measure_gaps([CommitTime("a", "", "ann", 0), CommitTime("b", "a", "bo", 60), CommitTime("c", "b", "ann", 90)])
    {'c': 90}
    """
    by_hash = {one.hash: one for one in commits}
    children = defaultdict[str, list[CommitTime]](list)
    roots: list[CommitTime] = []
    for one in by_hash.values():
        (children[one.parent] if one.parent in by_hash else roots).append(one)
    return {name: gap for root in roots for name, gap in _walk_down(root, children) if gap >= 0}


def _walk_down(root: CommitTime, children: dict[str, list[CommitTime]]) -> Iterator[tuple[str, float]]:
    """Yield the gaps below a commit; what each author's last commit was is put back on the way up."""
    last: dict[Hashable, float] = {}
    waiting: list[tuple[CommitTime, float | None, bool]] = [(root, None, False)]
    while waiting:
        one, before, seen = waiting.pop()
        if seen:
            if before is None:
                del last[one.author]
            else:
                last[one.author] = before
            continue
        before = last.get(one.author)
        if before is not None:
            yield one.hash, one.at - before
        last[one.author] = one.at
        waiting.append((one, before, True))
        waiting += [(child, None, False) for child in children.get(one.hash, ())]
