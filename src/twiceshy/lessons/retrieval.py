"""Which lessons a text is about: the most similar ones, ordered, and none where nothing fits.

How similar a text and a lesson are comes in as a number; here it is decided whether that is near enough, and which of
those that are near comes first. What was seen often and lately and is severe moves a lesson up by a few hundredths: it
parts lessons that are equally near and never lifts one that is about something else. Weights are guesses of 2026-11-21.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from twiceshy.records.lessons import Lesson, State
from twiceshy.records.nearest import By, Near
from twiceshy.records.scores import Severity

SHOWN = frozenset({State.ACTIVE, State.PROMOTED})
OFTEN, LATELY, SEVERE = 0.02, 0.02, 0.02
"""The most that frequency, recency and severity add to a similarity."""
HALVED_DAYS = 90.0
"""Recency halves in so many days."""
OTHER_MODEL = 0.05
"""What a lesson loses that only other models needed."""
GRAVE = {Severity.CRITICAL: 1.0, Severity.MAJOR: 0.5}
LEAST = {By.MEANING: 0.35, By.LETTERS: 0.20}
"""Similarity below which a text is about no lesson."""


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


def fits(lesson: Lesson, wanted: Wanted) -> bool:
    """Whether a lesson may be found at all."""
    if lesson.state not in wanted.states or (wanted.tool and lesson.subject != wanted.tool.lower()):
        return False
    narrow = lesson.scope in {"file", "project"}
    return not (wanted.project and narrow and lesson.scope_of and lesson.scope_of != wanted.project)


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
    lately = 0.5 ** (max(days, 0.0) / HALVED_DAYS)
    foreign = bool(model and lesson.models and model not in lesson.models)
    weight = OFTEN * often + LATELY * lately + SEVERE * GRAVE.get(lesson.severity, 0.0)
    return weight - (OTHER_MODEL if foreign else 0.0)


def words_of(lesson: Lesson) -> str:
    """What of a lesson a text is compared with."""
    return f"{lesson.description}. {lesson.root_cause}" if lesson.root_cause else lesson.description
