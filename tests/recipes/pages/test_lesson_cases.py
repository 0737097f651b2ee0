"""recipes.pages.lesson_cases: every time that a lesson was seen, a part at a time."""

from datetime import date
from pathlib import Path

from tests.doors.web.dashboard.lesson_stores import find_one, learn_some

from twiceshy.recipes.pages.lesson_cases import list_lesson_cases


def test_the_parts_are_all_cases(scratch_home: Path) -> None:
    """Each once, the newest first."""
    config = learn_some(scratch_home)
    lesson = find_one(config)
    first = list_lesson_cases(config, lesson.id, skip=0, limit=2)
    rest = list_lesson_cases(config, lesson.id, skip=2, limit=2)
    cases = [*first.cases, *rest.cases]

    assert (first.total, len(first.cases), len(rest.cases), rest.skipped) == (3, 2, 1, 2)
    assert len({one.occurrence.event for one in cases}) == 3
    assert all(one.stored for one in cases)
    assert first.months == {date(2026, 9, 1): 3}


def test_sessions_since_it_was_first_seen_are_counted(scratch_home: Path) -> None:
    """All began at once here: none is later."""
    config = learn_some(scratch_home)

    assert list_lesson_cases(config, find_one(config).id, skip=0, limit=9).again.n == 0
