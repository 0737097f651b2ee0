"""What about a history makes it say little of its changes? It is said, and nothing is guessed in its place."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from twiceshy.records.change_risk import TimedChange

NO_COMMIT: Final = "this repository has no commit yet; risk is learned from what became of earlier ones"
_MOST_AT_ONCE: Final = 0.5
"""Share of all lines ever added that one commit brings in where a project was imported (guess, 2026-11-23)."""
_MOST_SQUASHED: Final = 0.8
"""Share of commits named after a request to merge where there are no others (guess, 2026-11-23)."""
_FEW_MERGES: Final = 0.02
"""Share of merges in such a history (guess, 2026-11-23)."""
_MOST_BACK: Final = 0.01
"""Share of commits dated before their parents that somebody's clock explains (guess, 2026-11-23)."""
_HOUR: Final = 3_600.0
"""Seconds, by definition: a clock may be off by so much."""
_MOST_TOGETHER: Final = 0.5
"""Share of commits made in the same second as the one before (guess, 2026-11-23): people are slower."""
_LEAST: Final = 20
"""Changes below which no share is told (guess, 2026-11-23)."""
_REQUEST: Final = re.compile(r"\((?:#|!)\d+\)\Z|\AMerged? (?:PR|pull request) ", re.IGNORECASE)


def find_history_doubts(changes: Sequence[TimedChange], now: float, *, cut: int) -> tuple[str, ...]:
    """Return sentences, the most harmful first; ``cut`` is at how many commits a shallow clone ends."""
    found = [_tell_cut(len(changes), cut)] if cut else []
    real = [one for one in changes if one.commit.files]
    if len(real) >= _LEAST:
        found += [*_tell_import(real), *_tell_squashes(changes, real), *_tell_clocks(changes, now)]
    return tuple(found)


def _tell_cut(commits: int, cut: int) -> str:
    ends = "one commit" if cut == 1 else f"{cut} commits"
    return (
        f"the clone is shallow: git has {commits} commits and cut the history off at {ends};"
        " `git fetch --unshallow` brings the rest"
    )


def _tell_import(real: Sequence[TimedChange]) -> Iterator[str]:
    sizes = [sum(file.added or 0 for file in one.commit.files) for one in real]
    share = max(sizes) / max(1, sum(sizes))
    if share >= _MOST_AT_ONCE:
        at = real[sizes.index(max(sizes))].commit
        yield (
            f"commit {at.hash[:12]} brought in {share:.0%} of all lines ever added: what was done to them before it is"
            " not known here"
        )


def _tell_squashes(changes: Sequence[TimedChange], real: Sequence[TimedChange]) -> Iterator[str]:
    share = sum(bool(_REQUEST.search(one.commit.subject)) for one in real) / len(real)
    merges = sum(len(one.commit.parents) > 1 for one in changes) / len(changes)
    if share >= _MOST_SQUASHED and merges < _FEW_MERGES:
        yield f"{share:.0%} of the commits are squashed requests to merge: a change here is a whole request, not a step"


def _tell_clocks(changes: Sequence[TimedChange], now: float) -> Iterator[str]:
    late = sum(one.at > now + _HOUR for one in changes)
    if late:
        yield f"{late} commits are dated in the future: nothing can be known of what became of them"
    back = sum(one.at > one.commit.committed_at.timestamp() + _HOUR for one in changes)
    if back / len(changes) > _MOST_BACK:
        yield f"{back} of {len(changes)} commits are dated before their parents: they count from their parents' time on"
    together = sum(one.at == other.at for one, other in pairwise(changes)) / len(changes)
    if together > _MOST_TOGETHER:
        yield f"{together:.0%} of the commits were made in the same second as the one before: their times say nothing"
