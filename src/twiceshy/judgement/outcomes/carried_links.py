"""Carry the links of commits over to those that took their place.

A squash has the sessions of all its parts. Nothing is carried where a session's lines are known and none of them came
along: then another's work is left.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from twiceshy.judgement.outcomes.commit_copies import lines_of, split_hashes
from twiceshy.judgement.outcomes.rewritten_commits import NAMED, RANGE, REWRITTEN, TREE, Rewrite
from twiceshy.records.commits import Link, StoredCommit, Trace

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
