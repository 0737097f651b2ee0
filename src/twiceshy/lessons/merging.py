"""Which lessons are one: the same key, else the same tool and category and a composite likeness of .70 or more.

The composite weighs the error's pattern .4, the parameter .3, the root cause .2 and the number of steps .1; a part that
neither lesson has takes no part, and the other weights are scaled up. Patterns and causes are compared by their words
in pairs (shingles), which told errors apart best among the ways that were tried (docs/benchmarks-lessons.md).
"""

import re
from typing import NamedTuple

from twiceshy.records.lessons import Lesson

SAME = 0.70
PATTERN, PARAMETER, CAUSE, STEPS = 0.4, 0.3, 0.2, 0.1
WORD = re.compile(r"\w+(?:[.:-]\w+)*|<\w+>")


class Part(NamedTuple):
    """One ingredient of a composite."""

    weight: float
    value: float
    known: bool
    """Whether either of the two has it."""


def alike(one: Lesson, other: Lesson) -> float:
    """0 to 1; 0 where tool, kind or category differ."""
    if (one.kind, one.subject, one.category) != (other.kind, other.subject, other.category):
        return 0.0
    patterns = one.trigger.error_regex, other.trigger.error_regex
    parameters = one.trigger.parameter, other.trigger.parameter
    counts = len(one.steps), len(other.steps)
    return composite(
        Part(PATTERN, shared(*patterns), any(patterns)),
        Part(PARAMETER, float(parameters[0] == parameters[1]), any(parameters)),
        Part(CAUSE, shared(one.root_cause, other.root_cause), bool(one.root_cause or other.root_cause)),
        Part(STEPS, min(counts) / max(*counts, 1), any(counts)),
    )


def composite(*parts: Part) -> float:
    """The weighted mean of what is known; 0 where nothing is."""
    known = [part for part in parts if part.known]
    total = sum(part.weight for part in known)
    return sum(part.weight * part.value for part in known) / total if total else 0.0


def shared(one: str, other: str) -> float:
    """Share of word pairs that both have of all that either has.

    >>> shared("a b c", "a b c"), shared("a b c", "x y"), round(shared("a b c d", "a b c"), 2)
    (1.0, 0.0, 0.67)
    """
    if one == other:
        return 1.0 if one else 0.0
    left, right = pairs(one), pairs(other)
    return len(left & right) / len(left | right) if left and right else 0.0


def pairs(text: str) -> set[tuple[str, ...]]:
    """Neighbouring words; a single word stands for itself."""
    words = WORD.findall(text.lower())
    return {tuple(words[place : place + 2]) for place in range(max(len(words) - 1, 1))} if words else set()
