"""Find the fate of commits that sessions are linked to: how many of their lines are alive, and who removed them.

Nothing is guessed: a commit that is not behind HEAD, and has no copy there, has no survival.
"""

import heapq
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import Final, NamedTuple, Protocol

from twiceshy.records.commits import Link, Reversal, SessionFate, StoredCommit, Survival, Trace

# What became of a commit's lines: which commits came later, how many of its lines are alive, who removed them.
#
# Later means: reachable from HEAD and built on the commit, merges not counted, in an order in which parents come first.
# For a commit that a rebase left behind its copy counts; where there is no copy, there is no answer. Lines that moved
# to another file count as gone from theirs.

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


_MOST_LOOKED_INTO = 5_000
"""Commits of one project whose removed lines are read at most, the newest first. Guess of 2026-11-21."""
_UNDONE_WITHIN_DAYS = 60.0
"""How long after a commit its undoing is looked for by lines. Guess of 2026-11-21."""

_AT_HEAD = 0
"""Number of later commits that stands for HEAD, whatever their number: by definition no commit is later than itself."""


class LineReader(Protocol):
    """Reads salted hashes of lines from a repository."""

    def read_lines(self, names: Iterable[str]) -> Mapping[str, frozenset[bytes]]:
        """Return the lines at each ``commit:path``; a file that is not there is left out."""

    def find_reverts(self) -> Iterable[tuple[str, str]]:
        """Return the commits whose messages say that they revert one, each with that one."""

    def find_removed_lines(self, hashes: Collection[str]) -> Iterable[tuple[str, frozenset[bytes]]]:
        """Return the lines that each of these commits removes."""


class SurvivalQuery(NamedTuple):
    """A project whose commits' fate is wanted."""

    traces: Sequence[Trace]
    links: Mapping[bytes, Sequence[Link]]
    """By session."""
    commits: Sequence[StoredCommit]
    """All of the project."""
    head: str


def find_fates(repo: LineReader, asked: SurvivalQuery) -> Iterator[tuple[bytes, SessionFate]]:
    """Yield the fate of the commits of each session."""
    by_hash = {one.hash: one for one in asked.commits}
    owned = {session: [by_hash[one.commit_hash] for one in links] for session, links in asked.links.items()}
    linked = [by_hash[name] for name in sorted({one.hash for own in owned.values() for one in own})]
    past = build_ancestry(asked.head, asked.commits)
    alive = _find_living(repo, linked, past)
    undone = _find_undoings(repo, linked, past)
    for trace in asked.traces:
        own = owned.get(trace.session, [])
        fate = SessionFate(
            commits=tuple(alive.survived[one.hash] for one in own),
            undone=tuple(chain.from_iterable(undone.get(one.hash, ()) for one in own)),
            calls=_living_shares(trace, own, alive.at_head),
        )
        yield trace.session, fate


class _LivingLines(NamedTuple):
    survived: Mapping[str, Survival]
    at_head: Mapping[str, frozenset[bytes]]
    """Of each commit behind HEAD its lines that are alive there."""


def _find_living(repo: LineReader, linked: Sequence[StoredCommit], past: Ancestry) -> _LivingLines:
    """Return what is alive of each linked commit, by reading its files at later commits."""
    asked = {one.hash: _list_later_names(one, past) for one in linked}
    lines = repo.read_lines(_flatten(asked.values()))
    survived: dict[str, Survival] = {}
    at_head: dict[str, frozenset[bytes]] = {}
    for one in linked:
        there = {count: _gather_lines(files, lines) for count, files in asked[one.hash].items()}
        now = there.pop(_AT_HEAD, None)
        copy = find_counterpart(one, past)
        survived[one.hash] = measure_survival(one, there, now, as_commit=copy)
        if now is not None:
            at_head[one.hash] = _find_alive(one, now)
    return _LivingLines(survived, at_head)


_NamesByFile = Mapping[str, Sequence[str]]


