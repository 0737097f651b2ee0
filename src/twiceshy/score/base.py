"""What every scanner is: a leaf in ``scanners`` that is given whole texts and says what is wrong with each.

A scanner never raises because of a text, and never runs it: what it cannot read is ``Scan.unknown`` with the reason, as
silence would look like clean. Its ``version`` changes whenever the same text may give another answer, since answers
are stored by content and version.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from twiceshy.base.plugins import Group
from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import Scan, SourceText

LARGEST = 1 << 20
"""Characters of a text that is looked at; larger files are generated or data (guess, 2026-11-21)."""


class Scanner(Protocol):
    """One analysis."""

    name: str
    version: str
    """Of its rules and its engine."""

    def handles(self, path: str) -> bool:
        """Tell whether it knows the file's language."""
        ...

    def scan(self, sources: Sequence[SourceText]) -> list[Scan]:
        """Return one answer a text, in the same order."""
        ...


class ScannerMaker(Protocol):
    """A plugin that scans; its entry point has the scanner's name."""

    def make_scanner(self, scrub: Callable[[str], Scrubbed]) -> Scanner:
        """Return the scanner; all text of its findings has to come from ``scrub``."""
        ...


SCANNER_MAKERS = Group[ScannerMaker](
    "twiceshy.scanners", ScannerMaker, taken=lambda: ("taint", "patterns", "ruff", "refactor", "guards")
)


def reason_to_skip(source: SourceText) -> str:
    """Return why a text is not scanned at all, as ``Scan.unknown`` says it; empty where it is scanned."""
    if source.partial:
        return "partial"
    if len(source.text) > LARGEST:
        return "too-large"
    return "binary" if "\0" in source.text else ""
