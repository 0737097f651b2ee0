"""What became of a commit's lines: which commits came later, how many of its lines are alive, who removed them.

Later means: reachable from HEAD and built on the commit, merges not counted, in an order in which parents come first.
For a commit that a rebase left behind its copy counts; where there is no copy, there is no answer. Lines that moved to
another file count as gone from theirs.
"""

import heapq
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Final, NamedTuple

from twiceshy.records.commits import Reversal, StoredCommit, Survival

LATER_COMMIT_COUNTS: Final = (10, 50)
"""Later commits after which survival is told, unless asked otherwise. Guess of 2026-11-21."""
_LINE_HASH_BYTES: Final = 8
"""Bytes of one line's hash, defined by the format in which the store keeps them."""
_REVERT_SHARE: Final = 0.9
"""Share of a commit's lines whose removal is a revert. Guess of 2026-11-21: a conflict leaves some."""
_INSTEAD_SHARE: Final = 0.2
"""New lines in the place of a commit's, as a share of them, up to which their removal is a revert. Guess of
2026-11-21."""
_FIX_SHARE: Final = 0.2
"""Share whose removal soon after is a fix-up. Guess of 2026-11-21."""
_FIX_DAYS: Final = 7.0
"""What soon is. Guess of 2026-11-21."""
_LEAST_LINES: Final = 3
"""A commit of fewer different lines is not said to be reverted by lines. Guess of 2026-11-21."""
_DAY_S: Final = 86_400.0
"""Seconds of a day, by definition."""


class Ancestry(NamedTuple):
    """The commits that are reachable from HEAD."""

    place: Mapping[str, int]
    """Of each its place in the order, parents first."""
    order: Sequence[StoredCommit]
    children: Mapping[str, Sequence[str]]
    renames: Sequence[tuple[int, str, str]]
    """Place of the commit, old name, new name."""
    by_patch: Mapping[str, str]
    """Of a patch-id the first commit that has it."""
    by_author: Mapping[tuple[bytes, datetime, str], str]
    """Of an author, the author's time and a subject the first commit."""


def build_ancestry(head: str, commits: Iterable[StoredCommit]) -> Ancestry:
    """Return HEAD and all its ancestors, as far as the commits are known; nothing where HEAD is not among them."""
    known = {one.hash: one for one in commits}
    reached = _find_ancestors(head, known)
    children: defaultdict[str, list[str]] = defaultdict(list)
    missing: dict[str, int] = {}
    for here in reached:
        parents = [parent for parent in dict.fromkeys(known[here].parents) if parent in reached]
        missing[here] = len(parents)
        for parent in parents:
            children[parent].append(here)
    ready = [(known[here].committed_at, here) for here in reached if not missing[here]]
    heapq.heapify(ready)
    order: list[StoredCommit] = []
    while ready:
        here = heapq.heappop(ready)[1]
        order.append(known[here])
        for child in children[here]:
            missing[child] -= 1
            if not missing[child]:
                heapq.heappush(ready, (known[child].committed_at, child))
    return _index_ancestry(order, children)


def _find_ancestors(head: str, known: Mapping[str, StoredCommit]) -> set[str]:
    """Return HEAD and all known commits that it is built on."""
    reached: set[str] = set()
    waiting = [head] if head in known else []
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting += [parent for parent in known[here].parents if parent in known]
    return reached


def _index_ancestry(order: Sequence[StoredCommit], children: Mapping[str, Sequence[str]]) -> Ancestry:
    last_first = list(reversed(order))
    return Ancestry(
        place={one.hash: place for place, one in enumerate(order)},
        order=order,
        children=children,
        renames=[
            (place, file.old_path, file.path) for place, one in enumerate(order) for file in one.files if file.old_path
        ],
        by_patch={one.patch_id: one.hash for one in last_first if one.patch_id is not None},
        by_author={(one.author, one.authored_at, one.subject): one.hash for one in last_first},
    )


def find_later_commits(history: Ancestry, commit: str, counts: Collection[int]) -> dict[int, str]:
    """Return for each of the counts the commit after so many later ones; those not there yet are left out."""
    if commit not in history.place:
        return {}
    found: dict[int, str] = {}
    most = max(counts, default=0)
    seen = {commit}
    ready = [history.place[commit]]
    passed = 0
    while ready and passed <= most:
        one = history.order[heapq.heappop(ready)]
        if one.hash != commit and len(one.parents) < 2:
            passed += 1
            if passed in counts:
                found[passed] = one.hash
        for child in history.children.get(one.hash, ()):
            if child not in seen:
                seen.add(child)
                heapq.heappush(ready, history.place[child])
    return found


def find_file_names(history: Ancestry, commit: str, path: str, until: str) -> set[str]:
    """Return what a file was called from a commit to a later one, by the renames between them, itself included."""
    found = {path}
    start, end = history.place[commit], history.place[until]
    for place, old, new in history.renames[bisect_right(history.renames, start, key=itemgetter(0)) :]:
        if place > end:
            break
        if old in found:
            found.add(new)
    return found


