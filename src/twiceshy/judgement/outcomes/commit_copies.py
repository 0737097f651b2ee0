"""Commit copies: which commits are one change, through rebase, amend, cherry-pick and a second clone.

Git keeps the author and the author's time of a commit through all of these, and a patch-id survives where the change
itself does. Two changes made in one second by a script share the first, so the copies must also have a subject or half
of their lines in common; and a patch of a line or two can be made twice, so a patch-id counts for larger ones only.
"""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import permutations
from typing import Final, NamedTuple

from twiceshy.records.commits import Link, StoredCommit, Trace

# Lines of a commit's message by which a tool says that it took part, wherever they stand.
#
# A merge of a request, a squash and a person who writes on behind them leave such lines in the middle of a message.
# There git calls them no trailers, and so they count for their names alone: those that only tools write.

SIGNERS: Final = frozenset({"co-authored-by", "generated-by", "assisted-by", "made-with", "entire-agent"})
"""Names behind which an agent, or a person beside the author, stands. Seen in 30,000 public commits on 2026-11-24."""
_RECORDERS: Final = ("entire-", "claude-session", "codex-session", "agent-logs-url", "amp-thread")
"""How names begin behind which a session or a recorder's checkpoint stands. List of 2026-11-24."""
_LINE: Final = re.compile(r"^[ \t*>-]*([A-Za-z][A-Za-z-]{3,30}):[ \t]+(\S.{0,300}?)[ \t]*$", re.MULTILINE)
_NAMES: Final = (
    r"(claude|codex|copilot|cursor|gemini|opencode|aider|amp\b|devin|kiro|firebender|windsurf|chatgpt|openai|warp\b)"
)
_TOOLS: Final = re.compile(rf"\b{_NAMES}", re.IGNORECASE)
_SAID: Final = re.compile(
    r"^\W{0,6}(?:generated|created|made|written|assisted|authored|co-authored)[ \t]+(?:with|by|using)[ \t]+\[?"
    rf"{_NAMES}",
    re.MULTILINE | re.IGNORECASE,
)
"""A line that is no trailer: ``🤖 Generated with [Claude Code](https://...)``. Forms seen on 2026-11-24."""


def list_tool_lines(commit: StoredCommit) -> tuple[tuple[str, str], ...]:
    """Return name and value of the trailers, and of the lines elsewhere in the message that tools wrote."""
    body = commit.body or ""
    elsewhere = [(str(one[1]), str(one[2])) for one in _LINE.finditer(body) if _is_tools(one[1])]
    said = [("Generated-by", str(one[1])) for one in _SAID.finditer(body)]
    return tuple(dict.fromkeys([*((str(name), str(value)) for name, value in commit.trailers), *elsewhere, *said]))


def is_signed(commit: StoredCommit) -> bool:
    """Tell whether a tool, or a person beside the author, says in the message that it took part."""
    return any(_is_tools(name) for name, _ in list_tool_lines(commit))


def names_unknown_work(commit: StoredCommit, agents: Collection[str]) -> bool:
    """Tell whether the message names a recorder's session or checkpoint, or a tool that is none of these agents.

    Its work may then be in the commit, and no log here has it.
    """
    for name, value in list_tool_lines(commit):
        low = name.lower()
        if low.startswith(_RECORDERS) and low != "entire-agent":
            return True
        if low in SIGNERS and (tool := _TOOLS.search(value)) and not any(tool[1].lower() in one for one in agents):
            return True
    return False


def _is_tools(name: str) -> bool:
    low = name.lower()
    return low in SIGNERS or low.startswith(_RECORDERS)


_LINE_HASH_BYTES = 8
"""Bytes of one line's hash, as defined by ``records.events.Edit.added_hashes``."""
_LEAST_PATCH = 3
"""Different added lines from which an equal patch-id means the same change. Guess of 2026-11-21."""


@dataclass(eq=False)
class CommitCopies:
    """Commits that are one change, in the order given."""

    commits: list[StoredCommit]
    lines: frozenset[bytes]
    """Different added lines of all of them."""

    @property
    def authored_at(self) -> float:
        """The time when the first commit was authored, in seconds since 1970."""
        return self.commits[0].authored_at.timestamp()

    @property
    def first_at(self) -> float:
        """The time when the first copy was committed, in seconds since 1970."""
        return min(one.committed_at.timestamp() for one in self.commits)

    @cached_property
    def changed_at(self) -> float:
        """The time when its content last became what it is: an amend may change it, a rebase or a pick does not."""
        first: dict[tuple[object, ...], float] = {}
        for one in self.commits:
            content = (lines_of(one), *sorted((file.path, file.added, file.removed) for file in one.files))
            at = one.committed_at.timestamp()
            first[content] = min(at, first.get(content, at))
        return max(first.values())

    @property
    def paths(self) -> set[str]:
        """The files of all of them."""
        return {file.path for one in self.commits for file in one.files}

    @property
    def trailers(self) -> list[tuple[str, str]]:
        """The different trailers and lines of tools of all of them, in order: name and value."""
        return list(dict.fromkeys(pair for one in self.commits for pair in list_tool_lines(one)))


def split_hashes(hashes: bytes) -> list[bytes]:
    """Return the hashes of the lines one by one."""
    return [hashes[start : start + _LINE_HASH_BYTES] for start in range(0, len(hashes), _LINE_HASH_BYTES)]


def lines_of(commit: StoredCommit) -> frozenset[bytes]:
    """Return the different added lines of a commit, of all its files."""
    return frozenset(line for file in commit.files for line in split_hashes(file.added_hashes))


