"""Our lines in a person's file stand between two marks: they go in, and out again to the very bytes from before.

All else in the file is its owner's, and so is what they do inside of the marks: a line that they changed is theirs from
then on, one that they deleted is not ours to write again. So a line is taken out only where it stands as we wrote it.
The one thing that the text cannot tell later is what was put before the block (a file may have ended without a line's
end), so that is given back to be remembered: the gap.
"""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

_VERSION = 1
_WORDS = "yours to edit; out again: twiceshy suggest --undo"


class BrokenBlock(ValueError):  # noqa: N818  # says what the block is
    """The marks in a file are not what was written; the message says how."""


class MarkStyle(NamedTuple):
    """How marks and lines are written in one kind of file."""

    opening: str
    """Before the words of a mark."""
    closing: str
    bullet: str
    """Before each line."""


MARKDOWN = MarkStyle("<!-- ", " -->", "- ")
SCRIPT = MarkStyle("# ", "", "")
"""Files in which ``#`` begins a comment: settings of git, start files of shells."""


class BlockPlace(NamedTuple):
    """Offsets of a block in its text."""

    start: int
    inner: int
    """Of the first line behind the first mark."""
    close: int
    """Of the last mark."""
    end: int
    """Behind the line end of the last mark."""


class PlacedLines(NamedTuple):
    """A text with our lines in it."""

    text: str
    gap: str
    """What was put before the block; empty where it was there already."""


def find_block(text: str, style: MarkStyle) -> BlockPlace | None:
    """Return where our block stands; None where there is none.

    Raises:
        BrokenBlock: a mark is missing, stands twice, or is of a newer version.
    """
    marks = re.compile(
        rf"^\ufeff?{re.escape(style.opening)}twiceshy:(begin|end)(?: (\d+))?(?:[: ][^\n]*)?{re.escape(style.closing)}"
        r"[ \t]*\r?(?:\n|\Z)",
        re.MULTILINE,
    )
    found = list(marks.finditer(text))
    if not found:
        return None
    if [one[1] for one in found] != ["begin", "end"]:
        raise BrokenBlock("the marks of twiceshy's block in it do not stand in pairs: put back or delete the lone one")
    begin, end = found
    if int(begin[2] or 0) > _VERSION:
        raise BrokenBlock("its block was written by a newer version of twiceshy")
    start = begin.start() + text[begin.start() : begin.start() + 1].count("\ufeff")
    return BlockPlace(start, begin.end(), end.start(), end.end())


def list_entries(text: str, style: MarkStyle) -> list[str]:
    """Return the lines that stand in our block, whoever wrote them, without what begins and ends a line.

    Raises:
        BrokenBlock: as ``find_block``.
    """
    place = find_block(text, style)
    inner = text[place.inner : place.close] if place else ""
    return [line.strip().removeprefix(style.bullet.strip()).strip() for line in inner.split("\n") if line.strip()]


def put_entries(text: str, entries: Sequence[str], style: MarkStyle) -> PlacedLines:
    r"""Return the text with the lines at the end of our block; without a block it gets one at its end.

    >>> put_entries("# Shop", ["Never run `tox`."], MARKDOWN).gap
    '\n\n'

    Raises:
        BrokenBlock: as ``find_block``.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = "".join(f"{style.bullet}{entry}{newline}" for entry in entries)
    if place := find_block(text, style):
        return PlacedLines(text[: place.close] + lines + text[place.close :], "")
    gap = _choose_gap(text, newline)
    begin = f"{style.opening}twiceshy:begin {_VERSION}: {_WORDS}{style.closing}{newline}"
    end = f"{style.opening}twiceshy:end{style.closing}{newline}"
    return PlacedLines(text + gap + begin + lines + end, gap)


def _choose_gap(text: str, newline: str) -> str:
    """Return what parts a block from the text before it: one empty line."""
    if not text.strip("\ufeff \t\r\n"):
        return "" if text.endswith("\n") or not text.strip("\ufeff") else newline
    if not text.endswith("\n"):
        return 2 * newline
    return "" if text.endswith(2 * newline) else newline


def take_entries(text: str, entries: Collection[str], gap: str, style: MarkStyle) -> str:
    """Return the text without those lines of our block that stand as given; an empty block goes too, with its gap.

    Raises:
        BrokenBlock: as ``find_block``.
    """
    place = find_block(text, style)
    if place is None:
        return text
    left = _keep_others(text, place, entries, style)
    if left.strip():
        return text[: place.inner] + left + text[place.close :]
    return _cut_block(text, place, "", gap)


def take_block(text: str, entries: Collection[str], gap: str, style: MarkStyle) -> str:
    """Return the text without our marks and without the lines that stand as given; others inside stay where they are.

    Raises:
        BrokenBlock: as ``find_block``.
    """
    place = find_block(text, style)
    if place is None:
        return text
    left = _keep_others(text, place, entries, style)
    return _cut_block(text, place, left if left.strip() else "", gap)


def _keep_others(text: str, place: BlockPlace, entries: Collection[str], style: MarkStyle) -> str:
    """Return what stands inside without the lines given."""
    ours = {style.bullet + entry for entry in entries}
    lines = re.findall(r"[^\n]*\n|[^\n]+", text[place.inner : place.close])
    return "".join(line for line in lines if line.rstrip("\r\n") not in ours)


def _cut_block(text: str, place: BlockPlace, left: str, gap: str) -> str:
    """Return the text with ``left`` in the place of the block; the gap goes where nothing needs it."""
    before, after = text[: place.start], text[place.end :]
    if left or not gap or not before.endswith(gap):
        return before + left + after
    before = before.removesuffix(gap)
    needed = after and before.strip("\ufeff") and not before.endswith("\n")
    return before + (gap[: gap.find("\n") + 1] if needed else "") + after
