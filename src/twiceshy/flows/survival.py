"""What became of the commits that sessions are linked to: how many of their lines are alive, and who took them out.

Nothing is guessed: a commit that is not behind HEAD, and has no copy there, has no survival.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from twiceshy.capture import git_lines
from twiceshy.facts import history
from twiceshy.records.commits import StoredCommit
from twiceshy.records.history import Survival, Undoing
from twiceshy.records.links import Link, Trace
from twiceshy.store import derived
from twiceshy.store.db import Store

KIND = "survival"
VERSION = 1
MOST_LOOKED_INTO = 5_000
"""Commits of one project whose removed lines are read at most, the newest first. Guess of 2026-11-21."""
UNDONE_WITHIN_DAYS = 60.0
"""How long after a commit its undoing is looked for by lines. Guess of 2026-11-21."""


class Asked(NamedTuple):
    """A project whose commits' fate is asked for."""

    traces: Sequence[Trace]
    links: Mapping[bytes, Sequence[Link]]
    """By session."""
    commits: Sequence[StoredCommit]
    """All of the project."""
    head: str
    salt: bytes


class Fate(NamedTuple):
    """What became of the commits of one session."""

    commits: tuple[Survival, ...]
    undone: tuple[Undoing, ...]
    calls: Mapping[bytes, float]
    """For calls whose lines were found in linked commits behind HEAD, the share of these that is alive at HEAD."""


def fate_of_session(store: Store, session: bytes) -> Fate | None:
    """What became of a session's commits; None where that was never looked for."""
    found = derived.get(store.connection, KIND, session)
    if found is None:
        return None
    value = json.loads(found.value)
    return Fate(
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
        undone=tuple(Undoing(**row) for row in value["undone"]),
        calls={bytes.fromhex(call): share for call, share in value["calls"].items()},
    )


def fates(repo: Path, asked: Asked) -> Iterator[tuple[bytes, Fate]]:
    """What became of the commits of each session."""
    by_hash = {one.hash: one for one in asked.commits}
    linked = [by_hash[name] for name in sorted({one.commit_hash for some in asked.links.values() for one in some})]
    past = history.behind(asked.head, asked.commits)
    alive = _alive(repo, linked, past, asked.salt)
    undone = _undone(repo, linked, past, asked.salt)
    for trace in asked.traces:
        own = [by_hash[one.commit_hash] for one in asked.links.get(trace.session, ())]
        yield (
            trace.session,
            Fate(
                commits=tuple(survived for one in own if (survived := alive.survived.get(one.hash)) is not None),
                undone=tuple(undoing for one in own for undoing in undone.get(one.hash, ())),
                calls=_calls(trace, own, alive.at_head),
            ),
        )


class _Alive(NamedTuple):
    survived: Mapping[str, Survival]
    at_head: Mapping[str, frozenset[bytes]]
    """Of each commit behind HEAD its lines that are alive there."""


def _alive(repo: Path, linked: Sequence[StoredCommit], past: history.Behind, salt: bytes) -> _Alive:
    """What is alive of each linked commit, by looking into its files then."""
    wanted: dict[str, None] = {}
    asked: dict[str, dict[int, dict[str, list[str]]]] = {}
    head = past.order[-1].hash if past.order else ""
    for one in linked:
        here = history.followed(one, past)
        points = {**history.later(past, here, history.AFTER), 0: head} if here else {}
        asked[one.hash] = {
            count: {file.path: [f"{at}:{name}" for name in sorted(history.names(past, here, file.path, at))]
                    for file in one.files if file.added_hashes}
            for count, at in points.items()
        }  # fmt: skip
        wanted |= dict.fromkeys(
            name for files in asked[one.hash].values() for names in files.values() for name in names
        )
    lines = _lines(repo, wanted, salt)
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
        survived[one.hash] = history.survival(one, there, now, as_commit=history.followed(one, past))
        if now is not None:
            own = {file.path: history.lines(file.added_hashes) for file in one.files}
            at_head[one.hash] = frozenset(
                line for path, added in own.items() for line in added & now.get(path, frozenset())
            )
    return _Alive(survived, at_head)


def _lines(repo: Path, names: Iterable[str], salt: bytes) -> dict[str, frozenset[bytes]]:
    """The lines at each ``commit:path``, each content looked into once."""
    blobs: dict[str, frozenset[bytes]] = {}
    found: dict[str, frozenset[bytes]] = {}
    for name, blob, text in git_lines.contents(repo, names):
        if blob not in blobs:
            blobs[blob] = git_lines.lines_in(text, salt)
        found[name] = blobs[blob]
    return found


def _undone(
    repo: Path, linked: Sequence[StoredCommit], past: history.Behind, salt: bytes
) -> dict[str, tuple[Undoing, ...]]:
    """Who took out the lines of each linked commit that is behind HEAD."""
    touching: defaultdict[str, list[StoredCommit]] = defaultdict(list)
    for one in past.order:
        for path in {name for file in one.files for name in (file.path, file.old_path) if name}:
            touching[path].append(one)
    said = list(git_lines.said_reverts(repo))
    says = {by for by, _ in said}
    others: dict[str, list[StoredCommit]] = {}
    for one in linked:
        copy = history.followed(one, past)
        if not copy:
            continue
        here = past.place[copy]
        some = {
            other.hash: other
            for file in one.files
            for name in history.names(past, copy, file.path, past.order[-1].hash)
            for other in touching[name]
            if past.place[other.hash] > here
            and ((other.committed_at - one.committed_at).days <= UNDONE_WITHIN_DAYS or other.hash in says)
        }
        others[one.hash] = sorted(some.values(), key=lambda other: past.place[other.hash])
    every = {other.hash for some in others.values() for other in some if any(file.removed for file in other.files)}
    newest = sorted(every, key=lambda name: -past.place[name])[:MOST_LOOKED_INTO]
    taken_out = dict(git_lines.taken_out(repo, {*newest, *others}, salt))
    return {one.hash: history.undoings(one, others[one.hash], taken_out, said) for one in linked if one.hash in others}


def _calls(trace: Trace, own: Sequence[StoredCommit], at_head: Mapping[str, frozenset[bytes]]) -> dict[bytes, float]:
    """For each call the share of its committed lines that is alive."""
    committed: set[bytes] = set()
    living: set[bytes] = set()
    for one in own:
        if one.hash in at_head:
            committed |= {line for file in one.files for line in history.lines(file.added_hashes)}
            living |= at_head[one.hash]
    wrote: defaultdict[bytes, set[bytes]] = defaultdict(set)
    for touch in trace.touches:
        wrote[touch.call] |= history.lines(touch.added) & committed
    return {call: len(lines & living) / len(lines) for call, lines in wrote.items() if lines}


def packed(fate: Fate) -> bytes:
    """The fate as JSON, as ``fate_of_session`` reads it."""
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
