"""What scanners say of the texts before and after an edit, and what the edit did to their findings."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final, NamedTuple

from twiceshy.base.values import Severity
from twiceshy.records.findings import Finding, FindingDelta, Layer, Scan, ScanRequest, StoredEdit
from twiceshy.stats.text.document_files import is_document

# What a change did: findings that it introduced, fixed and preserved, over all files that belong to it.
#
# Whole texts are scanned before and after, and findings matched as multisets, the surest likeness first: the same
# fingerprint in the same file; the same fingerprint in another file of the change (the code moved); the same tokens in
# another function (it moved or its function was renamed); a flow of the same kind in the same function of the same file
# (the statement was written anew with its fault). Unmatched findings of the new texts were introduced, wherever
# in the file they stand: an edit may make dangerous what it does not touch. Unmatched ones of the old texts were fixed.

_LIKENESSES: tuple[Callable[[Finding], Hashable], ...] = (
    lambda finding: (finding.path, finding.fingerprint),
    lambda finding: finding.fingerprint,
    lambda finding: (finding.path, finding.tokens),
    lambda finding: finding.tokens,
    lambda finding: (
        (finding.path, finding.rule, finding.function) if finding.layer is Layer.TAINT else finding.fingerprint
    ),
)
"""From sure to likely."""


def compare(before: Sequence[Finding], after: Sequence[Finding], unknown: Iterable[str] = ()) -> FindingDelta:
    """Return the difference; orders are those of ``after`` and, for what was fixed, ``before``."""
    old, new = list(range(len(before))), list(range(len(after)))
    preserved: list[int] = []
    for likeness in _LIKENESSES:
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for index in reversed(old):
            waiting[likeness(before[index])].append(index)
        matched: set[int] = set()
        left: list[int] = []
        for index in new:
            if same := waiting.get(likeness(after[index])):
                matched.add(same.pop())
                preserved.append(index)
            else:
                left.append(index)
        old, new = [index for index in old if index not in matched], left
    return FindingDelta(
        introduced=tuple(after[index] for index in new),
        fixed=tuple(before[index] for index in old),
        preserved=tuple(after[index] for index in sorted(preserved)),
        unknown=tuple(dict.fromkeys(unknown)),
    )


_LAYERS: Mapping[str, Layer] = {"taint": Layer.TAINT, "patterns": Layer.PATTERN, "ruff": Layer.PATTERN}
"""What each scanner is a part of."""
_TEXT_LAYERS = (Layer.TAINT, Layer.PATTERN)
"""Layers whose scanners look at one text at a time."""


class ScanAnswer(NamedTuple):
    """What all scanners say of one text."""

    scans: Mapping[str, Scan]
    """By scanner."""

    def layers(self) -> set[Layer]:
        """Return the layers that looked at the text."""
        return {_LAYERS[name] for name, scan in self.scans.items() if not scan.unknown}

    def unknown(self, path: str) -> list[str]:
        """Return ``part: reason`` for each scanner that gave no answer, and each layer without one for this language.

        A scanner of another language is left out where its layer has one for this.
        """
        if not self.scans:
            return ["all: document" if is_document(path) else "all: language"]
        named = [f"{name}: {scan.unknown}" for name, scan in self.scans.items() if scan.unknown not in {"", "language"}]
        there = {_LAYERS[name] for name, scan in self.scans.items() if scan.unknown != "language"}
        return [*named, *(f"{layer}: language" for layer in _TEXT_LAYERS if layer not in there)]


def list_scanned_texts(edit: StoredEdit) -> Iterator[ScanRequest]:
    """Yield the texts before and after an edit; nothing if one of them is not known.

    A file that was created has no text before, and one that was deleted none after.
    """
    if edit.before is None and not edit.created:
        return
    for body, absent in ((edit.before, edit.created), (edit.after, edit.deleted)):
        if body is not None and not absent:
            yield ScanRequest("", edit.path, body, edit.partial)


def compare_edit(edit: StoredEdit, answers: Mapping[ScanRequest, ScanAnswer]) -> tuple[FindingDelta, frozenset[Layer]]:
    """Return what one edit changed, and which layers looked at it both before and after."""
    asked = [answers[one] for one in list_scanned_texts(edit)]
    if not asked:
        return FindingDelta(unknown=(_name_missing_text(edit),)), frozenset()
    before = asked[0] if edit.before is not None and not edit.created else None
    after = asked[-1] if not edit.deleted else None
    both = [one for one in (before, after) if one is not None]
    silent = {name for one in both for name, scan in one.scans.items() if scan.unknown}
    unknown = chain.from_iterable(one.unknown(edit.path) for one in both)
    layers = frozenset.intersection(*(frozenset(one.layers()) for one in both))
    return compare(_findings_of(before, silent), _findings_of(after, silent), unknown), layers


def _name_missing_text(edit: StoredEdit) -> str:
    """Return which text of an edit is not known, as ``FindingDelta.unknown`` has it."""
    return "all: no-text" if edit.before is not None or edit.created else "all: no-before"


def _findings_of(answer: ScanAnswer | None, silent: set[str]) -> list[Finding]:
    """Return the findings in a text, without those of scanners that could not read the other text."""
    if answer is None:
        return []
    return [one for name, scan in answer.scans.items() if name not in silent for one in scan.findings]


def find_comparable(mine: dict[str, ScanAnswer], other: dict[str, ScanAnswer]) -> list[Finding]:
    """Return the findings of one side, without those of scanners that could not read the other side."""
    return [
        one
        for path, answer in mine.items()
        for name, scan in answer.scans.items()
        if path not in other or not other[path].scans[name].unknown
        for one in scan.findings
    ]


# How many faults of which sort does a change bring in?

_SEVERITIES: Final = {
    "critical_findings": Severity.CRITICAL,
    "high_findings": Severity.MAJOR,
    "medium_findings": Severity.MINOR,
}
"""The seed's names, by the one scale of all scanners."""
_SECRET: Final = frozenset((798,))
_WEAK_CRYPTO: Final = frozenset((326, 327, 328, 329, 330, 338, 916))
"""Of the Common Weakness Enumeration: weak algorithms, keys, random numbers and hashes."""


