"""What scanners say of the texts before and after an edit, and what the edit did to their findings."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from twiceshy.records.findings import Finding, FindingDelta, Layer, Scan, ScanRequest, StoredEdit
from twiceshy.score.compare import compare
from twiceshy.stats.text.document_files import is_document

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
