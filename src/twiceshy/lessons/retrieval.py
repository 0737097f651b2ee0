"""Which lessons are nearest to a text, in order.

How similar a text and a lesson are comes in as a number; here it is decided which of several comes first. Who asks
gets the nearest, however near; what is near enough for somebody who did not ask is decided where a brief is written.
Frequent, recent and severe lessons move up by a few hundredths: this orders lessons that are
equally similar and never lifts one that is about something else. Weights are guesses of 2026-11-21.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from twiceshy.base.values import Severity
from twiceshy.records.lessons import Lesson, LessonState, NearLesson
from twiceshy.stats.text import text_words
from twiceshy.stats.text.character_ngrams import NgramIndex

SHOWN_STATES = frozenset({LessonState.ACTIVE, LessonState.PROMOTED})
_FREQUENCY_WEIGHT, _RECENCY_WEIGHT, _SEVERITY_WEIGHT = 0.02, 0.02, 0.02
"""The most that frequency, recency and severity add to a similarity."""
_HALF_LIFE_DAYS = 90.0
"""Days in which recency halves (guess, 2026-11-21)."""
_OTHER_MODEL_PENALTY = 0.05
"""What a lesson loses that only other models needed (guess, 2026-11-21)."""
_GRAVITY = {Severity.CRITICAL: 1.0, Severity.MAJOR: 0.5}
_LETTERS_SHARE = 0.3
"""What letters count for in the text of an error, whose names and codes mean little to a model of language
(measured in ``docs/benchmarks-lessons.md``, 2026-11-21)."""
_RANK_OFFSET = 10
"""Places that are added before ranks of two orders are fused, so that the first of one does not decide alone: of 10, 30
and 60 the best on the tuning half of benchmarks/cases/retrieval.txt (measured 2026-11-22)."""
_ERROR = re.compile(
    r"[a-z]+(?:Error|Exception|Warning)\b|\b(?:error|fatal|panic|warning|exception)\b ?[:\[(]|\bERR!"
    r"|\b(?:E|TS)\d{3,4}\b|\bFAILED\b|: (?:command not found|no such file|permission denied|not found)"
    r"|\b(?:cannot|could not|unable to) \w+.*['\"]|\bpanicked at\b|^\S+:\d+:|\*\*\* |\[rejected\]|^[45]\d\d [A-Z]",
    re.IGNORECASE | re.MULTILINE,
)
"""Marks of a program's own words, as against a person's."""
_MOST_SEARCHED = 4_000
"""Characters of a text that is searched for (guess, 2026-11-21)."""
_CODE = re.compile(r"\b([A-Z]{1,6})(\d{3,5})\b")
"""A tool's number for an error: TS2304, E0308, CS1002, SA4006."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonFilter:
    """Which lessons may be found. Empty: any."""

    tool: str = ""
    """The lesson's subject: a tool or a language."""
    project: str = ""
    """Lessons of other projects are left out, unless they hold wider."""
    model: str = ""
    """It finds lessons that it needed itself first."""
    states: frozenset[LessonState] = SHOWN_STATES
    codes: frozenset[str] = frozenset()
    """Numbers of errors that the text names: a lesson that names others of the same tool is about something else."""


def matches_filter(lesson: Lesson, wanted: LessonFilter) -> bool:
    """Tell whether a lesson may be found at all."""
    if lesson.state not in wanted.states or (wanted.tool and lesson.subject != wanted.tool.lower()):
        return False
    if wanted.codes and _contradicts(find_error_codes(lesson.description), wanted.codes):
        return False
    narrow = lesson.scope in {"file", "project"}
    return not (wanted.project and narrow and lesson.scope_of and lesson.scope_of != wanted.project)


def find_error_codes(text: str) -> frozenset[str]:
    """Return the error codes of tools in a text.

    >>> sorted(find_error_codes("src/app.ts(2,5): error TS2304: Cannot find name 'x'."))
    ['TS2304']
    >>> sorted(find_error_codes("see RFC 2119"))
    []
    """
    return frozenset(found[0] for found in _CODE.finditer(text[:_MOST_SEARCHED]))


def _contradicts(some: frozenset[str], others: frozenset[str]) -> bool:
    """Tell whether both name errors of one tool, and none in common."""
    tools = {code.rstrip("0123456789") for code in some} & {code.rstrip("0123456789") for code in others}
    return bool(tools) and not some & others


