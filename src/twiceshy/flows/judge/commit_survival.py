"""Find the fate of commits that sessions are linked to: how many of their lines are alive, and who removed them.

Nothing is guessed: a commit that is not behind HEAD, and has no copy there, has no survival.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from twiceshy.capture import git_lines
from twiceshy.facts.history import line_survival
from twiceshy.records.commits import Link, Reversal, StoredCommit, Survival, Trace
from twiceshy.store import derived_values
from twiceshy.store.db import Store

KIND = "survival"
VERSION = 1
_MOST_LOOKED_INTO = 5_000
"""Commits of one project whose removed lines are read at most, the newest first. Guess of 2026-11-21."""
_UNDONE_WITHIN_DAYS = 60.0
"""How long after a commit its undoing is looked for by lines. Guess of 2026-11-21."""


class SurvivalQuery(NamedTuple):
    """A project whose commits' fate is wanted."""

    traces: Sequence[Trace]
    links: Mapping[bytes, Sequence[Link]]
    """By session."""
    commits: Sequence[StoredCommit]
    """All of the project."""
    head: str
    salt: bytes


class SessionFate(NamedTuple):
    """The fate of one session's commits."""

    commits: tuple[Survival, ...]
    undone: tuple[Reversal, ...]
    calls: Mapping[bytes, float]
    """For calls whose lines were found in linked commits behind HEAD, the share of these that is alive at HEAD."""


def fate_of_session(store: Store, session: bytes) -> SessionFate | None:
    """Return the fate of a session's commits; None if that was never looked for."""
    found = derived_values.get(store.connection, KIND, session)
    if found is None:
        return None
    value = json.loads(found.value)
    return SessionFate(
        commits=tuple(
            Survival(
                commit_hash=row["commit"],
                lines=row["lines"],
                alive=tuple((count, share) for count, share in row["alive"]),
                at_head=row["head"],
                as_commit=row["as"],
            )
            for row in value["commits"]
        ),
        undone=tuple(Reversal(**row) for row in value["undone"]),
        calls={bytes.fromhex(call): share for call, share in value["calls"].items()},
    )


def find_fates(repo: Path, asked: SurvivalQuery) -> Iterator[tuple[bytes, SessionFate]]:
    """Yield the fate of the commits of each session."""
    by_hash = {one.hash: one for one in asked.commits}
    linked = [by_hash[name] for name in sorted({one.commit_hash for some in asked.links.values() for one in some})]
    past = line_survival.build_ancestry(asked.head, asked.commits)
    alive = _find_living(repo, linked, past, asked.salt)
    undone = _find_undoings(repo, linked, past, asked.salt)
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


def _find_living(repo: Path, linked: Sequence[StoredCommit], past: line_survival.Ancestry, salt: bytes) -> _LivingLines:
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
    lines = _read_lines(repo, wanted, salt)
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


def _read_lines(repo: Path, names: Iterable[str], salt: bytes) -> dict[str, frozenset[bytes]]:
    """Return the lines at each ``commit:path``, reading each content once."""
    blobs: dict[str, frozenset[bytes]] = {}
    found: dict[str, frozenset[bytes]] = {}
    for name, blob, text in git_lines.read_contents(repo, names):
        if blob not in blobs:
            blobs[blob] = git_lines.hash_file_lines(text, salt)
        found[name] = blobs[blob]
    return found


def _find_undoings(
    repo: Path, linked: Sequence[StoredCommit], past: line_survival.Ancestry, salt: bytes
) -> dict[str, tuple[Reversal, ...]]:
    """Return who removed the lines of each linked commit that is behind HEAD."""
    touching: defaultdict[str, list[StoredCommit]] = defaultdict(list)
    for one in past.order:
        for path in {name for file in one.files for name in (file.path, file.old_path) if name}:
            touching[path].append(one)
    said = list(git_lines.find_reverts(repo))
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
    taken_out = dict(git_lines.find_removed_lines(repo, {*newest, *others}, salt))
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


def encode_fate(fate: SessionFate) -> bytes:
    """Encode the fate as JSON, as ``fate_of_session`` reads it."""
    value = {
        "commits": [
            {
                "commit": one.commit_hash,
                "lines": one.lines,
                "alive": [[count, round(share, 4)] for count, share in one.alive],
                "head": None if one.at_head is None else round(one.at_head, 4),
                "as": one.as_commit,
            }
            for one in fate.commits
        ],
        "undone": [
            {
                "commit_hash": one.commit_hash,
                "by": one.by,
                "kind": one.kind,
                "share": None if one.share is None else round(one.share, 4),
                "days": round(one.days, 2),
            }
            for one in fate.undone
        ],
        "calls": {call.hex(): round(share, 4) for call, share in fate.calls.items()},
    }
    return json.dumps(value, separators=(",", ":")).encode()
