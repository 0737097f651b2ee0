"""Find the fate of commits that sessions are linked to: how many of their lines are alive, and who removed them.

Nothing is guessed: a commit that is not behind HEAD, and has no copy there, has no survival.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from twiceshy.facts.history import line_survival
from twiceshy.records.commits import Link, Reversal, SessionFate, StoredCommit, Survival, Trace

_MOST_LOOKED_INTO = 5_000
"""Commits of one project whose removed lines are read at most, the newest first. Guess of 2026-11-21."""
_UNDONE_WITHIN_DAYS = 60.0
"""How long after a commit its undoing is looked for by lines. Guess of 2026-11-21."""


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
    linked = [by_hash[name] for name in sorted({one.commit_hash for some in asked.links.values() for one in some})]
    past = line_survival.build_ancestry(asked.head, asked.commits)
    alive = _find_living(repo, linked, past)
    undone = _find_undoings(repo, linked, past)
    for trace in asked.traces:
        own = [by_hash[one.commit_hash] for one in asked.links.get(trace.session, ())]
        yield (
            trace.session,
            SessionFate(
                commits=tuple(survived for one in own if (survived := alive.survived.get(one.hash)) is not None),
                undone=tuple(undoing for one in own for undoing in undone.get(one.hash, ())),
                calls=_living_shares(trace, own, alive.at_head),
            ),
        )


class _LivingLines(NamedTuple):
    survived: Mapping[str, Survival]
    at_head: Mapping[str, frozenset[bytes]]
    """Of each commit behind HEAD its lines that are alive there."""


def _find_living(repo: LineReader, linked: Sequence[StoredCommit], past: line_survival.Ancestry) -> _LivingLines:
    """Return what is alive of each linked commit, by reading its files at later commits."""
    wanted: dict[str, None] = {}
    asked: dict[str, dict[int, dict[str, list[str]]]] = {}
    head = past.order[-1].hash if past.order else ""
    for one in linked:
        here = line_survival.find_counterpart(one, past)
        points = (
            {**line_survival.find_later_commits(past, here, line_survival.LATER_COMMIT_COUNTS), 0: head} if here else {}
        )
        asked[one.hash] = {
            count: {
                file.path: [f"{at}:{name}" for name in sorted(line_survival.find_file_names(past, here, file.path, at))]
                for file in one.files
                if file.added_hashes
            }
            for count, at in points.items()
        }
        wanted |= dict.fromkeys(
            name for files in asked[one.hash].values() for names in files.values() for name in names
        )
    lines = repo.read_lines(wanted)
    survived: dict[str, Survival] = {}
    at_head: dict[str, frozenset[bytes]] = {}
    for one in linked:
        there = {
            count: {
                path: frozenset[bytes]().union(*(lines.get(name, ()) for name in names))
                for path, names in files.items()
            }
            for count, files in asked[one.hash].items()
        }
        now = there.pop(0, None)
        survived[one.hash] = line_survival.measure_survival(
            one, there, now, as_commit=line_survival.find_counterpart(one, past)
        )
        if now is not None:
            own = {file.path: line_survival.split_line_hashes(file.added_hashes) for file in one.files}
            at_head[one.hash] = frozenset(
                line for path, added in own.items() for line in added & now.get(path, frozenset())
            )
    return _LivingLines(survived, at_head)


def _find_undoings(
    repo: LineReader, linked: Sequence[StoredCommit], past: line_survival.Ancestry
) -> dict[str, tuple[Reversal, ...]]:
    """Return who removed the lines of each linked commit that is behind HEAD."""
    touching: defaultdict[str, list[StoredCommit]] = defaultdict(list)
    for one in past.order:
        for path in {name for file in one.files for name in (file.path, file.old_path) if name}:
            touching[path].append(one)
    said = list(repo.find_reverts())
    says = {by for by, _ in said}
    others: dict[str, list[StoredCommit]] = {}
    for one in linked:
        copy = line_survival.find_counterpart(one, past)
        if not copy:
            continue
        here = past.place[copy]
        some = {
            other.hash: other
            for file in one.files
            for name in line_survival.find_file_names(past, copy, file.path, past.order[-1].hash)
            for other in touching[name]
            if past.place[other.hash] > here
            and ((other.committed_at - one.committed_at).days <= _UNDONE_WITHIN_DAYS or other.hash in says)
        }
        others[one.hash] = sorted(some.values(), key=lambda other: past.place[other.hash])
    every = {other.hash for some in others.values() for other in some if any(file.removed for file in other.files)}
    newest = sorted(every, key=lambda name: -past.place[name])[:_MOST_LOOKED_INTO]
    taken_out = dict(repo.find_removed_lines({*newest, *others}))
    return {
        one.hash: line_survival.find_undoings(one, others[one.hash], taken_out, said)
        for one in linked
        if one.hash in others
    }


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
