"""Which commits were taken back, as a person, a message, a tree or the lines say?

Where two things say it of the same pair of commits, the surest counts. What is not clear is left out: a hash in a
message that fits no commit, or several.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from twiceshy.archive.db import Store
from twiceshy.archive.reads.commits import read_looks, read_told_reverts, read_undone_commits
from twiceshy.records.commits import EVIDENCE, CommitLook, Revert

_SAID: Final = re.compile(r"This reverts commit ([0-9a-f]{7,64})")


def find_reverts(commits: Sequence[CommitLook], others: Iterable[Revert]) -> list[Revert]:
    """Return the reverts that the commits show, together with what is known already; by time."""
    best: dict[tuple[str, str | None], Revert] = {}
    for one in (*others, *_find_said(commits), *_find_restored(commits)):
        known = best.get((one.commit_hash, one.by))
        if known is None or EVIDENCE.index(one.evidence) < EVIDENCE.index(known.evidence):
            best[one.commit_hash, one.by] = one
    return sorted(best.values(), key=lambda one: (one.at, one.commit_hash, one.by or ""))


def choose_standing(reverts: Iterable[Revert]) -> frozenset[str]:
    """Return the commits that are taken back now: a revert that was itself taken back does not count.

    >>> from datetime import UTC
    >>> at = datetime(2026, 9, 1, tzinfo=UTC)
    >>> sorted(choose_standing([Revert(commit_hash="a", by="b", at=at), Revert(commit_hash="b", by="c", at=at)]))
    ['b']
    """
    back: set[str] = set()
    for one in sorted(reverts, key=lambda one: one.at, reverse=True):  # a revert is reverted later than it was made
        if one.by is None or one.by not in back:
            back.add(one.commit_hash)
    return frozenset(back)


def _find_said(commits: Sequence[CommitLook]) -> Iterable[Revert]:
    """Yield what messages say, where the hash that they name fits one commit."""
    names: dict[str, str | None] = {}
    said = [(one, name) for one in commits for name in _SAID.findall(one.body)]
    wanted = {len(name) for _, name in said}
    for one in commits:
        for length in wanted:
            start = one.hash[:length]
            names[start] = None if start in names else one.hash
    for one, name in said:
        found = names.get(name)
        if found is not None and found != one.hash:
            yield Revert(commit_hash=found, by=one.hash, at=one.committed_at, evidence="message")


def _find_restored(commits: Sequence[CommitLook]) -> Iterable[Revert]:
    """Yield the commits whose child holds exactly what their parent held."""
    by_hash = {one.hash: one for one in commits}
    for one in commits:
        parent = by_hash.get(one.parents[0]) if len(one.parents) == 1 else None
        before = by_hash.get(parent.parents[0]) if parent is not None and len(parent.parents) == 1 else None
        if (
            parent is not None
            and before is not None
            and one.tree is not None
            and before.tree == one.tree != parent.tree
        ):
            yield Revert(commit_hash=parent.hash, by=one.hash, at=one.committed_at, evidence="tree")


# Which commits of a project were taken back, by all that is known?


def list_reverts(store: Store, project: str) -> list[Revert]:
    """Return the reverts of a project, given by its identity, with their surest evidence; by time."""
    looks = read_looks(store.connection, project)
    times = {one.hash: one.committed_at for one in looks}

    def by_lines() -> Iterator[Revert]:
        for name, by in read_undone_commits(store, project):
            if by in times:
                yield Revert(commit_hash=name, by=by, at=times[by], evidence="lines")

    return find_reverts(looks, (*read_told_reverts(store.connection, project), *by_lines()))