def _list_later_names(one: StoredCommit, past: Ancestry) -> dict[int, _NamesByFile]:
    """Return for each later point and each file with added lines all that it may be called there (``commit:path``).

    A point is a number of later commits, or ``_AT_HEAD``; there are none where the commit is not behind HEAD.
    """
    here = find_counterpart(one, past)
    if not here:
        return {}
    points = find_later_commits(past, here, LATER_COMMIT_COUNTS)
    return {
        count: {
            file.path: [f"{at}:{name}" for name in sorted(find_file_names(past, here, file.path, at))]
            for file in one.files
            if file.added_hashes
        }
        for count, at in (*points.items(), (_AT_HEAD, past.order[-1].hash))
    }


def _flatten(asked: Iterable[Mapping[int, _NamesByFile]]) -> dict[str, None]:
    """Return every name once."""
    files = [files for points in asked for files in points.values()]
    return dict.fromkeys(name for some in files for names in some.values() for name in names)


def _gather_lines(files: _NamesByFile, lines: Mapping[str, frozenset[bytes]]) -> dict[str, frozenset[bytes]]:
    """Return the lines of each file, whatever it is called."""
    return {path: frozenset[bytes]().union(*(lines.get(name, ()) for name in names)) for path, names in files.items()}


def _find_alive(one: StoredCommit, now: Mapping[str, frozenset[bytes]]) -> frozenset[bytes]:
    """Return the lines of the commit that its files still have."""
    alive: set[bytes] = set()
    for file in one.files:
        alive |= split_line_hashes(file.added_hashes) & now.get(file.path, frozenset())
    return frozenset(alive)


def _find_undoings(repo: LineReader, linked: Sequence[StoredCommit], past: Ancestry) -> dict[str, tuple[Reversal, ...]]:
    """Return who removed the lines of each linked commit that is behind HEAD."""
    said = list(repo.find_reverts())
    says = {by for by, _ in said}
    touching = _index_by_path(past)
    others = {
        one.hash: _find_later_changes(one, copy, past, touching, says)
        for one in linked
        if (copy := find_counterpart(one, past))
    }
    every = {other.hash for some in others.values() for other in some if any(file.removed for file in other.files)}
    newest = sorted(every, key=lambda name: -past.place[name])[:_MOST_LOOKED_INTO]
    removed = dict(repo.find_removed_lines({*newest, *others}))
    return {one.hash: find_undoings(one, others[one.hash], removed, said) for one in linked if one.hash in others}


def _index_by_path(past: Ancestry) -> Mapping[str, Sequence[StoredCommit]]:
    """Return the commits behind HEAD that touch each path, under its old name too."""
    touching: defaultdict[str, list[StoredCommit]] = defaultdict(list)
    for one in past.order:
        for path in {name for file in one.files for name in (file.path, file.old_path) if name}:
            touching[path].append(one)
    return touching


def _find_later_changes(
    one: StoredCommit,
    copy: str,
    past: Ancestry,
    touching: Mapping[str, Sequence[StoredCommit]],
    says: Collection[str],
) -> list[StoredCommit]:
    """Return the commits that may have undone one: later ones of its files, soon after or said to revert (``says``)."""
    names = [find_file_names(past, copy, file.path, past.order[-1].hash) for file in one.files]
    candidates = {other.hash: other for some in names for name in some for other in touching.get(name, ())}
    found = [
        other
        for other in candidates.values()
        if past.place[other.hash] > past.place[copy]
        and ((other.committed_at - one.committed_at).days <= _UNDONE_WITHIN_DAYS or other.hash in says)
    ]
    return sorted(found, key=lambda other: past.place[other.hash])


def _living_shares(
    trace: Trace, own: Sequence[StoredCommit], at_head: Mapping[str, frozenset[bytes]]
) -> dict[bytes, float]:
    """Return for each call the share of its committed lines that is alive."""
    committed: set[bytes] = set()
    living: set[bytes] = set()
    for one in own:
        if one.hash in at_head:
            committed |= {line for file in one.files for line in split_line_hashes(file.added_hashes)}
            living |= at_head[one.hash]
    wrote: defaultdict[bytes, set[bytes]] = defaultdict(set)
    for touch in trace.touches:
        wrote[touch.call] |= split_line_hashes(touch.added) & committed
    return {call: len(lines & living) / len(lines) for call, lines in wrote.items() if lines}
