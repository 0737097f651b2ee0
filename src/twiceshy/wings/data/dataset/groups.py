"""Which sessions and commits belong together, so that a split must not part them?"""

from collections.abc import Hashable, Iterable
from typing import TypeVar

_Member = TypeVar("_Member", bound=Hashable)


def join_groups(joins: Iterable[tuple[_Member, _Member]]) -> dict[_Member, _Member]:
    """Return the group of each member that is joined with another, named by one of them.

    >>> groups = join_groups([("a", "b"), ("c", "d"), ("b", "e")])
    >>> groups["a"] == groups["e"], groups["a"] == groups["c"]
    (True, False)
    """
    parents: dict[_Member, _Member] = {}
    for one, other in joins:
        first, second = _find_root(parents, one), _find_root(parents, other)
        parents[second] = first
    return {member: _find_root(parents, member) for member in list(parents)}


def _find_root(parents: dict[_Member, _Member], member: _Member) -> _Member:
    """Return the member that stands for the group, and shorten the way to it."""
    root = member
    while (above := parents.setdefault(root, root)) != root:
        root = above
    while member != root:
        parents[member], member = root, parents[member]
    return root
