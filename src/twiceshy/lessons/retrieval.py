"""Which lessons a text is about: the most similar ones, ordered, and none where nothing fits.

How similar a text and a lesson are comes in as a number; here it is decided whether that is near enough, and which of
those that are near comes first. What was seen often and lately and is severe moves a lesson up by a few hundredths: it
parts lessons that are equally near and never lifts one that is about something else. Weights are guesses of 2026-11-21.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from twiceshy.facts.letters import Letters
from twiceshy.records.lessons import Lesson, State
from twiceshy.records.nearest import By, Near
from twiceshy.records.severity import Severity

SHOWN = frozenset({State.ACTIVE, State.PROMOTED})
OFTEN, LATELY, SEVERE = 0.02, 0.02, 0.02
"""The most that frequency, recency and severity add to a similarity."""
HALVED_DAYS = 90.0
"""Recency halves in so many days."""
OTHER_MODEL = 0.05
"""What a lesson loses that only other models needed."""
GRAVE = {Severity.CRITICAL: 1.0, Severity.MAJOR: 0.5}
LEAST = {By.MEANING: 0.35, By.LETTERS: 0.25}
"""Similarity below which a text is about no lesson: from the tuning half of benchmarks/cases/retrieval.txt, 2026-11-21.
By meaning nine of ten texts that are about none find none there, and two of three that are about one find something."""
LETTERS_SHARE = 0.3
"""What letters count for in the text of an error, whose names and codes mean little to a model of language."""
ERROR = re.compile(
    r"[a-z]+(?:Error|Exception|Warning)\b|\b(?:error|fatal|panic|warning|exception)\b ?[:\[(]|\bERR!"
    r"|\b(?:E|TS)\d{3,4}\b|\bFAILED\b|: (?:command not found|no such file|permission denied|not found)"
    r"|\b(?:cannot|could not|unable to) \w+.*['\"]|\bpanicked at\b|^\S+:\d+:|\*\*\* |\[rejected\]|^[45]\d\d [A-Z]",
    re.IGNORECASE | re.MULTILINE,
)
"""Marks of a program's own words, as against a person's."""
MOST_SEARCHED = 4_000
CODE = re.compile(r"\b([A-Z]{1,6})(\d{3,5})\b")
"""A tool's number for an error: TS2304, E0308, CS1002, SA4006."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What lessons may be found. Empty: any."""

    tool: str = ""
    """The lesson's subject: a tool or a language."""
    project: str = ""
    """Lessons of other projects are left out, unless they hold wider."""
    model: str = ""
    """It finds lessons that it needed itself first."""
    states: frozenset[State] = SHOWN
    codes: frozenset[str] = frozenset()
    """Numbers of errors that the text names: a lesson that names others of the same tool is about something else."""


def fits(lesson: Lesson, wanted: Wanted) -> bool:
    """Whether a lesson may be found at all."""
    if lesson.state not in wanted.states or (wanted.tool and lesson.subject != wanted.tool.lower()):
        return False
    if wanted.codes and contradicts(codes(lesson.description), wanted.codes):
        return False
    narrow = lesson.scope in {"file", "project"}
    return not (wanted.project and narrow and lesson.scope_of and lesson.scope_of != wanted.project)


def codes(text: str) -> frozenset[str]:
    """The tools' numbers for errors in a text.

    >>> sorted(codes("src/app.ts(2,5): error TS2304: Cannot find name 'x'.")), sorted(codes("see RFC 2119"))
    (['TS2304'], [])
    """
    return frozenset(found[0] for found in CODE.finditer(text[:MOST_SEARCHED]))


def contradicts(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether both name errors of one tool, and none in common."""
    tools = {code.rstrip("0123456789") for code in some} & {code.rstrip("0123456789") for code in others}
    return bool(tools) and not some & others


def nearest(
    candidates: Iterable[tuple[Lesson, float]], wanted: Wanted, now: datetime, *, least: float, k: int
) -> tuple[Near, ...]:
    """At most ``k`` lessons that fit and are similar enough, the best first. ``candidates``: with their similarity."""
    near = [
        Near(lesson=lesson, similarity=similarity, score=similarity + lift(lesson, wanted.model, now))
        for lesson, similarity in candidates
        if similarity >= least and fits(lesson, wanted)
    ]
    return tuple(sorted(near, key=lambda one: (-one.score, one.lesson.id))[:k])


def lift(lesson: Lesson, model: str, now: datetime) -> float:
    """What is added to a lesson's similarity for its weight; below 0 for other models' lessons."""
    often = min(1.0, math.log10(max(lesson.observations, 1)) / 2)
    days = (now - lesson.last_seen).total_seconds() / 86_400 if lesson.last_seen else math.inf
    lately: float = 0.5 ** (max(days, 0.0) / HALVED_DAYS)
    foreign = bool(model and lesson.models and model not in lesson.models)
    weight = OFTEN * often + LATELY * lately + SEVERE * GRAVE.get(lesson.severity, 0.0)
    return weight - (OTHER_MODEL if foreign else 0.0)


def words_of(lesson: Lesson) -> str:
    """What of a lesson a text is compared with. With its subject in front the right one is among five more often."""
    return said(lesson.subject, lesson.description, lesson.root_cause)


def said(subject: str, description: str, cause: str) -> str:
    """The same of a lesson of which only these are known."""
    return f"{subject}: {description}{'. ' * bool(cause)}{cause}"


def words_for(text: str, tool: str) -> str:
    """What of a question is compared: where the tool is known it stands in front, as in lessons."""
    return f"{tool}: {text}" if tool else text


def is_error(text: str) -> bool:
    """Whether a text is what a program said, by its look.

    >>> is_error("TypeError: 'int' object is not callable"), is_error("make the errors easier to read")
    (True, False)
    """
    return ERROR.search(text[:MOST_SEARCHED]) is not None


def blended(text: str, words: Sequence[str], meanings: Sequence[float]) -> list[float]:
    """The similarity of each of the ``words`` with a text: by meaning, in errors' texts with a share of letters."""
    if not is_error(text):
        return list(meanings)
    pairs = zip(Letters(words).similar(text), meanings, strict=True)
    return [LETTERS_SHARE * letter + (1 - LETTERS_SHARE) * meaning for letter, meaning in pairs]
