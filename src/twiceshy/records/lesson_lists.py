"""Which lessons to list, in which order, and what is listed: a part of them, whole, and how many there are."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from twiceshy.base.values import Rate
from twiceshy.records.lessons import Lesson, LessonState, Occurrence


class LessonOrder(StrEnum):
    """What comes first."""

    SEEN = "seen"  # most often
    SURE = "sure"  # the highest confidence
    NEWEST = "newest"  # last seen
    COST = "cost"  # the most seconds until the mistake was gone, all times together


class LessonMark(NamedTuple):
    """What a lesson is chosen and ordered by, without its texts: thousands are looked at to show fifty."""

    key: bytes
    state: LessonState
    category: str
    scope_of: str
    observations: int
    successes: int
    failures: int
    rating: int | None
    last_seen: datetime | None

    @property
    def id(self) -> str:
        """``l-`` and hex, as the lesson has it."""
        return f"l-{self.key.hex()}"


class QuotedLesson(NamedTuple):
    """A lesson that is somebody's words: what tells whether a person should be asked about it."""

    key: bytes
    category: str
    state: LessonState
    sessions: int
    description: str
    last_seen: datetime | None
    quoted: bool = True


class LessonQuestion(NamedTuple):
    """What is asked for."""

    state: str = "shown"
    """A state, ``shown`` (active and promoted) or ``all``."""
    category: str = ""
    """Empty: any."""
    project: str = ""
    """A project's name or a part of it; empty: any."""
    order: LessonOrder = LessonOrder.SEEN
    after: str = ""
    """Id of the lesson behind which the part begins; empty, or of none: at the start."""
    limit: int = 50


class LessonList(NamedTuple):
    """A part of the lessons that fit."""

    total: int
    """That fit."""
    lessons: tuple[Lesson, ...]
    """The first of them, or the next ones."""
    known: int
    """In all, whatever their state."""
    next: str
    """Id to ask for the next ones after; empty where these are the last."""
    states: Mapping[str, int]
    """Lessons in each state, of all."""
    categories: Mapping[str, int]
    """Lessons of each category, of all."""
    projects: tuple[str, ...]
    """Names of those where a lesson was seen."""


class LessonCase(NamedTuple):
    """One time that a lesson was seen."""

    occurrence: Occurrence
    stored: bool
    """Its session is stored, so that its message can be shown."""


class LessonCases(NamedTuple):
    """A part of the times that a lesson was seen, the newest first, and how they lie in time."""

    total: int
    cases: tuple[LessonCase, ...]
    skipped: int
    """Newer ones that are not among them."""
    months: Mapping[date, int]
    """Times by the first day of their month; what has no date is left out."""
    again: Rate
    """Of the sessions that began in its projects after it was first seen, those in which it was seen again."""
