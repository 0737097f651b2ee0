"""Which lessons an error in a text belongs to: by the same rules by which they were learned, so that none is guessed.

A text that quotes an error is not about something like it: it is that error. Its lesson is known by its key.
"""

import re
from collections.abc import Iterator

from twiceshy.commands.testlog.output_parser import error_type
from twiceshy.lessons.mistake_kinds import LANGUAGES, classify_problem
from twiceshy.lessons.occurrences import key_of
from twiceshy.records.findings import Problem, Verdict

_MOST_LINES = 60
"""Lines of a text that are looked at (guess, 2026-11-22: an error stands near either end of what is pasted)."""
_CODE = re.compile(r"\berror(?: (?P<ts>TS\d{3,5})|\[(?P<rust>E\d{4})\]): (?P<said>.+)")
_GO = re.compile(r"\S+\.go:\d+:(?:\d+:)? (?P<said>.+)")
_TOOLS_OF_TSC, _TOOLS_OF_RUST = ("tsc",), ("cargo test", "cargo build", "clippy")
_FRAME = re.compile(r"^.*?(?=\b(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Warning): )|^E {2,}")
_TOOL_OF = {"python": "pytest", "javascript": "jest", "typescript": "vitest", "rust": "cargo test", "go": "go test"}


def recognise_errors(text: str) -> frozenset[bytes]:
    """Return the keys of the lessons that errors in a text belong to; none for a text without an error."""
    lines = text.split("\n")
    half = _MOST_LINES // 2
    looked_at = lines if len(lines) <= _MOST_LINES else [*lines[:half], *lines[-half:]]
    return frozenset(key for line in looked_at for key in _keys_of(line.strip()))


def _keys_of(line: str) -> Iterator[bytes]:
    """Yield the keys of what a line may be: a code with its tools, a compiler's message, an exception."""
    if (coded := _CODE.search(line)) is not None:
        for tool in _TOOLS_OF_TSC if coded["ts"] else _TOOLS_OF_RUST:
            yield from _classify(tool, Problem(code=coded["ts"] or coded["rust"], message=coded["said"]))
        return
    if (placed := _GO.search(line)) is not None:
        yield from _classify("go test", Problem(message=placed["said"]))
        return
    said = _FRAME.sub("", line, count=1)
    for language in LANGUAGES:
        yield from _classify(_TOOL_OF[language], Problem(message=said, error_type=error_type(said)))


def _classify(tool: str, problem: Problem) -> Iterator[bytes]:
    """Yield the key of the lesson on a problem; none for words that would be a quotation."""
    kind = classify_problem(Verdict(tool=tool, kind="test", green=False), problem)
    if kind is not None and not kind.quoted:
        yield key_of("mistake", kind.key)
