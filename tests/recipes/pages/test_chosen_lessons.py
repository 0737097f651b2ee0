"""recipes.pages.chosen_lessons: a part of the lessons, whole, in each order."""

from pathlib import Path

import pytest
from tests.doors.web.dashboard.boards import NOW
from tests.doors.web.dashboard.lesson_stores import learn_some

from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.recipes.pages.chosen_lessons import choose_lessons
from twiceshy.records.lessons import LessonOrder, LessonQuestion


@pytest.mark.parametrize("order", LessonOrder)
def test_each_order_has_every_lesson_as_it_is_shown(scratch_home: Path, order: LessonOrder) -> None:
    """With its confidence of the day; counts are of all, whatever is asked for."""
    config = learn_some(scratch_home)
    found = choose_lessons(config, LessonQuestion("all", order=order), NOW)

    assert sorted(found.lessons, key=lambda one: one.id) == sorted(list_lessons(config, NOW), key=lambda one: one.id)
    assert (found.known, sum(found.states.values()), found.projects) == (2, 2, ("web-shop",))
