"""What scanners say of the texts before and after an edit, and what the edit did to their findings."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from twiceshy.records.findings import Finding, FindingDelta, Layer, Scan, ScanRequest, StoredEdit
from twiceshy.score.compare import compare

_LAYERS: Mapping[str, Layer] = {"taint": Layer.TAINT, "patterns": Layer.PATTERN, "ruff": Layer.PATTERN}
"""What each scanner is a part of."""


class ScanAnswer(NamedTuple):
    """What all scanners say of one text."""

    scans: Mapping[str, Scan]
    """By scanner."""

    def layers(self) -> set[Layer]:
        """Return the layers that looked at the text."""
        return {_LAYERS[name] for name, scan in self.scans.items() if not scan.unknown}

    def unknown(self) -> list[str]:
        """Return ``scanner: reason`` for each scanner that gave no answer.

        Scanners of another language are left out.
        """
        return [f"{name}: {scan.unknown}" for name, scan in self.scans.items() if scan.unknown not in {"", "language"}]


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
        return FindingDelta(unknown=("all: no text",)), frozenset()
    has_before = edit.before is not None and not edit.created
    before, after = (asked[0] if has_before else None), (asked[-1] if not edit.deleted else None)
    both = [one for one in (before, after) if one is not None]
    silent = {name for one in both for name, scan in one.scans.items() if scan.unknown}
    return (
        compare(
            _findings_of(before, silent),
            _findings_of(after, silent),
            unknown=[why for one in both for why in one.unknown()],
        ),
        frozenset.intersection(*(frozenset(one.layers()) for one in both)),
    )


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