def find_counterpart(commit: StoredCommit, history: Ancestry) -> str:
    """Return the hash of the commit if it is reachable from HEAD, else of its first copy there; empty without one.

    A copy has the same patch, or the same author, author's time and subject, which an amend keeps.
    """
    if commit.hash in history.place:
        return commit.hash
    by_patch = history.by_patch.get(commit.patch_id) if commit.patch_id is not None else None
    return by_patch or history.by_author.get((commit.author, commit.authored_at, commit.subject), "")


def split_line_hashes(hashes: bytes) -> frozenset[bytes]:
    """Return the different lines of ``added_hashes``."""
    return frozenset(hashes[start : start + _LINE_HASH_BYTES] for start in range(0, len(hashes), _LINE_HASH_BYTES))


def measure_survival(
    commit: StoredCommit,
    alive: Mapping[int, Mapping[str, frozenset[bytes]]],
    at_head: Mapping[str, frozenset[bytes]] | None,
    *,
    as_commit: str = "",
) -> Survival:
    """Measure how much of a commit is alive.

    ``alive`` has for a count of later commits, and ``at_head`` for HEAD, the lines of each of the commit's files then;
    a file that is not there any more has none.
    """
    own = {file.path: split_line_hashes(file.added_hashes) for file in commit.files}
    total = sum(map(len, own.values()))

    def share(there: Mapping[str, frozenset[bytes]]) -> float:
        return sum(len(added & there.get(path, frozenset())) for path, added in own.items()) / total

    return Survival(
        commit_hash=commit.hash,
        lines=total,
        alive=tuple((count, share(there)) for count, there in sorted(alive.items())) if total else (),
        at_head=share(at_head) if total and at_head is not None else None,
        as_commit="" if as_commit == commit.hash else as_commit,
    )


def find_undoings(
    commit: StoredCommit,
    others: Iterable[StoredCommit],
    taken_out: Mapping[str, frozenset[bytes]],
    said: Collection[tuple[str, str]] = (),
) -> tuple[Reversal, ...]:
    """Return the later commits that take out what the commit put in, in the order given.

    ``taken_out`` has the lines that other commits, and the commit itself, removed; ``said`` which commit says that it
    reverts which (a hash, maybe abbreviated). Rebased copies of the commit take nothing out.
    """
    own = frozenset(line for file in commit.files for line in split_line_hashes(file.added_hashes))
    reverting = {by for by, named in said if commit.hash.startswith(named)}
    found = []
    for other, days in _list_later(commit, others):
        share = _share_of(own, taken_out.get(other.hash))
        kind = _name_removal(len(own), share or 0.0, days)
        if other.hash in reverting:
            kind = "revert-said"
        elif kind == "revert-lines" and not _restores_previous(commit, other, taken_out):
            kind = "replaced"
        if kind:
            found.append(Reversal(commit_hash=commit.hash, by=other.hash, kind=kind, share=share, days=days))
    return tuple(found)


def _share_of(own: frozenset[bytes], gone: frozenset[bytes] | None) -> float | None:
    """Return which share of a commit's own lines is gone; None where that is not known."""
    return len(own & gone) / len(own) if own and gone is not None else None


def _name_removal(lines: int, share: float, days: float) -> str:
    """Name what a commit did that removed this share of a commit's lines so many days later; empty: nothing of note."""
    if lines >= _LEAST_LINES and share >= _REVERT_SHARE:
        return "revert-lines"
    return "fix-up" if share >= _FIX_SHARE and days <= _FIX_DAYS else ""


def _list_later(commit: StoredCommit, others: Iterable[StoredCommit]) -> Iterator[tuple[StoredCommit, float]]:
    """Yield the others that were committed later, with the days that passed."""
    for other in others:
        days = (other.committed_at - commit.committed_at).total_seconds() / _DAY_S
        if other.hash != commit.hash and days >= 0:
            yield other, days


def _restores_previous(commit: StoredCommit, other: StoredCommit, taken_out: Mapping[str, frozenset[bytes]]) -> bool:
    """Tell whether a commit that removed another's lines left things as they had been.

    It put back what that one took out; where that took out nothing, it put next to nothing in its place.
    """
    paths = {name for file in commit.files for name in (file.path, file.old_path)}
    put = frozenset(line for file in other.files for line in split_line_hashes(file.added_hashes))
    before = taken_out.get(commit.hash, frozenset())
    if before:
        return len(before & put) >= _REVERT_SHARE * len(before)
    instead = sum(
        len(split_line_hashes(file.added_hashes))
        for file in other.files
        if file.path in paths or file.old_path in paths
    )
    return instead <= _INSTEAD_SHARE * sum(len(split_line_hashes(file.added_hashes)) for file in commit.files)
