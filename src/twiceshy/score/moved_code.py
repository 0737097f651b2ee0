"""Code that moved between the edits of one task: what one edit removed and another brought back is not new.

Each edit is compared alone first, so that a fault belongs to the edit that introduced it. Then, over a task, a finding
that an edit introduced counts as preserved where another edit removed the same one: in another file, in any order, as
code is written to its new place before or after it leaves the old one; in the same file, only earlier. What an edit
introduces and a later one removes again stays with the first: it was there, and somebody had to see it.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import replace

from twiceshy.records.findings import Finding, FindingDelta

_Likeness = Callable[[Finding], Hashable]
_Spot = tuple[int, int]
"""Number of an edit, and of a finding in it."""
_LIKENESSES: tuple[_Likeness, ...] = (
    lambda finding: (finding.path, finding.fingerprint),
    lambda finding: finding.fingerprint,
    lambda finding: finding.tokens,
)


def drop_moved_code(edits: Sequence[FindingDelta]) -> list[FindingDelta]:
    """Return the edits of one task, in order, without the findings that only moved."""
    new = _number_findings([edit.introduced for edit in edits])
    gone = _number_findings([edit.fixed for edit in edits])
    moved: dict[_Spot, _Spot] = {}
    for likeness in _LIKENESSES:
        for spot, finding in new.items():
            origin = None if spot in moved else _find_origin(spot, finding, gone, likeness)
            if origin is not None:
                moved[spot] = origin
                del gone[origin]
    used = set(moved.values())
    return [_drop_from_edit(edit, at, moved.keys(), used) for at, edit in enumerate(edits)] if moved else list(edits)


def _number_findings(edits: Sequence[tuple[Finding, ...]]) -> dict[_Spot, Finding]:
    """Return the findings of all edits by their spot."""
    return {(at, place): finding for at, found in enumerate(edits) for place, finding in enumerate(found)}


def _find_origin(spot: _Spot, finding: Finding, gone: Mapping[_Spot, Finding], likeness: _Likeness) -> _Spot | None:
    """Return where the same finding was removed, so that it moved from there; None where it is new."""
    own, now = likeness(finding), spot[0]
    for there, old in gone.items():
        elsewhere = old.path != finding.path and there[0] != now
        if likeness(old) == own and (elsewhere or there[0] < now):
            return there
    return None


def _drop_from_edit(edit: FindingDelta, at: int, moved: Collection[_Spot], used: Collection[_Spot]) -> FindingDelta:
    """Return one edit without what moved; by place and not by finding, as equal edits share their findings."""
    stayed = [(at, place) in moved for place in range(len(edit.introduced))]
    return replace(
        edit,
        introduced=tuple(one for one, same in zip(edit.introduced, stayed, strict=True) if not same),
        fixed=tuple(one for place, one in enumerate(edit.fixed) if (at, place) not in used),
        preserved=edit.preserved + tuple(one for one, same in zip(edit.introduced, stayed, strict=True) if same),
    )
