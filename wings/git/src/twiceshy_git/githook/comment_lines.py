"""Comment lines in the file in which git lets its user write a message: where may they stand, and does git drop them?

Git says so itself in that file, in words that differ with ``--cleanup`` and ``commit.cleanup``: lines that begin with
the comment character are ignored (then ours are dropped), or kept (then nothing may be added). Words that are not
known, those of another language too, mean that nobody can tell.
"""

import re
from collections.abc import Sequence

_DROPPED = re.compile(r"with '([^']{1,10})' will be\s+(?:\S{1,10}\s+)?ignored")
"""The sentence of git 2.30 to 2.52, the mark in it; it may be wrapped, with the mark before the rest of it."""


def find_comment_mark(text: str) -> str:
    """Return what comment lines begin with in a message that is not written yet; empty where git would keep them.

    Empty too where a message is there already.
    """
    found = _DROPPED.search(text)
    if found is None:
        return ""
    mark = found[1]
    for line in text.split("\n"):
        if line.startswith(mark):
            return mark
        if line.strip():
            return ""
    return ""


def add_comments(text: str, mark: str, lines: Sequence[str]) -> str:
    """Return the file with these lines as comments in front of git's own, behind the empty place for the message."""
    said = "".join(f"{mark} {line}".rstrip() + "\n" for line in lines)
    place = text.index(mark)
    return f"{text[:place] or chr(10)}{said}{mark}\n{text[place:]}"
