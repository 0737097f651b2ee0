"""Code that moved between the edits of one task: what one edit removed and another brought back is not new.

Each edit is compared alone first, so that a fault belongs to the edit that introduced it. Then, over a task, a finding
that an edit introduced counts as preserved where another edit removed the same one: in another file, in any order, as
code is written to its new place before or after it leaves the old one; in the same file, only earlier. What an edit
introduces and a later one removes again stays with the first: it was there, and somebody had to see it.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from twiceshy.records.findings import Finding, FindingDelta

_LIKENESSES: tuple[Callable[[Finding], Hashable], ...] = (
    lambda finding: (finding.path, finding.fingerprint),
    lambda finding: finding.fingerprint,
    lambda finding: finding.tokens,
)


def drop_moved_code(edits: Sequence[FindingDelta]) -> list[FindingDelta]:
    """Return the edits of one task, in order, without the findings that only moved."""
    new = [(at, place, finding) for at, edit in enumerate(edits) for place, finding in enumerate(edit.introduced)]
    gone = [(at, place, finding) for at, edit in enumerate(edits) for place, finding in enumerate(edit.fixed)]
    moved: set[tuple[int, int]] = set()
    used: set[tuple[int, int]] = set()
    for likeness in _LIKENESSES:
        for at, place, finding in new:
            if (at, place) in moved:
                continue
            for then, there, old in gone:
                elsewhere = old.path != finding.path and then != at
                if (then, there) not in used and likeness(old) == likeness(finding) and (elsewhere or then < at):
                    moved.add((at, place))
                    used.add((then, there))
                    break
    if not moved:
        return list(edits)
    # By place and not by the finding: edits that write the same text share its findings.
    return [
        replace(
            edit,
            introduced=tuple(one for place, one in enumerate(edit.introduced) if (at, place) not in moved),
            fixed=tuple(one for place, one in enumerate(edit.fixed) if (at, place) not in used),
            preserved=edit.preserved + tuple(one for place, one in enumerate(edit.introduced) if (at, place) in moved),
        )
        for at, edit in enumerate(edits)
    ]
