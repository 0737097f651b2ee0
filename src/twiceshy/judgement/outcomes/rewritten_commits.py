"""Find which commits took the place of which, where a hash did not survive: by git's word, by trees, by messages.

A rebase or an amend gives one new commit for each old one, a squash one for many, a cherry-pick a second one. What git
told a hook is certain. Equal trees are as good: the same content came from both. A message counts where git wrote it,
and only for commits that are known. Which ranges of commits *may* have been squashed is answered here too; whether they
were, their patch tells (``logs.git_ranges``).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import permutations
from typing import Final, NamedTuple

from twiceshy.judgement.outcomes.commit_copies import lines_of
from twiceshy.records.commits import StoredCommit

REWRITTEN: Final = "rewritten"
TREE: Final = "tree"
RANGE: Final = "range"
NAMED: Final = "named"
REWRITE_KINDS: Final = (REWRITTEN, TREE, RANGE, NAMED)
"""Git told its hook; the same content; the patch of several commits together is that of one; its message names it."""
_PICKED: Final = re.compile(r"^\(cherry picked from commit ([0-9a-f]{40}|[0-9a-f]{64})\)$", re.MULTILINE)
_SQUASHED: Final = re.compile(r"^\s*commit ([0-9a-f]{40}|[0-9a-f]{64})$", re.MULTILINE)
_SLACK_S: Final = 120.0
"""How far two clocks may be apart. Guess of 2026-11-21, as in ``judgement.outcomes.link_evidence``."""
_MOST_TIPS: Final = 300
"""Ends of branches, the newest first, that are looked at for what was squashed. Guess of 2026-11-23."""
_LONGEST_LINE: Final = 300
"""Commits of one branch that may have been squashed. Guess of 2026-11-23."""
_MOST_EQUAL: Final = 30
"""Commits with one tree; more are somebody's play. Guess of 2026-11-23."""
_MOST_RANGES: Final = 1_000
"""Ranges whose patch is asked for. Guess of 2026-11-23: a second of git's time."""


class Rewrite(NamedTuple):
    """A commit that took the place of another, or of a part of it."""

    old: str
    new: str
    kind: str
    """One of ``REWRITE_KINDS``."""


class SquashedRange(NamedTuple):
    """Commits that may have been made one."""

    base: str
    """The newest commit that both have."""
    tip: str
    new: str
    olds: tuple[str, ...]


class CommitGraph:
    """The commits of a project, and who descends from whom."""

    def __init__(self, commits: Sequence[StoredCommit]) -> None:
        """Take them parents first, as the store gives them."""
        self.commits = {one.hash: one for one in commits}
        self._place = {one.hash: place for place, one in enumerate(commits)}

    def list_tips(self) -> list[str]:
        """Return the commits that are nobody's parent, the newest first."""
        parents = {parent for one in self.commits.values() for parent in one.parents}
        return [name for name in reversed(self.commits) if name not in parents]

    def list_behind(self, name: str, stop: AbstractSet[str] = frozenset(), *, since: int = 0) -> list[str]:
        """Return a commit and what it is built on, up to commits of ``stop`` or older than a place; oldest first."""
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            here = waiting.pop()
            if self._place.get(here, -1) >= since and here not in seen and here not in stop:
                seen.add(here)
                waiting += self.commits[here].parents
        return sorted(seen, key=self._place.__getitem__)

    def is_ancestor(self, old: str, new: str) -> bool:
        """Tell whether a commit is built on another; where clocks went back the answer may be no."""
        return old in self._place and old in self.list_behind(new, since=self._place[old])

    def find_base(self, side: Iterable[str], new: str) -> str:
        """Return the newest commit that a side line and a commit both are built on; empty where none is found."""
        inside = set(side)
        outer = {parent for name in inside for parent in self.commits[name].parents} - inside
        for parent in sorted(outer & self.commits.keys(), key=lambda name: -self._place[name]):
            if self.is_ancestor(parent, new):
                return parent
        return ""


def find_rewrites(graph: CommitGraph, told: Iterable[tuple[str, str]]) -> list[Rewrite]:
    """Return the rewrites that need no patch; ``told`` are git's own pairs of old and new."""
    return [
        *(Rewrite(old, new, REWRITTEN) for old, new in follow_chains(told)),
        *_find_equal_trees(graph),
        *_find_named(graph),
    ]