def count_introduced(before: Sequence[Finding], after: Sequence[Finding]) -> dict[str, float]:
    """Return numbers of a change's files by column; findings are those of all files before and after."""
    delta = compare(before, after)
    numbers: dict[str, float] = {
        name: sum(one.severity is severity for one in delta.introduced) for name, severity in _SEVERITIES.items()
    }
    return numbers | {
        "findings_preserved": len(delta.preserved),
        "findings_fixed": len(delta.fixed),
        "unique_cwe_count": len({one.cwe for one in delta.introduced if one.cwe is not None}),
        "has_hardcoded_secret": _has_any(delta.introduced, _SECRET),
        "has_weak_crypto": _has_any(delta.introduced, _WEAK_CRYPTO),
    }


def _has_any(findings: Iterable[Finding], weaknesses: frozenset[int]) -> bool:
    return any(one.cwe in weaknesses for one in findings)


# Code that moved between the edits of one task: what one edit removed and another brought back is not new.
#
# Each edit is compared alone first, so that a fault belongs to the edit that introduced it. Then, over a task, a
# finding that an edit introduced counts as preserved where another edit removed the same one: in another file, in any
# order, as code is written to its new place before or after it leaves the old one; in the same file, only earlier. What
# an edit introduces and a later one removes again stays with the first: it was there, and somebody had to see it.

_Likeness = Callable[[Finding], Hashable]
_Spot = tuple[int, int]
"""Number of an edit, and of a finding in it."""
_MOVE_LIKENESSES: tuple[_Likeness, ...] = (
    lambda finding: (finding.path, finding.fingerprint),
    lambda finding: finding.fingerprint,
    lambda finding: finding.tokens,
)


def drop_moved_code(edits: Sequence[FindingDelta]) -> list[FindingDelta]:
    """Return the edits of one task, in order, without the findings that only moved."""
    new = _number_findings([edit.introduced for edit in edits])
    gone = _number_findings([edit.fixed for edit in edits])
    moved: dict[_Spot, _Spot] = {}
    for likeness in _MOVE_LIKENESSES:
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
