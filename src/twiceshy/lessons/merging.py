"""Which lessons are the same: those with one key, else of one tool and category with a similarity of .70 or more.

The similarity weighs the error's pattern .4, the parameter .3, the root cause .2 and the number of steps .1; a part
that neither lesson has does not count, and the other weights are scaled up. Patterns and causes are compared by their
pairs of words (shingles), which told errors apart best among the ways that were tried (docs/benchmarks-lessons.md).
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from twiceshy.lessons.user_corrections import cut_words, is_quotation
from twiceshy.records.lessons import Lesson, LessonOccurrence
from twiceshy.stats.text.text_words import Saying, make_saying, say_the_same

MERGE_SIMILARITY = 0.70
"""Composite similarity, 0 to 1 (measured 2026-11-21, docs/benchmarks-lessons.md)."""
"""Similarity from which two lessons are one; documented with the weights in ``docs/reference/usage-api.md``."""
_MOST_COMPARED = 500
"""Lessons of one tool and category that a new one is compared with, the newest (guess, 2026-11-24: the largest store
has some hundred)."""
PATTERN_WEIGHT, PARAMETER_WEIGHT, CAUSE_WEIGHT, STEPS_WEIGHT = 0.4, 0.3, 0.2, 0.1
_WORD = re.compile(r"\w+(?:[.:-]\w+)*|<\w+>")


class SimilarityPart(NamedTuple):
    """One part of a composite similarity."""

    weight: float
    value: float
    known: bool
    """Whether either of the two has it."""


def find_aliases(
    known: Sequence[Lesson], keys: Collection[bytes], kept: Iterable[LessonOccurrence]
) -> dict[bytes, Lesson]:
    """Map each new key that means a lesson known by another key to that lesson.

    A lesson that came from a file has a key of its own and the learned lesson's name: they are matched by the name.
    """
    by_name = {lesson.slug: lesson for lesson in known}
    compared = _Compared()
    for lesson in known:
        compared.add(lesson)
    aliases: dict[bytes, Lesson] = {}
    seen = set(keys)
    for one in kept:
        if one.key in seen:
            continue
        seen.add(one.key)
        same = by_name.get(one.lesson.slug) or compared.find_like(one.lesson)
        if same is not None:
            aliases[one.key] = same
        else:
            compared.add(one.lesson)
    return aliases


class _Compared:
    """The lessons that a new one is compared with; a quotation only with what was said in the same project."""

    def __init__(self) -> None:
        self._by_place: defaultdict[tuple[str, str, str], list[Lesson]] = defaultdict(list)
        self._said: defaultdict[tuple[str, str, str, object], list[tuple[Saying, Lesson]]] = defaultdict(list)

    def add(self, lesson: Lesson) -> None:
        if is_quotation(lesson):
            self._said[*_place_of(lesson), lesson.scope_of].append((make_saying(cut_words(lesson)), lesson))
        if not _is_somebodys_words(lesson):
            self._by_place[_place_of(lesson)].append(lesson)

    def find_like(self, lesson: Lesson) -> Lesson | None:
        """Return the most similar lesson that is similar enough; None where there is none.

        A quotation is like no other lesson, but for what a person said again in the same project.
        """
        if _is_somebodys_words(lesson):
            return self._find_same_saying(lesson) if is_quotation(lesson) else None
        near = self._by_place[_place_of(lesson)][-_MOST_COMPARED:]
        best = max(near, key=lambda other: measure_similarity(lesson, other), default=None)
        return best if best is not None and measure_similarity(lesson, best) >= MERGE_SIMILARITY else None

    def _find_same_saying(self, lesson: Lesson) -> Lesson | None:
        """Return the lesson on what a person said that a new one says again; None where it is new."""
        said = make_saying(cut_words(lesson))
        others = self._said[*_place_of(lesson), lesson.scope_of][-_MOST_COMPARED:]
        return next((other for words, other in others if say_the_same(said, words)), None)


def _place_of(lesson: Lesson) -> tuple[str, str, str]:
    """Return what lessons must have in common to be merged."""
    return lesson.kind, lesson.subject, lesson.category


def _is_somebodys_words(lesson: Lesson) -> bool:
    """Tell whether a lesson is somebody's words and nothing else; what only is not told has a cause."""
    return lesson.quoted and not lesson.root_cause


def measure_similarity(one: Lesson, other: Lesson) -> float:
    """Measure the similarity of two lessons, 0 to 1; 0 where tool, kind or category differ."""
    if (one.kind, one.subject, one.category) != (other.kind, other.subject, other.category):
        return 0.0
    patterns = one.trigger.error_regex, other.trigger.error_regex
    parameters = one.trigger.parameter, other.trigger.parameter
    counts = len(one.steps), len(other.steps)
    return weigh_parts(
        SimilarityPart(PATTERN_WEIGHT, measure_overlap(*patterns), any(patterns)),
        SimilarityPart(PARAMETER_WEIGHT, float(parameters[0] == parameters[1]), any(parameters)),
        SimilarityPart(
            CAUSE_WEIGHT, measure_overlap(one.root_cause, other.root_cause), bool(one.root_cause or other.root_cause)
        ),
        SimilarityPart(STEPS_WEIGHT, min(counts) / max(*counts, 1), any(counts)),
    )


def weigh_parts(*parts: SimilarityPart) -> float:
    """Return the weighted mean of the known parts; 0 where none is known."""
    known = [part for part in parts if part.known]
    total = sum(part.weight for part in known)
    return sum(part.weight * part.value for part in known) / total if total else 0.0


def measure_overlap(one: str, other: str) -> float:
    """Return the share of word pairs that both texts have, of all that either has.

    >>> measure_overlap("a b c", "a b c"), measure_overlap("a b c", "x y")
    (1.0, 0.0)
    >>> round(measure_overlap("a b c d", "a b c"), 2)
    0.67
    """
    if one == other:
        return 1.0 if one else 0.0
    left, right = _word_pairs_of(one), _word_pairs_of(other)
    return len(left & right) / len(left | right) if left and right else 0.0


def _word_pairs_of(text: str) -> set[tuple[str, ...]]:
    """Return the pairs of neighbouring words; a single word stands for itself."""
    words = _WORD.findall(text.lower())
    return {tuple(words[place : place + 2]) for place in range(max(len(words) - 1, 1))} if words else set()
