"""Join a lesson with another that says the same, and put back one that was joined or deleted."""

from datetime import datetime
from typing import NamedTuple

from twiceshy.archive import lesson_rows
from twiceshy.archive.db import Store
from twiceshy.archive.reads import lesson_cases, lessons
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.lessons.merging import measure_overlap, measure_similarity
from twiceshy.lessons.recipes.current_lessons import show_at
from twiceshy.lessons.recipes.lesson_reviews import find_lesson
from twiceshy.records.lessons import ChangedLesson, Lesson, LessonCopy

_LEAST_LIKE = 0.25
"""Similarity from which a lesson is offered to be joined (guess, 2026-11-23: a person decides)."""
_MOST_OFFERED = 5
"""Lessons that are offered (guess, 2026-11-23)."""


class LikeLesson(NamedTuple):
    """A lesson that may say the same."""

    lesson: Lesson
    similarity: float
    """0 to 1."""


def merge_lessons(config: Config, name: str, into: str) -> ChangedLesson:
    """Give a lesson's cases to another one, whose words and state stay; what is learned of it later goes there too.

    Raises:
        NotFound: nothing, or more than one thing, has one of the names.
        UsageError: the two are about different things, or the same one.
    """
    with Store.open(config.home) as store:
        with store.begin_writing() as connection:
            gone, kept = find_lesson(store, name), find_lesson(store, into)
            if gone.id == kept.id:
                raise UsageError(f"{gone.slug} cannot be joined with itself. Name another lesson.")
            if (gone.kind, gone.subject) != (kept.kind, kept.subject):
                raise UsageError(
                    f"{gone.slug} is about {gone.subject} and {kept.slug} about {kept.subject}: only lessons on one"
                    " tool or language can be joined. Nothing was written."
                )
            copy = lesson_rows.copy_lesson(connection, lesson_rows.id_of(gone))
            lesson_rows.join(connection, copy, lesson_rows.id_of(kept))
        return ChangedLesson(find_lesson(store, kept.id), copy)


def restore_lesson(config: Config, copy: LessonCopy) -> Lesson:
    """Put a lesson back that was deleted or joined; return it.

    Raises:
        NotFound: a session that it was learned of was forgotten since: its words may be that session's.
    """
    id_ = f"l-{copy.key.hex()}"
    sessions = lesson_rows.list_sessions(copy)
    with Store.open(config.home) as store:
        with store.begin_writing() as connection:
            if lesson_cases.find_stored(connection, sessions) != sessions:
                raise NotFound(f"{id_} does not come back: a session that it was learned of was forgotten since.")
            lesson_rows.put_back(connection, copy)
        return find_lesson(store, id_)


def find_like(config: Config, name: str, now: datetime) -> tuple[LikeLesson, ...]:
    """Return lessons on the same tool or language that may say the same, the most similar first.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
    """
    with Store.open(config.home, readonly=True) as store:
        lesson = find_lesson(store, name)
        near = lessons.find_neighbours(store.connection, lesson.kind, lesson.subject)
        others = lessons.read_by_key(store.connection, [key for key in near if f"l-{key.hex()}" != lesson.id])
        work = lessons.read_last_work(store.connection, now)
    found = [LikeLesson(show_at(one, work), _compare(lesson, one)) for one in others.values()]
    found.sort(key=lambda one: (-one.similarity, one.lesson.id))
    return tuple(one for one in found if one.similarity >= _LEAST_LIKE)[:_MOST_OFFERED]


def _compare(one: Lesson, other: Lesson) -> float:
    """Return how alike two lessons are: by what they are known by, or by their words."""
    return max(measure_similarity(one, other), measure_overlap(one.description, other.description))
