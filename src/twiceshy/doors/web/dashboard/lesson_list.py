"""Mistakes and lessons: fifty at a time, by state, category and project, in the order that is asked for."""

from typing import Any

from twiceshy.base.errors import UsageError
from twiceshy.doors.web.dashboard.asked import Asked, Done, Drawn, link_lesson
from twiceshy.lessons import recipes as lessons
from twiceshy.recipes import pages
from twiceshy.records.lessons import Lesson, LessonCopy, LessonList, LessonOrder, LessonQuestion, LessonState, OwnWords

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


# What an export would write, and what clearing would remove: shown before either is done.


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


# What the buttons of a lesson do: each by the flow of `twiceshy lessons`, and each with what takes it back.
#
# A form says what the person saw. Where somebody else decided or wrote since, nothing is written.


def promote(asked: Asked) -> Done:
    """Make the lesson the person's own."""
    return _decide(asked, LessonState.PROMOTED)


def mute(asked: Asked) -> Done:
    """Let nobody hear it."""
    return _decide(asked, LessonState.MUTED)


def unmute(asked: Asked) -> Done:
    """Undo either, so that the evidence decides."""
    return _decide(asked, None)


def put_state(asked: Asked) -> Done:
    """Put back what was decided before."""
    return _decide(asked, _read_state(asked.query.get("state", "")))


def _decide(asked: Asked, state: LessonState | None) -> Done:
    seen = _read_state(asked.query.get("seen", ""))
    lesson = lessons.decide(asked.config, asked.path["id"], state, asked.now, seen=seen)
    says = f"{lesson.slug} is {lesson.state.value}."
    if seen is None:
        return Done(says)
    before = lessons.keep_decision(seen)
    return Done(says, f"/api/lessons/{lesson.id}/state", {"state": before or "", "seen": lesson.state.value})


def edit(asked: Asked) -> Done:
    """Put it in the person's words."""
    name = asked.path["id"]
    before = lessons.read_own_words(asked.config, name)
    description, cause = (asked.query.get(field) or None for field in ("description", "cause"))
    lesson = lessons.edit(asked.config, name, description, cause, asked.now, seen=_read_mark(asked))
    if lessons.mark_words(lesson) == _read_mark(asked):
        return Done(f"{lesson.slug} has these words already: nothing was written.")
    return _tell_words(lesson, before)


def put_words(asked: Asked) -> Done:
    """Take the person's words back: those that they had written before, else what was learned."""
    name = asked.path["id"]
    before = lessons.read_own_words(asked.config, name)
    words = OwnWords(asked.query.get("description"), asked.query.get("cause"))
    return _tell_words(lessons.put_words(asked.config, name, words, seen=_read_mark(asked)), before)


def delete(asked: Asked) -> Done:
    """Delete it, so that it is not learned again."""
    changed = lessons.delete(asked.config, asked.path["id"], asked.now)
    goes_to = "/review" if asked.query.get("back") == "review" else "/lessons"
    return _tell_change(asked, f"{changed.lesson.slug} is deleted, and is not learned again.", changed.copy, goes_to)


def merge(asked: Asked) -> Done:
    """Give its cases to another lesson."""
    changed = pages.merge_lessons(asked.config, asked.path["id"], asked.query.get("into", ""))
    kept = changed.lesson
    says = f"{kept.slug} has its cases now: seen {asked.words.plural(kept.observations, 'time')}."
    return _tell_change(asked, says, changed.copy, link_lesson(kept))


def restore(asked: Asked) -> Done:
    """Put back what was deleted or joined.

    Raises:
        UsageError: the dashboard does not know it any more.
    """
    copy = asked.kept.bring_back(asked.query.get("copy", ""))
    if not isinstance(copy, LessonCopy):
        raise UsageError("that cannot be taken back any more: it was, or the dashboard was started again since.")
    lesson = pages.restore_lesson(asked.config, copy)
    return Done(f"{lesson.slug} is back.", goes_to=link_lesson(lesson))


def _tell_change(asked: Asked, says: str, copy: LessonCopy, goes_to: str) -> Done:
    return Done(says, "/api/lessons/restore", {"copy": asked.kept.put_aside(copy)}, goes_to)


def _tell_words(lesson: Lesson, before: OwnWords) -> Done:
    named = {"description": before.description, "cause": before.root_cause, "seen": lessons.mark_words(lesson)}
    values = {name: text for name, text in named.items() if text is not None}
    return Done(f"{lesson.slug} has other words now.", f"/api/lessons/{lesson.id}/words", values)


def _read_mark(asked: Asked) -> str:
    """Return what tells the words that the person saw.

    Raises:
        UsageError: the form lacks it.
    """
    if not (mark := asked.query.get("seen", "")):
        raise UsageError("the form does not tell which words were seen (`seen`). Open the lesson again.")
    return mark


def _read_state(name: str) -> LessonState | None:
    """Return the state; None for none.

    Raises:
        UsageError: there is no such state.
    """
    if not name:
        return None
    if name not in list(LessonState):
        raise UsageError(f"a lesson is never {name!r:.40}: its states are {', '.join(LessonState)}.")
    return LessonState(name)