class LessonCandidate(NamedTuple):
    """A lesson that may be near a text."""

    lesson: Lesson
    similarity: float
    closeness: float
    """By what it is ordered: the similarity, or where two ways compare texts, what both make of it."""


def rank_nearest(
    candidates: Iterable[LessonCandidate], wanted: LessonFilter, now: datetime, *, k: int
) -> tuple[NearLesson, ...]:
    """Return at most ``k`` matching lessons that are similar at all, best first."""
    near = [
        NearLesson(
            lesson=one.lesson,
            similarity=one.similarity,
            score=one.closeness + compute_lift(one.lesson, wanted.model, now),
        )
        for one in candidates
        if one.similarity > 0 and matches_filter(one.lesson, wanted)
    ]
    return tuple(sorted(near, key=lambda one: (-one.score, one.lesson.id))[:k])


def compare_letters(text: str, texts: Sequence[str], sample: Sequence[str] | None = None) -> list[tuple[float, float]]:
    """Return the similarity of each text by its letters, and its closeness by letters and by words together.

    ``sample`` shows how rare letters are. Both orders are fused by their ranks (Cormack, Clarke and Buettcher 2009).
    """
    letters = NgramIndex(texts, sample).compare_with(text)
    fused = zip(_count_places(letters), _count_places(_compare_words(text, texts)), strict=True)
    both = [(_RANK_OFFSET + 1) / 2 * sum(1 / (_RANK_OFFSET + place) for place in places) for places in fused]
    return list(zip(letters, both, strict=True))


def _count_places(values: Sequence[float]) -> list[float]:
    """Return each value's place from the largest, 1 for that; equal ones share the middle of theirs."""
    ordered = sorted(values)
    size = len(ordered)
    return [size - (bisect_left(ordered, value) + bisect_right(ordered, value) - 1) / 2 for value in values]


def _compare_words(text: str, texts: Sequence[str]) -> list[float]:
    """Return what BM25 makes of each text."""
    counted = [text_words.count_words(one) for one in texts]
    holding = Counter(word for words in counted for word in words)
    mean = sum(words.total() for words in counted) / max(len(counted), 1)
    asked = set(text_words.split_words(text[:_MOST_SEARCHED]))
    return [
        sum(
            text_words.rarity(len(counted), holding[word]) * text_words.saturation(words[word], words.total(), mean)
            for word in asked & words.keys()
        )
        for words in counted
    ]


def compute_lift(lesson: Lesson, model: str, now: datetime) -> float:
    """Return what is added to a lesson's similarity for its weight; below 0 for lessons of other models."""
    often = min(1.0, math.log10(max(lesson.observations, 1)) / 2)
    days = (now - lesson.last_seen).total_seconds() / 86_400 if lesson.last_seen else math.inf
    lately: float = 0.5 ** (max(days, 0.0) / _HALF_LIFE_DAYS)
    foreign = bool(model and lesson.models and model not in lesson.models)
    weight = (
        _FREQUENCY_WEIGHT * often + _RECENCY_WEIGHT * lately + _SEVERITY_WEIGHT * _GRAVITY.get(lesson.severity, 0.0)
    )
    return weight - (_OTHER_MODEL_PENALTY if foreign else 0.0)


def text_of_lesson(lesson: Lesson) -> str:
    """Return the text of a lesson for comparison; with its subject in front the right lesson is found more often."""
    return join_lesson_text(lesson.subject, lesson.description, lesson.root_cause)


def join_lesson_text(subject: str, description: str, cause: str) -> str:
    """Return the same text from a lesson's parts."""
    return f"{subject}: {description}{'. ' * bool(cause)}{cause}"


def make_query_text(text: str, tool: str) -> str:
    """Return the text of a question for comparison: where the tool is known it stands in front, as in lessons."""
    return f"{tool}: {text}" if tool else text


def is_error(text: str) -> bool:
    """Tell whether a text looks like a program's output.

    >>> is_error("TypeError: 'int' object is not callable"), is_error("make the errors easier to read")
    (True, False)
    """
    return _ERROR.search(text[:_MOST_SEARCHED]) is not None


def blend_similarities(text: str, words: Sequence[str], meanings: Sequence[float]) -> list[float]:
    """Return the similarity of each of the ``words`` to a text: by meaning, in error texts also by letters."""
    if not is_error(text):
        return list(meanings)
    pairs = zip(NgramIndex(words).compare_with(text), meanings, strict=True)
    return [_LETTERS_SHARE * letter + (1 - _LETTERS_SHARE) * meaning for letter, meaning in pairs]
