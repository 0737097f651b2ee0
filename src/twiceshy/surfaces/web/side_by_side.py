"""Which line of one text stands beside which line of another: for a page that shows both."""

from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple

_TONES = {"equal": ("", ""), "delete": ("gone", ""), "insert": ("", "come"), "replace": ("gone", "come")}


class LinePair(NamedTuple):
    """Two lines that stand beside each other; an empty one has none beside it."""

    left: str
    right: str
    left_tone: str
    """``gone`` where the other text lacks it, else empty."""
    right_tone: str
    """``come`` where the other text lacks it, else empty."""


def pair_lines(before: str, after: str) -> tuple[LinePair, ...]:
    r"""Return the lines of two texts beside each other.

    >>> [(one.left, one.right) for one in pair_lines("a\nb", "a\nc\nd")]
    [('a', 'a'), ('b', 'c'), ('', 'd')]
    """
    left, right = before.splitlines(), after.splitlines()
    found = []
    for act, left_from, left_to, right_from, right_to in SequenceMatcher(a=left, b=right, autojunk=False).get_opcodes():
        gone, come = _TONES[act]
        for one, other in zip_longest(left[left_from:left_to], right[right_from:right_to]):
            found.append(
                LinePair(one or "", other or "", gone if one is not None else "", come if other is not None else "")
            )
    return tuple(found)
