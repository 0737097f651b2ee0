"""What the model's words in an Aider chat change in a file, in each of the forms that Aider asks models for.

The client says only that it applied an edit to a file. What it applied stands in the reply before: blocks to search and
replace (``diff``, ``diff-fenced``), a patch (``udiff``) or the file's whole new text (``whole``).
"""

import re
from typing import Final, NamedTuple

_SEARCH: Final = re.compile(r"<{5,9} (?:SEARCH|ORIGINAL)>?\s*")
_DIVIDER: Final = re.compile(r"={5,9}\s*")
_REPLACE: Final = re.compile(r">{5,9} (?:REPLACE|UPDATED)\s*")
"""The marks of a block; the second names are those of 2023."""
_FENCE: Final = ("```", "~~~", "<source>", "<code>", "<pre>", "<codeblock>", "<sourcecode>")
_FENCES: Final = (*_FENCE, "</source>", "</code>", "</pre>", "</codeblock>", "</sourcecode>")
_LINES_ABOVE = 3
"""Lines above a block in which its file is named, fences among them. Guess, 2026-11-22: as far as the client looks."""
_NAME_SIGNS: Final = "*`#: \t"
"""What models put around a file's name above its text."""


class ReplyEdit(NamedTuple):
    """What a reply does to one file; one of the three is there."""

    pairs: tuple[tuple[str, str], ...] = ()
    """Texts and their replacements, in order."""
    hunks: tuple[list[str], ...] = ()
    """Lines of a patch with ``+``, ``-`` or a blank before them; where they stand is not said."""
    whole: str | None = None
    """The file's whole new text."""


def find_edit(reply: str, path: str) -> ReplyEdit:
    """Return what the reply does to the file; an edit of nothing where its form is not known."""
    pairs = tuple((old, new) for name, old, new in _list_blocks(reply) if name == path)
    if pairs:
        return ReplyEdit(pairs=pairs)
    fenced = list(_list_fenced(reply))
    hunks = tuple(hunk for _, lines in fenced for hunk in _read_hunks(lines, path))
    if hunks:
        return ReplyEdit(hunks=hunks)
    named = [lines for name, lines in fenced if name == path]
    if not named and len(fenced) == 1 and not fenced[0][0] and f"`{path}`" in reply:
        named = [fenced[0][1]]
    return ReplyEdit(whole="".join(f"{line}\n" for line in named[-1])) if named else ReplyEdit()


def _list_blocks(reply: str) -> list[tuple[str, str, str]]:
    """Return file, text and replacement of each block; one that names no file is of the file before."""
    found: list[tuple[str, str, str]] = []
    above: list[str] = []
    name, old, new = "", [""], [""]
    side: list[str] | None = None
    for line in reply.split("\n"):
        if side is None:
            if _SEARCH.fullmatch(line):
                name = _name_above(above) or name
                old, new = [], []
                side = old
            above = [*above[1 - _LINES_ABOVE :], line]
        elif side is old and _DIVIDER.fullmatch(line):
            side = new
        elif side is new and _REPLACE.fullmatch(line):
            found.append((name, "".join(old), "".join(new)))
            side, above = None, []
        else:
            side.append(f"{line}\n")
    return found


def _name_above(lines: list[str]) -> str:
    """Return the file's name in the lines above a block; empty where none is there."""
    bare = [line.strip() for line in lines if line.strip() and not line.startswith(_FENCES)]
    last = bare[-1].strip(_NAME_SIGNS) if bare else ""
    return last if last and " " not in last else ""


def _list_fenced(reply: str) -> list[tuple[str, list[str]]]:
    """Return the texts between fences, each with the name in the line above it."""
    found: list[tuple[str, list[str]]] = []
    above = ""
    inside = False
    for line in reply.split("\n"):
        if line.startswith(_FENCES):
            inside = not inside
            if inside:
                found.append((above.strip(_NAME_SIGNS), []))
        elif inside:
            found[-1][1].append(line)
        above = line
    return found[:-1] if inside else found  # without its end the client applies nothing


def _read_hunks(lines: list[str], path: str) -> list[list[str]]:
    """Return the hunks of a patch that are for the file; none where the lines are no patch."""
    hunks: list[list[str]] = []
    mine = False
    for before, line in zip(["", *lines], lines, strict=False):
        if line.startswith("+++ ") and before.startswith("--- "):
            mine = line[4:].strip() in (path, f"b/{path}")
        elif line.startswith("@@") and mine:
            hunks.append([])
        elif hunks and mine and line[:1] in ("+", "-", " ", "") and not line.startswith("--- "):
            hunks[-1].append(line or " ")
    return [hunk for hunk in hunks if hunk]
