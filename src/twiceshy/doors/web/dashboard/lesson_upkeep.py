"""What an export would write, and what clearing would remove: shown before either is done."""

from twiceshy.base.errors import UsageError
from twiceshy.doors.web.dashboard.asked import Asked, Done, Drawn
from twiceshy.doors.web.dashboard.lesson_list import draw_row
from twiceshy.lessons import recipes as lessons
from twiceshy.recipes import pages
from twiceshy.records.lesson_lists import LessonList, LessonQuestion
from twiceshy.records.lessons import LessonState

_MOST_ROWS = 500  # promoted lessons that are listed (guess, 2026-11-23: a person promoted each)


def read_upkeep(asked: Asked) -> LessonList:
    """Return what `twiceshy lessons list --state promoted` says: these are exported."""
    question = LessonQuestion(LessonState.PROMOTED.value, limit=_MOST_ROWS)
    return pages.choose_lessons(asked.config, question, asked.now)


def draw_upkeep(found: LessonList, asked: Asked) -> Drawn:
    """Draw both previews."""
    words = asked.words
    return Drawn(
        "lesson_upkeep.html",
        {
            "promoted": words.plural(found.total, "lesson"),
            "rows": [draw_row(one, asked) for one in found.lessons],
            "known": found.known,
            "all": words.plural(found.known, "lesson"),
            "decided": [
                (state.value, words.number(count))
                for state in (LessonState.PROMOTED, LessonState.MUTED)
                if (count := found.states.get(state, 0))
            ],
        },
    )


def clear_all(asked: Asked) -> Done:
    """Remove every lesson and every decision about one, if there are as many as the person saw.

    Raises:
        UsageError: there are others by now.
    """
    known = pages.choose_lessons(asked.config, LessonQuestion("all", limit=0), asked.now).known
    if asked.query.get("seen") != str(known):
        raise UsageError(f"there are {known} lessons by now. Nothing was removed; look at it again.")
    return Done(f"Removed {asked.words.plural(lessons.clear(asked.config), 'lesson')}.")