def group_copies(commits: Sequence[StoredCommit], *, copies: bool = True) -> list[CommitCopies]:
    """Return the commits that have files, each in one group; without ``copies`` each is its own group."""
    changing = [commit for commit in commits if commit.files]
    if not copies:
        return [CommitCopies([commit], lines_of(commit)) for commit in changing]
    groups = _CopyGroups()
    for commit in changing:
        groups.add(commit)
    return groups.found


class _CopyGroups:
    """The groups so far."""

    def __init__(self) -> None:
        self.found: list[CommitCopies] = []
        self.by_time: defaultdict[tuple[bytes, float], list[CommitCopies]] = defaultdict(list)
        self.by_patch: dict[str, CommitCopies] = {}

    def add(self, commit: StoredCommit) -> None:
        """Add the commit to the group that it is a copy of, else to one of its own."""
        lines = lines_of(commit)
        patch = (commit.patch_id or "") if len(lines) >= _LEAST_PATCH else ""
        same_time = self.by_time[commit.author, commit.authored_at.timestamp()]
        home = self.by_patch.get(patch) or next((one for one in same_time if _is_copy(one, commit, lines)), None)
        if home is None:
            home = CommitCopies([], lines)
            self.found.append(home)
            same_time.append(home)
        home.commits.append(commit)
        if not lines <= home.lines:
            home.lines |= lines
        if patch:
            self.by_patch.setdefault(patch, home)


def _is_copy(change: CommitCopies, commit: StoredCommit, lines: frozenset[bytes]) -> bool:
    if commit.subject == change.commits[0].subject:
        return True
    return 2 * len(lines & change.lines) >= max(1, min(len(lines), len(change.lines)))


# Find which commits took the place of which, where a hash did not survive: by git's word, by trees, by messages.
#
# A rebase or an amend gives one new commit for each old one, a squash one for many, a cherry-pick a second one. What
# git told a hook is certain. Equal trees are as good: the same content came from both. A message counts where git wrote
# it, and only for commits that are known. Which ranges of commits *may* have been squashed is answered here too;
# whether they were, their patch tells (``logs.git_ranges``).

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


# Carry the links of commits over to those that took their place.
#
# A squash has the sessions of all its parts. Nothing is carried where a session's lines are known and none of them came
# along: then another's work is left.

_CHANCE: Final = {REWRITTEN: 0.99, TREE: 0.98, RANGE: 0.98, NAMED: 0.9}
"""How sure a link is still after such a rewrite. Guesses of 2026-11-23."""
_HIGHEST: Final = 0.999
"""Confidence that no evidence exceeds. Guess of 2026-11-21, as in ``judgement.outcomes.commit_links``."""


def carry_links(
    links: Sequence[Link], rewrites: Iterable[Rewrite], traces: Sequence[Trace], commits: Mapping[str, StoredCommit]
) -> list[Link]:
    """Return the links with those that are carried over, by session and then as the commits are."""
    wrote = {one.session: _list_lines(one) for one in traces}
    of_commit: defaultdict[str, list[Link]] = defaultdict(list)
    for link in links:
        of_commit[link.commit_hash].append(link)
    best: dict[tuple[bytes, str], _Carried] = {}
    for rewrite in rewrites:
        for link in of_commit.get(rewrite.old, ()):
            one = _carry_link(link, rewrite, wrote.get(link.session, frozenset()), commits)
            if one is not None:
                key = (link.session, rewrite.new)
                best[key] = max(best.get(key, one), one, key=lambda carried: carried.chance)
    found = {(link.session, link.commit_hash): link for link in links}
    for key, one in best.items():
        found[key] = _join(found.get(key), one, commits[key[1]])
    place = {name: number for number, name in enumerate(commits)}
    return sorted(found.values(), key=lambda one: (one.session, place.get(one.commit_hash, -1)))


def _list_lines(trace: Trace) -> frozenset[bytes]:
    return frozenset(line for touch in trace.touches for line in split_hashes(touch.added))


class _Carried(NamedTuple):
    """A link that a rewrite carries over."""

    chance: float
    """Confidence from this alone."""
    rewrite: Rewrite
    link: Link
    lines: int
    """Lines of the session that came along."""


def _carry_link(
    link: Link, rewrite: Rewrite, wrote: frozenset[bytes], commits: Mapping[str, StoredCommit]
) -> _Carried | None:
    """Return a link as it goes over; None where the session's lines are known and none of them came along."""
    old, new = commits.get(rewrite.old), commits.get(rewrite.new)
    if new is None:
        return None
    lines = len(wrote & lines_of(new))
    if old is not None and not lines and wrote & lines_of(old):
        return None
    return _Carried(link.confidence * _CHANCE[rewrite.kind], rewrite, link, lines)


def _join(known: Link | None, one: _Carried, new: StoredCommit) -> Link:
    """Return the link to the new commit, with what was known of it."""
    evidence = (one.rewrite.kind, f"from {one.rewrite.old[:12]}")
    if known is None:
        return replace(
            one.link,
            commit_hash=one.rewrite.new,
            confidence=min(round(one.chance, 3), _HIGHEST),
            evidence=(evidence, *one.link.evidence),
            lines_shared=one.lines,
            lines_of_commit=len(lines_of(new)),
        )
    unsure = math.prod((1.0 - known.confidence, 1.0 - one.chance))
    return replace(known, confidence=min(round(1.0 - unsure, 3), _HIGHEST), evidence=(evidence, *known.evidence))
