"""The few lines that show a mistake and what was done about it, from the texts that edits put into files."""

import re
from collections.abc import Iterable, Sequence

from twiceshy.lessons.quoting import MOST_LINES, excerpt
from twiceshy.lessons.seen import TextOf
from twiceshy.records.story import Changed, Moment

LONGEST_FILE = 400_000
"""Characters of a file that is looked into (guess)."""


FARTHEST = 0
"""Lines between a fault and an edit that is taken for its fix: read by eye, three gave wrong examples. An import stands
elsewhere."""
SILENCED = re.compile(
    r"nolint|noqa|ts-ignore|ts-expect-error|eslint-disable|type: ?ignore|biome-ignore|pylint: ?disable"
)
"""Marks that make a tool silent: they mend nothing."""


def same_file(path: str, named: str) -> bool:
    """Whether a path may be the file that a tool names, which may be a shorter or a longer way to say it."""
    one, other = path.replace("\\", "/"), named.replace("\\", "/").removeprefix("./")
    return bool(other) and (one == other or one.endswith("/" + other) or other.endswith("/" + one))


def line_of(moments: Sequence[Moment], place: int, named: str, line: int | None, text_of: TextOf) -> str:
    """The line that a tool complained of at a place of the story; empty where no edit before it holds the file."""
    if line is None:
        return ""
    for moment in reversed(moments[:place]):
        for changed in moment.changed:
            if changed.after is not None and same_file(changed.path, named):
                lines = text_of(changed.after)[:LONGEST_FILE].split("\n")
                return excerpt(lines[line - 1 : line]) if 0 < line <= len(lines) else ""
    return ""


def fix_of(moments: Iterable[Moment], named: str, line: int | None, text_of: TextOf, *, anywhere: bool = False) -> str:
    """The lines that the edit put in place of the faulty ones; of several edits the one nearest to the line.

    Empty where none is near, unless it may stand ``anywhere``, and where it only silences the tool.
    """
    best, found = None if anywhere or line is None else FARTHEST + 1, ""
    for moment in moments:
        for changed in moment.changed if moment.step.failure is None else ():
            if same_file(changed.path, named) and (block := block_of(changed, text_of)) is not None:
                first, before, after = block
                apart = 0 if line is None else max(first - line, line - first - max(len(before), 1) + 1, 0)
                if after and (best is None or apart < best):
                    best, found = apart, excerpt(near(after, 0 if line is None else line - first))
    return "" if SILENCED.search(found) else found


def near(lines: list[str], place: int) -> list[str]:
    """The few lines around a place."""
    if len(lines) <= MOST_LINES:
        return lines
    start = min(max(place - MOST_LINES // 2, 0), len(lines) - MOST_LINES)
    return lines[start : start + MOST_LINES]


def block_of(changed: Changed, text_of: TextOf) -> tuple[int, list[str], list[str]] | None:
    """First changed line (from 1), the lines before and the lines after, from the first difference to the last."""
    if changed.before is None or changed.after is None:
        return None
    before, after = (text_of(body)[:LONGEST_FILE].split("\n") for body in (changed.before, changed.after))
    start, most = 0, min(len(before), len(after))
    while start < most and before[start] == after[start]:
        start += 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start + 1, before[start : len(before) - end], after[start : len(after) - end]
