"""Find the fate of commits that sessions are linked to: how many of their lines are alive, and who removed them.

Nothing is guessed: a commit that is not behind HEAD, and has no copy there, has no survival.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, Protocol

from twiceshy.judgement.outcomes import line_survival
from twiceshy.records.commits import Link, Reversal, SessionFate, StoredCommit, Survival, Trace

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
    past = line_survival.build_ancestry(asked.head, asked.commits)
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


def _find_living(repo: LineReader, linked: Sequence[StoredCommit], past: line_survival.Ancestry) -> _LivingLines:
    """Return what is alive of each linked commit, by reading its files at later commits."""
    asked = {one.hash: _list_later_names(one, past) for one in linked}
    lines = repo.read_lines(_flatten(asked.values()))
    survived: dict[str, Survival] = {}
    at_head: dict[str, frozenset[bytes]] = {}
    for one in linked:
        there = {count: _gather_lines(files, lines) for count, files in asked[one.hash].items()}
        now = there.pop(_AT_HEAD, None)
        copy = line_survival.find_counterpart(one, past)
        survived[one.hash] = line_survival.measure_survival(one, there, now, as_commit=copy)
        if now is not None:
            at_head[one.hash] = _find_alive(one, now)
    return _LivingLines(survived, at_head)


_NamesByFile = Mapping[str, Sequence[str]]


def _list_later_names(one: StoredCommit, past: line_survival.Ancestry) -> dict[int, _NamesByFile]:
    """Return for each later point and each file with added lines all that it may be called there (``commit:path``).

    A point is a number of later commits, or ``_AT_HEAD``; there are none where the commit is not behind HEAD.
    """
    here = line_survival.find_counterpart(one, past)
    if not here:
        return {}
    points = line_survival.find_later_commits(past, here, line_survival.LATER_COMMIT_COUNTS)
    return {
        count: {
            file.path: [f"{at}:{name}" for name in sorted(line_survival.find_file_names(past, here, file.path, at))]
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
        alive |= line_survival.split_line_hashes(file.added_hashes) & now.get(file.path, frozenset())
    return frozenset(alive)


def _find_undoings(
    repo: LineReader, linked: Sequence[StoredCommit], past: line_survival.Ancestry
) -> dict[str, tuple[Reversal, ...]]:
    """Return who removed the lines of each linked commit that is behind HEAD."""
    said = list(repo.find_reverts())
    says = {by for by, _ in said}
    touching = _index_by_path(past)
    others = {
        one.hash: _find_later_changes(one, copy, past, touching, says)
        for one in linked
        if (copy := line_survival.find_counterpart(one, past))
    }
    every = {other.hash for some in others.values() for other in some if any(file.removed for file in other.files)}
    newest = sorted(every, key=lambda name: -past.place[name])[:_MOST_LOOKED_INTO]
    removed = dict(repo.find_removed_lines({*newest, *others}))
    return {
        one.hash: line_survival.find_undoings(one, others[one.hash], removed, said)
        for one in linked
        if one.hash in others
    }


def _index_by_path(past: line_survival.Ancestry) -> Mapping[str, Sequence[StoredCommit]]:
    """Return the commits behind HEAD that touch each path, under its old name too."""
    touching: defaultdict[str, list[StoredCommit]] = defaultdict(list)
    for one in past.order:
        for path in {name for file in one.files for name in (file.path, file.old_path) if name}:
            touching[path].append(one)
    return touching


def _find_later_changes(
    one: StoredCommit,
    copy: str,
    past: line_survival.Ancestry,
    touching: Mapping[str, Sequence[StoredCommit]],
    says: Collection[str],
) -> list[StoredCommit]:
    """Return the commits that may have undone one: later ones of its files, soon after or said to revert (``says``)."""
    names = [line_survival.find_file_names(past, copy, file.path, past.order[-1].hash) for file in one.files]
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
            committed |= {line for file in one.files for line in line_survival.split_line_hashes(file.added_hashes)}
            living |= at_head[one.hash]
    wrote: defaultdict[bytes, set[bytes]] = defaultdict(set)
    for touch in trace.touches:
        wrote[touch.call] |= line_survival.split_line_hashes(touch.added) & committed
    return {call: len(lines & living) / len(lines) for call, lines in wrote.items() if lines}
