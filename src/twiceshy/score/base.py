"""What every scanner is: a leaf in ``scanners`` that is given whole texts and says what is wrong with each.

A scanner never raises because of a text, and never runs it: what it cannot read is ``Scan.unknown`` with the reason, as
silence would be taken for clean. Its ``version`` changes whenever the same text may give another answer, since answers
are kept by content and version.
"""

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Protocol

from twiceshy.records.scores import Scan, Source

LARGEST = 1 << 20
"""Characters of a text that is looked at; larger files are generated or data. Guess."""
BLANKS = re.compile(r"\s+")


class Scanner(Protocol):
    """One analysis."""

    name: str
    version: str
    """Of its rules and its engine."""

    def handles(self, path: str) -> bool:
        """Whether it knows the file's language."""
        ...

    def scan(self, sources: Sequence[Source]) -> list[Scan]:
        """One answer a text, in the same order."""
        ...


def fingerprint(rule: str, function: str, *texts: str) -> bytes:
    r"""8 bytes that stay when lines move: of a rule, a function, and the text of source and sink without its spacing.

    >>> fingerprint("r", "f", "a  = b") == fingerprint("r", "f", "a =\n  b") != fingerprint("r", "g", "a = b")
    True
    """
    parts = (rule, function, *(BLANKS.sub(" ", text.strip()) for text in texts))
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def unread(source: Source) -> str:
    """Why a text is not looked at at all, as ``Scan.unknown`` says it; empty where it is."""
    if source.partial:
        return "partial"
    if len(source.text) > LARGEST:
        return "too-large"
    return "binary" if "\0" in source.text else ""
