"""Partners: files that almost always change with the given ones and are not among them."""

from collections.abc import Sequence

from twiceshy.records.predictions import Partner
from twiceshy.wings.git.predict.index import Index

_LEAST_TIMES = 3
"""Commits with both files. Guess of 2026-11-21: two may be chance."""
_LEAST_SHARE = 0.5
"""Share of the given file's commits. Guess of 2026-11-21: below that more warnings would be wrong than right."""
_TOP = 5
"""Partners that are returned. Guess of 2026-11-21."""


def find_partners(index: Index, files: Sequence[str], top: int = _TOP) -> list[Partner]:
    """Return the surest partners first; none for files that are not known."""
    given = index.numbers_of(files)
    best: dict[int, Partner] = {}
    for file in given:
        changes = index.files.changes[file]
        for other, times in (index.together.get(file) or {}).items():
            if other in given or not index.files.alive[other] or times < _LEAST_TIMES or times < _LEAST_SHARE * changes:
                continue
            known = best.get(other)
            if known is None or times * known.changes > known.times * changes:
                best[other] = Partner(
                    path=index.files.paths[other], of=index.files.paths[file], times=int(times), changes=changes
                )
    return sorted(best.values(), key=lambda one: (-one.times / one.changes, -one.times, one.path))[:top]
