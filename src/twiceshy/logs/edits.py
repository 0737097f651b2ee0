"""What an edit changed: whole texts before and after where they can be rebuilt, line counts, salted line hashes.

Line hashes are made here, in memory and before redaction, so that the lines of an edit can be found again in a commit
without keeping the lines. Equal lines get equal hashes under one salt; without the salt they cannot be guessed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from hashlib import blake2b
from typing import NamedTuple

LARGEST_TEXT = 1 << 20
"""Characters of a text that is still kept whole (guess, 2026-11-21: source files are smaller)."""
_EXACT_LINES = 1500
"""Lines up to which a difference is computed exactly, as that is quadratic; beyond, they are counted.

Guess, 2026-11-21."""
_WORD = re.compile(r"\w")


class Hunk(NamedTuple):
    """One place of a patch: lines with ``+``, ``-`` or a blank before them."""

    start: int
    """First line in the text before, from 1."""
    new_start: int
    """First line in the text after."""
    lines: Sequence[str]


class TextChange(NamedTuple):
    """A change of one file, with the fields that ``records.events.Edit`` needs."""

    before: str | None
    after: str | None
    partial: bool
    added: int
    removed: int
    added_hashes: bytes
    removed_hashes: bytes


def hash_lines(lines: Iterable[str], salt: bytes) -> bytes:
    """Return 8 bytes for each line with a letter or digit, in order; white space around it is ignored."""
    base = blake2b(key=salt, digest_size=8)
    hashes = []
    for line in lines:
        bare = line.strip()
        if bare and (bare.isalnum() or _WORD.search(bare)):
            one = base.copy()
            one.update(bare.encode("utf-8", "replace"))
            hashes.append(one.digest())
    return b"".join(hashes)


def change_from_texts(before: str, after: str, salt: bytes) -> TextChange:
    """Return the change between two whole texts."""
    removed, added = diff_lines(before, after)
    return change_from_lines(before, after, removed, added, salt)


def change_from_patch(before: str | None, after: str | None, hunks: Iterable[Hunk], salt: bytes) -> TextChange:
    """Return the change that a patch states, with the texts around it as far as they are known."""
    removed: list[str] = []
    added: list[str] = []
    for hunk in hunks:
        for line in hunk.lines:
            sign = line[:1]
            if sign == "+":
                added.append(line[1:])
            elif sign == "-":
                removed.append(line[1:])
    return change_from_lines(before, after, removed, added, salt)


def change_from_fragments(old: str, new: str, salt: bytes) -> TextChange:
    """Return the change of which only the replaced part is known."""
    return change_from_texts(old, new, salt)._replace(partial=True)


def change_from_lines(
    before: str | None, after: str | None, removed: Sequence[str], added: Sequence[str], salt: bytes
) -> TextChange:
    """Return the change that removes and adds these lines; lines that merely moved have no hash."""
    gone, new = _drop_common(removed, added)
    partial = before is None or after is None or len(before) > LARGEST_TEXT or len(after) > LARGEST_TEXT
    return TextChange(
        before=None if before is None or len(before) > LARGEST_TEXT else before,
        after=None if after is None or len(after) > LARGEST_TEXT else after,
        partial=partial,
        added=len(added),
        removed=len(removed),
        added_hashes=hash_lines(new, salt),
        removed_hashes=hash_lines(gone, salt),
    )


def _drop_common(removed: Sequence[str], added: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return both lists without the lines they share (as multisets, white space around a line ignored)."""
    if not removed or not added:
        return removed, added
    gone = Counter(line.strip() for line in removed)
    new = []
    for line in added:
        bare = line.strip()
        if gone.get(bare, 0) > 0:
            gone[bare] -= 1
        else:
            new.append(line)
    return list(gone.elements()), new


def diff_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the lines removed and the lines added between two texts."""
    old, new = before.splitlines(), after.splitlines()
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    if not old or not new:
        return old, new
    if len(old) + len(new) > _EXACT_LINES:
        return list((Counter(old) - Counter(new)).elements()), list((Counter(new) - Counter(old)).elements())
    removed: list[str] = []
    added: list[str] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            removed += old[old_from:old_to]
            added += new[new_from:new_to]
    return removed, added


def replace_text(text: str, old: str, new: str, *, everywhere: bool = False) -> str | None:
    """Return ``text`` with ``old`` replaced once or everywhere; None if it is not there."""
    if not old or old not in text:
        return None
    return text.replace(old, new) if everywhere else text.replace(old, new, 1)


def apply_patch(text: str, hunks: Iterable[Hunk], *, backwards: bool = False) -> str | None:
    """Return ``text`` with the patch applied (or reversed); None unless every known line is in its place."""
    gone, new = ("+", "-") if backwards else ("-", "+")
    lines = text.split("\n")
    result: list[str] = []
    at = 0
    for hunk in hunks:
        start = max((hunk.new_start if backwards else hunk.start) - 1, 0)
        if start < at or start > len(lines):
            return None
        made = _apply_lines(lines, start, hunk.lines, gone, new)
        if made is None:
            return None
        result += lines[at:start] + made.lines
        at = made.end
    return "\n".join(result + lines[at:])


class _HunkResult(NamedTuple):
    """What a hunk makes of the lines in its place."""

    lines: list[str]
    end: int
    """The first line behind its place."""


def _apply_lines(lines: Sequence[str], at: int, patch: Iterable[str], gone: str, new: str) -> _HunkResult | None:
    """Apply one hunk at a line; None unless every known line is there."""
    made: list[str] = []
    for line in patch:
        sign, rest = line[:1], line[1:]
        if sign == new:
            made.append(rest)
            continue
        if sign == "\\" or at >= len(lines) or lines[at] != rest:
            return None  # also where the last line has or gets no newline: rare, and easy to get wrong
        at += 1
        if sign != gone:
            made.append(rest)
    return _HunkResult(made, at)


def list_hunk_lines(hunks: Iterable[Hunk]) -> list[str]:
    """Return the lines of all hunks, in order."""
    return [line for hunk in hunks for line in hunk.lines]


def join_sides(lines: Sequence[str]) -> tuple[str, str]:
    """Return the text that a patch's lines were made for, and the one that they lead to."""
    old = "\n".join(line[1:] for line in lines if line[:1] in ("-", " "))
    return old, "\n".join(line[1:] for line in lines if line[:1] in ("+", " "))


def matches_hunks(text: str, hunks: Iterable[Hunk]) -> bool:
    """Tell whether the first known line of every hunk stands where the patch says, in the text it was made for."""
    lines = text.split("\n")
    for hunk in hunks:
        first = next((line for line in hunk.lines if line[:1] in ("-", " ")), None)
        if first is not None and (hunk.start > len(lines) or lines[hunk.start - 1].strip() != first[1:].strip()):
            return False
    return True
