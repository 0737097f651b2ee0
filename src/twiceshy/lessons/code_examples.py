"""The few lines that show a mistake and its fix, from the texts that edits put into files."""

import re
from collections.abc import Iterable, Iterator, Sequence

from twiceshy.facts.text.quoting import MOST_LINES, excerpt
from twiceshy.lessons.raw_occurrence import TextOf
from twiceshy.records.stories import ChangedFile, Moment

_LONGEST_FILE = 400_000
"""Characters of a file that is looked into (guess, 2026-11-21)."""
_FARTHEST = 0
"""Lines between a fault and an edit that is taken for its fix (measured by eye, 2026-11-21): three gave wrong
examples. An import stands elsewhere."""
_SILENCER = re.compile(
    r"nolint|noqa|ts-ignore|ts-expect-error|eslint-disable|type: ?ignore|biome-ignore|pylint: ?disable"
)
"""Marks that make a tool silent: they mend nothing."""


def _is_same_file(path: str, named: str) -> bool:
    """Tell whether a path may be the file that a tool names, in a shorter or longer form."""
    one, other = path.replace("\\", "/"), named.replace("\\", "/").removeprefix("./")
    return bool(other) and (one == other or one.endswith("/" + other) or other.endswith("/" + one))


def find_faulty_line(moments: Sequence[Moment], place: int, named: str, line: int | None, text_of: TextOf) -> str:
    """Return the line that a tool reported at a place of the story; empty where no earlier edit holds the file."""
    if line is None:
        return ""
    for moment in reversed(moments[:place]):
        for changed in moment.changed:
            if changed.after is not None and _is_same_file(changed.path, named):
                lines = text_of(changed.after)[:_LONGEST_FILE].split("\n")
                return excerpt(lines[line - 1 : line]) if 0 < line <= len(lines) else ""
    return ""


def find_fix(
    moments: Iterable[Moment], named: str, line: int | None, text_of: TextOf, *, anywhere: bool = False
) -> str:
    """Return the lines that an edit put in place of the faulty ones; of several edits, of the nearest to the line.

    Empty where none is near, unless it may stand ``anywhere``, and where it only silences the tool.
    """
    best, found = None if anywhere or line is None else _FARTHEST + 1, ""
    for first, before, after in find_blocks(moments, text_of, named):
        apart = 0 if line is None else max(first - line, line - first - max(len(before), 1) + 1, 0)
        if after and (best is None or apart < best):
            best, found = apart, excerpt(_lines_around(after, 0 if line is None else line - first))
    return "" if _SILENCER.search(found) else found


def find_blocks(
    moments: Iterable[Moment], text_of: TextOf, named: str | None = None
) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yield what each edit that worked changed, of all files or the named one; see ``_find_changed_block``."""
    for moment in moments:
        for changed in moment.changed if moment.step.failure is None else ():
            if named is None or _is_same_file(changed.path, named):
                block = _find_changed_block(changed, text_of)
                if block is not None:
                    yield block


def _lines_around(lines: list[str], place: int) -> list[str]:
    """Return the few lines around a place."""
    if len(lines) <= MOST_LINES:
        return lines
    start = min(max(place - MOST_LINES // 2, 0), len(lines) - MOST_LINES)
    return lines[start : start + MOST_LINES]


def _find_changed_block(changed: ChangedFile, text_of: TextOf) -> tuple[int, list[str], list[str]] | None:
    """Return the first changed line (from 1) and the lines before and after, from first to last difference."""
    if changed.before is None or changed.after is None:
        return None
    before, after = (text_of(body)[:_LONGEST_FILE].split("\n") for body in (changed.before, changed.after))
    start, most = 0, min(len(before), len(after))
    while start < most and before[start] == after[start]:
        start += 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start + 1, before[start : len(before) - end], after[start : len(after) - end]
