"""recipes.pages.lesson_changes: lessons that say the same become one, and each change is taken back whole."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.archive.conftest import stored
from tests.doors.web.dashboard.boards import NOW
from tests.doors.web.dashboard.lesson_stores import OTHER, learn_some
from tests.lessons.recipes.test_learn_from_sessions import failed

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.lessons.recipes.lesson_reviews import decide, delete, edit
from twiceshy.recipes.keep.forget_records import forget
from twiceshy.recipes.pages.lesson_changes import find_like, merge_lessons, restore_lesson
from twiceshy.records.lessons import LessonCopy, LessonState
from twiceshy.records.upkeep import Extent

TABLES = ("lesson", "lesson_key", "lesson_review", "mistake_patterns", "mistake_occurrences")


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return learn_some(scratch_home)


def everything(config: Config) -> list[object]:
    """All rows on lessons, but for numbers that only SQLite counts by."""
    found: list[object] = []
    with Store.open(config.home, readonly=True) as store:
        for table in TABLES:
            rows = store.connection.execute(f"SELECT * FROM {table}")  # of our own
            names = [column[0] for column in rows.description]
            kept = [place for place, name in enumerate(names) if name not in {"id", "pattern_id", "at"}]
            found += sorted(repr([row[place] for place in kept]) for row in rows)
    return found


def names(config: Config) -> tuple[str, str]:
    """The lesson of one case, and that of three."""
    few, many = sorted(list_lessons(config, NOW), key=lambda one: one.observations)
    return few.id, many.id


def remove(config: Config) -> LessonCopy:
    return delete(config, names(config)[1], NOW).copy


def join(config: Config) -> LessonCopy:
    return merge_lessons(config, *reversed(names(config))).copy


@pytest.mark.parametrize("change", [remove, join])
def test_a_change_is_taken_back_whole(config: Config, change: Callable[[Config], LessonCopy]) -> None:
    """With the person's decisions and words, and as often as it is made."""
    decide(config, names(config)[1], LessonState.PROMOTED, NOW)
    edit(config, names(config)[1], "mine", None, NOW)
    before = everything(config)

    for _ in range(2):
        copy = change(config)
        assert everything(config) != before
        restore_lesson(config, copy)
        assert everything(config) == before


def test_what_is_learned_later_goes_to_the_one_that_is_left(config: Config) -> None:
    """And comes back with the other one."""
    few, many = names(config)
    done = merge_lessons(config, few, many)
    assert (done.lesson.id, done.lesson.observations) == (many, 4)
    with Store.open(config.home) as store:
        stored(store, failed("four", output=OTHER))
    learn_lessons(config)
    assert [one.observations for one in list_lessons(config, NOW)] == [5]

    assert restore_lesson(config, done.copy).observations == 2
    assert sorted(one.observations for one in list_lessons(config, NOW)) == [2, 3]


def test_what_was_forgotten_does_not_come_back(config: Config) -> None:
    """Its words may be those of the session."""
    few, _ = names(config)
    copy = delete(config, few, NOW).copy
    with Store.open(config.home) as store:
        ((session,),) = store.connection.execute("SELECT hex(uid) FROM session WHERE native_id = 'three'")
    forget(config, Extent(session=f"s-{session.lower()}"), NOW, dry_run=False)

    with pytest.raises(NotFound, match="forgotten since"):
        restore_lesson(config, copy)


def test_lessons_on_other_things_are_not_joined(scratch_home: Path) -> None:
    """Nor one with itself."""
    config = load({}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        stored(store, failed("one", 2))
        stored(store, failed("py", output="E   ModuleNotFoundError: No module named 'zebra'\n1 failed\n"))
    learn_lessons(config)
    found = [one.id for one in list_lessons(config, NOW)]

    for one in found:
        with pytest.raises(UsageError):
            merge_lessons(config, found[0], one)


def test_what_may_say_the_same_is_offered(config: Config) -> None:
    """Never the lesson itself."""
    few, many = names(config)

    assert [one.lesson.id for one in find_like(config, few, NOW)] in ([many], [])