def follow_chains(told: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the pairs, and for a commit that was rewritten again and again the pair with each later one.

    >>> follow_chains([("a", "b"), ("b", "c")])
    [('a', 'b'), ('a', 'c'), ('b', 'c')]
    """
    after: defaultdict[str, list[str]] = defaultdict(list)
    for old, new in told:
        if old != new and new not in after[old]:
            after[old].append(new)
    found = []
    for old in list(after):
        seen, waiting = {old}, list(after[old])
        while waiting:
            new = waiting.pop(0)
            if new not in seen:
                seen.add(new)
                found.append((old, new))
                waiting += after.get(new, ())
    return found


def _find_equal_trees(graph: CommitGraph) -> Iterator[Rewrite]:
    """Yield what led to the same content on another way."""
    by_tree: defaultdict[str, list[StoredCommit]] = defaultdict(list)
    for one in graph.commits.values():
        if one.tree and one.files and len(one.parents) == 1:
            by_tree[one.tree].append(one)
    for group in by_tree.values():
        pairs = permutations(group, 2) if len(group) <= _MOST_EQUAL else ()
        for old, new in pairs:
            yield from (Rewrite(name, new.hash, TREE) for name in _list_same_way(graph, old, new))


def _list_same_way(graph: CommitGraph, old: StoredCommit, new: StoredCommit) -> list[str]:
    """Return the commits on the way to ``old`` from where the way to ``new`` began; none where one has the other."""
    if old.committed_at > new.committed_at:
        return []
    if graph.is_ancestor(old.hash, new.hash) or graph.is_ancestor(new.hash, old.hash):
        return []  # a revert brings back a tree, too
    before = graph.commits.get(new.parents[0])
    found: list[str] = []
    here: StoredCommit | None = old
    while here is not None and len(found) < _LONGEST_LINE:
        if before is not None and here.tree == before.tree:
            return found
        found.append(here.hash)
        here = graph.commits.get(here.parents[0]) if len(here.parents) == 1 else None
    return []


def _find_named(graph: CommitGraph) -> Iterator[Rewrite]:
    """Yield what a message that git wrote names: the source of a cherry-pick, the parts of ``merge --squash``."""
    for one in graph.commits.values():
        if one.body or one.subject.startswith("Squashed commit"):
            named = [*_PICKED.findall(one.body or ""), *_SQUASHED.findall(one.body or "")]
            for old in named:
                if old in graph.commits and old != one.hash and _shares_files(graph.commits[old], one):
                    yield Rewrite(old, one.hash, NAMED)


def _shares_files(old: StoredCommit, new: StoredCommit) -> bool:
    """Tell whether the files of a commit are among those of what took its place."""
    return bool(old.files) and {file.path for file in old.files} <= {file.path for file in new.files}


def list_squash_candidates(graph: CommitGraph, heads: Iterable[str]) -> list[SquashedRange]:
    """Return ranges of commits of which one commit behind these heads may be the squash: it has the same lines."""
    found: list[SquashedRange] = []
    tips = graph.list_tips()[:_MOST_TIPS]
    for head in dict.fromkeys(heads):
        if head in graph.commits:
            inside = frozenset(graph.list_behind(head))
            singles = _index_singles(graph, inside)
            for tip in tips:
                side = [] if tip in inside else graph.list_behind(tip, inside)
                if 0 < len(side) <= _LONGEST_LINE:
                    found += _match_side(graph, side, singles)
    return list(dict.fromkeys(found))[:_MOST_RANGES]


def _index_singles(graph: CommitGraph, inside: AbstractSet[str]) -> Mapping[str, list[StoredCommit]]:
    """Return the commits that may be a squash, each by one of its paths."""
    found: defaultdict[str, list[StoredCommit]] = defaultdict(list)
    for name in inside:
        one = graph.commits[name]
        if len(one.parents) == 1 and one.patch_id and one.files:
            found[min(file.path for file in one.files)].append(one)
    return found


def _match_side(
    graph: CommitGraph, side: Sequence[str], singles: Mapping[str, Sequence[StoredCommit]]
) -> Iterator[SquashedRange]:
    """Yield each beginning of a side line whose lines are all that a single commit has."""
    commits = [graph.commits[name] for name in side]
    paths = _list_paths(commits)
    lines = frozenset().union(*map(lines_of, commits))
    begun = commits[0].committed_at.timestamp() - _SLACK_S
    for new in (one for path in sorted(paths) for one in singles.get(path, ())):
        if new.committed_at.timestamp() >= begun and _list_paths([new]) <= paths and lines_of(new) <= lines:
            yield from _list_ranges(graph, side, new)


def _list_paths(commits: Iterable[StoredCommit]) -> set[str]:
    return {file.path for one in commits for file in one.files}


def _list_ranges(graph: CommitGraph, side: Sequence[str], new: StoredCommit) -> Iterator[SquashedRange]:
    """Yield the beginnings of a side line, older than a commit, that have all of its files."""
    wanted = _list_paths([new])
    for tip in side:
        if graph.commits[tip].committed_at.timestamp() > new.committed_at.timestamp() + _SLACK_S:
            return
        olds = [name for name in side if name == tip or graph.is_ancestor(name, tip)]
        if wanted <= _list_paths(graph.commits[name] for name in olds) and not graph.is_ancestor(new.hash, tip):
            base = graph.find_base(olds, new.parents[0])
            if base:
                yield SquashedRange(base, tip, new.hash, tuple(olds))
