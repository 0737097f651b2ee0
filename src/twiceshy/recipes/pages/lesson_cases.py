"""List the times that a lesson was seen, a part at a time, with how they lie in time."""

from twiceshy.archive import lesson_rows
from twiceshy.archive.db import Store
from twiceshy.archive.reads import lesson_cases, lessons
from twiceshy.base.config import Config
from twiceshy.lessons.recipes.lesson_reviews import find_lesson
from twiceshy.records.lessons import LessonCase, LessonCases
from twiceshy.stats.intervals import measure_share


def list_lesson_cases(config: Config, name: str, *, skip: int, limit: int) -> LessonCases:
    """Return a part of a lesson's cases, the newest first.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
    """
    with Store.open(config.home, readonly=True) as store:
        lesson = find_lesson(store, name)
        key = lesson_rows.id_of(lesson)
        found = list(lessons.read_occurrences(store.connection, key, limit, skip=skip))
        stored = lesson_cases.find_stored(store.connection, {one.session for one in found})
        return LessonCases(
            total=lesson.observations,
            cases=tuple(LessonCase(one, one.session in stored) for one in found),
            skipped=skip,
            months=lesson_cases.count_months(store.connection, key),
            again=measure_share(*lesson_cases.count_again(store.connection, key)),
        )
