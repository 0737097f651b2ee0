"""How near an answer comes to what was written: whole, nearly, in similarity, and by its changed lines."""

from collections import Counter
from typing import Final, NamedTuple

from benchmarks.edits.edit_tokens import list_marked

NEAR: Final = 0.9
"""Similarity from which on an answer is near: one token of ten differs (guess, 2026-11-24; no paper fixes one)."""


class EditMarks(NamedTuple):
    """The marks of one answer."""

    exact: bool
    """The same text, but for white space at the ends of lines."""
    near: bool
    """Similar by ``NEAR`` at least, and more similar than the old text is."""
    similarity: float
    """1 less the Levenshtein distance of the tokens over the longer one's length, 0 to 1."""
    gain: float
    """How much more similar than the old text; below 0 where it would have been better left alone."""
    lines: float
    """F1 of the lines that the answer takes out and puts in."""


def mark_answer(old: str, answer: str | None, new: str) -> EditMarks:
    """Return the marks of an answer; no answer leaves the old text as it is."""
    kept = measure_similarity(old, new)
    if answer is None:
        return EditMarks(exact=False, near=False, similarity=kept, gain=0.0, lines=0.0)
    similarity = measure_similarity(answer, new)
    return EditMarks(
        exact=strip_lines(answer) == strip_lines(new),
        near=similarity >= NEAR and similarity > kept,
        similarity=similarity,
        gain=similarity - kept,
        lines=score_lines(old, answer, new),
    )


def strip_lines(text: str) -> str:
    """Return the text without white space at the ends of lines and of itself."""
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip()


def measure_similarity(one: str, other: str) -> float:
    """Return how similar two texts are, by tokens.

    >>> measure_similarity("a = b", "a = c"), measure_similarity("", "a"), measure_similarity("", "")
    (0.6666666666666667, 0.0, 1.0)
    """
    first, second = list_marked(one), list_marked(other)
    longest = max(len(first), len(second))
    return 1 - measure_distance(first, second) / longest if longest else 1.0


def measure_distance(one: list[str], other: list[str]) -> int:
    """Return Levenshtein's distance of two lists.

    By bits, a column at a time (Myers 1999, JACM 46:395, in Hyyrö's form of 2003).

    >>> measure_distance(list("kitten"), list("sitting")), measure_distance(list("abc"), [])
    (3, 3)
    """
    if not one or not other:
        return len(one) or len(other)
    places: dict[str, int] = {}
    for at, token in enumerate(one):
        places[token] = places.get(token, 0) | 1 << at
    whole, top = (1 << len(one)) - 1, 1 << (len(one) - 1)
    plus, minus, distance = whole, 0, len(one)
    for token in other:
        same = places.get(token, 0)
        diagonal = (((same & plus) + plus) ^ plus) | same | minus
        up = minus | ~(diagonal | plus) & whole
        down = plus & diagonal
        distance += 1 if up & top else -1 if down & top else 0
        up = (up << 1 | 1) & whole
        plus = (down << 1 | ~(diagonal | up)) & whole
        minus = up & diagonal
    return distance


def score_lines(old: str, answer: str, new: str) -> float:
    r"""Return the F1 of the lines that an answer puts in; where nothing was put in, of those that it takes out.

    The place is told, so that to take lines out is no merit where others come for them. 0 where it changes nothing.

    >>> score_lines("a\nb", "a\nc", "a\nc"), score_lines("a\nb", "a\nb", "a\nc"), score_lines("a", "b\nc", "b")
    (1.0, 0.0, 0.6666666666666666)
    >>> score_lines("a\nb", "", ""), score_lines("a", "b", "")
    (1.0, 0.0)
    """
    before, given, wanted = map(_count_lines, (old, answer, new))
    added, right = given - before, wanted - before
    if not added and not right:
        added, right = before - given, before - wanted
    total = added.total() + right.total()
    return 2 * (added & right).total() / total if total else 0.0


def _count_lines(text: str) -> Counter[str]:
    """Return how often each line stands there; blank ones do not count."""
    return Counter(line.rstrip() for line in text.splitlines() if line.strip())
