"""The review queue: one lesson a screen, in the order of what an answer would change, and a key for each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twiceshy.base.errors import NotFound
from twiceshy.doors.web.dashboard.asked import Asked, Drawn
from twiceshy.doors.web.dashboard.one_lesson import describe_story
from twiceshy.lessons import recipes as lessons
from twiceshy.recipes import pages

if TYPE_CHECKING:
    from twiceshy.recipes.pages import ReviewQueue

_ROWS = 20  # of the data, as the terminal's list has them
_MOST_ROWS = 500  # that one request may ask for (guess, 2026-11-23)


def read_queue(asked: Asked) -> ReviewQueue:
    """Return what `twiceshy lessons review` lists, from the one that is asked about."""
    limit = asked.count("limit", _ROWS, _MOST_ROWS) or _ROWS
    return pages.build_queue(asked.config, asked.now, limit=limit, after=asked.query.get("after", ""))


def draw_queue(found: ReviewQueue, asked: Asked) -> Drawn:
    """Draw the first lesson with everything that speaks for it."""
    words = asked.words
    return Drawn(
        "review.html",
        {
            "total": words.number(found.total),
            "place": words.number(found.passed + 1),
            "last": words.day(found.last_at) if found.last_at else "",
            "due": found.due,
            "passed": found.passed,
            "lesson": _describe_first(found, asked),
        },
    )


def _describe_first(found: ReviewQueue, asked: Asked) -> dict[str, object] | None:
    """Return the lesson to ask about; None where there is none, or it was deleted a moment ago."""
    if not found.lessons:
        return None
    try:
        return describe_story(lessons.show_lesson(asked.config, found.lessons[0].id, asked.now), asked)
    except NotFound:
        return None
