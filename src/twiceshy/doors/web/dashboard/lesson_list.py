"""Mistakes and lessons: fifty at a time, by state, category and project, in the order that is asked for."""

from typing import Any

from twiceshy.base.errors import UsageError
from twiceshy.doors.web.dashboard.asked import Asked, Drawn
from twiceshy.doors.web.dashboard.links import link_lesson
from twiceshy.recipes import pages
from twiceshy.records.lesson_lists import LessonList, LessonOrder, LessonQuestion
from twiceshy.records.lessons import Lesson, LessonState

_ROWS = 50  # on a page (guess, 2026-11-23)
_MOST_ROWS = 500  # that one request may ask for (guess, 2026-11-23)
_ORDERS = {
    LessonOrder.SEEN: "most often seen",
    LessonOrder.SURE: "surest",
    LessonOrder.NEWEST: "last seen",
    LessonOrder.COST: "longest to get over",
}
_STATES = {
    "shown": "in use",
    "all": "all",
    LessonState.SHADOW.value: "watched, not told yet",
    LessonState.ACTIVE.value: "active",
    LessonState.PROMOTED.value: "promoted by you",
    LessonState.MUTED.value: "muted by you",
    LessonState.ARCHIVED.value: "archived: not seen for half a year",
}


def read_list(asked: Asked) -> LessonList:
    """Return what `twiceshy lessons list` says.

    Raises:
        UsageError: there is no such state or order.
    """
    state, order = asked.query.get("state") or "shown", asked.query.get("sort") or LessonOrder.SEEN
    if state not in _STATES or order not in list(LessonOrder):
        known = f"a state is one of {', '.join(_STATES)}; an order one of {', '.join(LessonOrder)}"
        raise UsageError(f"there are no such lessons: {known}.")
    return pages.choose_lessons(
        asked.config,
        LessonQuestion(
            state=state,
            category=asked.query.get("category", ""),
            project=asked.query.get("project", ""),
            order=LessonOrder(order),
            after=asked.query.get("after", ""),
            limit=asked.count("limit", _ROWS, _MOST_ROWS) or _ROWS,
        ),
        asked.now,
    )


def draw_list(found: LessonList, asked: Asked) -> Drawn:
    """Draw the rows, and what they can be narrowed to."""
    words, chosen = asked.words, asked.query
    counts = {"all": found.known, "shown": sum(found.states.get(one, 0) for one in ("active", "promoted"))}
    return Drawn(
        "lessons.html",
        {
            "total": words.plural(found.total, "lesson"),
            "known": words.number(found.known),
            "rows": [draw_row(one, asked) for one in found.lessons],
            "next": {**{key: chosen[key] for key in ("state", "category", "project", "sort") if chosen.get(key)}}
            | {"after": found.next}
            if found.next
            else {},
            "states": [
                (name, f"{says} ({words.number(counts.get(name, found.states.get(name, 0)))})")
                for name, says in _STATES.items()
            ],
            "categories": [
                (name, f"{name} ({words.number(count)})") for name, count in sorted(found.categories.items())
            ],
            "projects": found.projects,
            "orders": list(_ORDERS.items()),
            "chosen": {
                "state": chosen.get("state") or "shown",
                "category": chosen.get("category", ""),
                "project": chosen.get("project", ""),
                "sort": chosen.get("sort") or LessonOrder.SEEN.value,
            },
        },
    )


def draw_row(one: Lesson, asked: Asked) -> dict[str, Any]:
    """Return a lesson's cells."""
    words = asked.words
    return {
        "href": link_lesson(one),
        "says": one.description,
        "state": one.state.value,
        "category": one.category,
        "sure": words.percent(one.confidence),
        "seen": words.number(one.observations),
        "sessions": words.number(one.sessions),
        "where": one.scope_of or words.plural(one.projects, "project"),
        "last": words.day(one.last_seen) if one.last_seen else "",
    }
