"""What a rule of a telling line is: a literal mark, a pattern for lines that hold it, and how much such a line says."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

CERTAIN = 90
"""A failed test's message, or the exception that it met. Its place in the order: measured, 2026-11-22."""
FINDING = 85
"""A compiler's or linter's finding with its place. Its place in the order: measured, 2026-11-22."""
MESSAGE = 80
"""A message in a form that one tool alone has. Its place in the order: measured, 2026-11-22."""
REFUSAL = 70
"""A program or shell says what it could not do. Its place in the order: measured, 2026-11-22."""
NAME = 60
"""A failed test, hook or task by its name alone. Its place in the order: measured, 2026-11-22."""
_MOST_HITS = 400
"""Lines with a mark that one rule looks at (guess, 2026-11-22): the rest says no more."""
LONGEST_LINE = 2_000
"""Characters of a line that are read (guess, 2026-11-22)."""


class TellingHit(NamedTuple):
    """A line that says something, and where it begins in the text."""

    place: int
    line: str


class TellingRule(NamedTuple):
    """One form of line."""

    score: int
    mark: str
    """Literal that every such line holds, so that other texts cost one search."""
    pattern: str
    """Matches at the line's start; the group ``it`` is what counts, else all of it. It may reach into later lines."""
    last: bool = False
    """The last such line says it, not the first."""


class TellingReader(NamedTuple):
    """A form that takes more than a pattern."""

    score: int
    mark: str
    read: Callable[[str], TellingHit | None]


TellingForm = TellingRule | TellingReader


def find_marked_lines(text: str, mark: str) -> Iterator[int]:
    """Yield the start of each line that holds the mark, at most ``_MOST_HITS``."""
    place, hits = text.find(mark), 0
    while place >= 0 and hits < _MOST_HITS:
        yield text.rfind("\n", 0, place + 1) + 1 if mark[0] != "\n" else place + 1
        hits += 1
        end = text.find("\n", place + 1)
        place = text.find(mark, end if mark[0] == "\n" else end + 1) if end >= 0 else -1


def match_rule(
    text: str, rule: TellingRule, pattern: re.Pattern[str], weak: tuple[re.Pattern[str], ...]
) -> TellingHit | None:
    """Return the first line, or the last, that the rule matches and that is not weak."""
    found = None
    for start in find_marked_lines(text, rule.mark):
        hit = pattern.match(text, start)
        if hit is None:
            continue
        line = hit["it"] if "it" in pattern.groupindex else hit.group()
        if not line.strip() or any(one.match(line.strip()) for one in weak):
            continue
        found = TellingHit(start, line)
        if not rule.last:
            break
    return found
