"""Code that moved between the edits of one task: what one edit took away and another brought back is not new.

Each edit is compared alone first, so that a fault has the edit that brought it. Then, over a task, a finding that an
edit introduced is taken for preserved where another edit took the same one away: in another file, in any order, as
code is written to its new place before or after it leaves the old one; in the same file, only earlier. What an edit
brings in and a later one takes out again stays with the first: it was there, and somebody had to see it.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from twiceshy.records.scores import Finding, Introduced

LIKENESSES: tuple[Callable[[Finding], Hashable], ...] = (
    lambda finding: (finding.path, finding.fingerprint),
    lambda finding: finding.fingerprint,
    lambda finding: finding.tokens,
)


def settled(edits: Sequence[Introduced]) -> list[Introduced]:
    """The edits of one task, in order, without what only moved."""
    new = [(at, finding) for at, edit in enumerate(edits) for finding in edit.introduced]
    gone = [(at, finding) for at, edit in enumerate(edits) for finding in edit.fixed]
    moved: set[int] = set()
    used: set[int] = set()
    for likeness in LIKENESSES:
        for here, (at, finding) in enumerate(new):
            if here in moved:
                continue
            for there, (then, old) in enumerate(gone):
                elsewhere = old.path != finding.path and then != at
                if there not in used and likeness(old) == likeness(finding) and (elsewhere or then < at):
                    moved.add(here)
                    used.add(there)
                    break
    if not moved:
        return list(edits)
    new_moved = {id(new[here][1]) for here in moved}
    gone_moved = {id(gone[there][1]) for there in used}
    return [
        replace(
            edit,
            introduced=tuple(one for one in edit.introduced if id(one) not in new_moved),
            fixed=tuple(one for one in edit.fixed if id(one) not in gone_moved),
            preserved=edit.preserved + tuple(one for one in edit.introduced if id(one) in new_moved),
        )
        for edit in edits
    ]
