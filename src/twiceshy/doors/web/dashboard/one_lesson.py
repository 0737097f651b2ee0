"""One lesson: why it is believed, every case of it, what became of it, and what a person may decide."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from twiceshy.base.errors import NotFound
from twiceshy.doors.web.dashboard.asked import Asked, Drawn, link_lesson, link_message
from twiceshy.doors.web.page_templates import write_json
from twiceshy.doors.web.report_parts import write_minute
from twiceshy.doors.web.side_by_side import pair_texts
from twiceshy.lessons import recipes as lessons
from twiceshy.recipes import pages
from twiceshy.records import ids
from twiceshy.records.lessons import Lesson, LessonState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twiceshy.lessons.recipes import LessonStory
    from twiceshy.recipes.pages import LikeLesson, ReviewQueue
    from twiceshy.records.lessons import LessonCase, LessonCases


_CASES = 50  # of a part (guess, 2026-11-23)
_MOST = 999_999_999  # cases that may be skipped (defined by `Asked.count`)
_LEAST_SESSIONS = 5  # below which a share of later sessions is not said (guess, 2026-11-23)
_STATES = {
    LessonState.SHADOW: "Watched: no agent hears it yet",
    LessonState.ACTIVE: "Active: agents hear it",
    LessonState.PROMOTED: "Promoted by you: agents hear it",
    LessonState.MUTED: "Muted by you: nobody hears it",
    LessonState.ARCHIVED: "Archived: not seen for half a year of work",
}


def read_story(asked: Asked) -> LessonStory:
    """Return what `twiceshy lessons show` says."""
    return lessons.show_lesson(asked.config, asked.path["id"], asked.now)


def draw_story(found: LessonStory, asked: Asked) -> Drawn:
    """Draw the lesson; its cases and what warnings did come by themselves."""
    return Drawn("lesson.html", {"lesson": describe_story(found, asked)})


def describe_story(found: LessonStory, asked: Asked) -> dict[str, Any]:
    """Return what the templates name of a lesson."""
    lesson = found.lesson
    return {
        "id": lesson.id,
        "href": link_lesson(lesson),
        "slug": lesson.slug,
        "says": lesson.description,
        "cause": lesson.root_cause,
        "state": lesson.state.value,
        "state_says": _STATES[lesson.state],
        "seen_words": lessons.mark_words(lesson),
        "figures": list(_describe_figures(found, asked)),
        "scope": list(_describe_scope(lesson, asked)),
        "hooks": _describe_rules(found, asked),
        "steps": [
            f"{step.action.value.replace('_', ' ')}: {step.tool or step.parameter}; {step.reason}"
            for step in lesson.steps
        ],
        "has_example": bool(lesson.bad and lesson.good),
        "bad": lesson.bad or "",
        "good": lesson.good or "",
        "pairs": pair_texts(lesson.bad, lesson.good) if lesson.bad and lesson.good else None,
    }


def _describe_figures(found: LessonStory, asked: Asked) -> Iterator[tuple[str, str]]:
    """Yield names and values of what speaks for it; what was not measured is left out."""
    lesson, words = found.lesson, asked.words
    yield "confidence", words.percent(lesson.confidence)
    places = f"{words.plural(lesson.sessions, 'session')} of {words.plural(lesson.projects, 'project')}"
    yield "seen", f"{words.plural(lesson.observations, 'time')} in {places}" if lesson.sessions else "not here"
    if lesson.first_seen and lesson.last_seen:
        yield "first and last", f"{words.day(lesson.first_seen)}, {words.day(lesson.last_seen)}"
    if found.gone_after_s is not None:
        yield "solved after", f"{words.rough_duration(found.gone_after_s)} (median of the times that it was solved)"
    if lesson.models:
        ordered = sorted(lesson.models.items(), key=lambda item: (-item[1], item[0]))
        yield "made by", ", ".join(f"{model or 'an unnamed model'} {words.number(count)}" for model, count in ordered)
    if lesson.rating is not None:
        yield "your rating", f"{lesson.rating} of 5"


def _describe_scope(lesson: Lesson, asked: Asked) -> Iterator[tuple[str, str]]:
    """Yield where it holds."""
    where = lesson.scope_of or f"all of yours: it was seen in {asked.words.plural(lesson.projects, 'project')}"
    yield "holds in", where
    yield "about", f"{lesson.subject}, {lesson.category} ({lesson.severity.value})"
    if lesson.contexts:
        yield "seen in", ", ".join(lesson.contexts)


def _describe_rules(found: LessonStory, asked: Asked) -> str:
    """Describe whether a hook can know what it warns of before it happens."""
    if found.rules:
        return f"{asked.words.plural(found.rules, 'rule')} made of it: hooks warn before the call."
    if found.has_trigger:
        return "No rule is made of it yet: hooks do not warn of it."
    return "Nothing shows it before the call or edit: hooks cannot warn of it, briefs and searches tell it."


def read_cases(asked: Asked) -> LessonCases:
    """Return a part of the times that it was seen."""
    skip = asked.count("skip", 0, _MOST)
    return pages.list_lesson_cases(asked.config, asked.path["id"], skip=skip, limit=_CASES)


def draw_cases(found: LessonCases, asked: Asked) -> Drawn:
    """Draw the cases; each leads to its message."""
    shown = found.skipped + len(found.cases)
    return Drawn(
        "lesson_cases.html",
        {
            "id": asked.path["id"],
            "total": asked.words.plural(found.total, "case"),
            "again": _describe_again(found, asked),
            "plot": "" if found.skipped or len(found.months) < 2 else write_json(_plot_months(found)),
            "months": [(month, asked.words.number(count)) for month, count in _name_months(found)],
            "first": found.skipped == 0,
            "cases": [_describe_case(one) for one in found.cases],
            "left": asked.words.number(found.total - shown) if shown < found.total and found.cases else "",
            "next": shown,
        },
    )


def _describe_again(found: LessonCases, asked: Asked) -> str:
    """Describe how often it comes again, with the interval; empty where that cannot be said."""
    again, words = found.again, asked.words
    if again.n < _LEAST_SESSIONS:
        return ""
    of = f"{words.number(again.hits)} of {words.plural(again.n, 'later session')} of its projects"
    return f"It came again in {of}: {words.percent(again.share)} (95 %: {words.interval(again)})."


def _name_months(found: LessonCases) -> list[tuple[str, int]]:
    return [(f"{month:%Y-%m}", count) for month, count in found.months.items()]


def _plot_months(found: LessonCases) -> dict[str, Any]:
    """Return the cases of each month, as the page's script draws them."""
    starts = [datetime(month.year, month.month, 1, tzinfo=UTC) for month in found.months]
    return {
        "form": "stack",
        "unit": "",
        "step": "month",
        "x": [int(start.timestamp()) for start in starts],
        "series": [{"name": "cases", "values": list(found.months.values())}],
    }


def _describe_case(case: LessonCase) -> dict[str, str]:
    one = case.occurrence
    return {
        "at": write_minute(one.at) if one.at else "",
        "session": ids.shorten(ids.SESSION, one.session),
        "href": link_message(one.session, one.event) if case.stored else "",
        "project": one.project,
        "file": one.file or "",
        "model": one.model,
        "said": one.message,
    }


def read_like(asked: Asked) -> tuple[LikeLesson, ...]:
    """Return the lessons that may say the same."""
    return pages.find_like(asked.config, asked.path["id"], asked.now)


def draw_like(found: tuple[LikeLesson, ...], asked: Asked) -> Drawn:
    """Draw each with a button that joins the two."""
    words = asked.words
    rows = [
        {
            "id": one.lesson.id,
            "href": link_lesson(one.lesson),
            "says": one.lesson.description,
            "state": one.lesson.state.value,
            "seen": words.number(one.lesson.observations),
            "alike": words.percent(one.similarity),
        }
        for one in found
    ]
    return Drawn("lesson_like.html", {"like": rows, "id": asked.path["id"]})


# The review queue: one lesson a screen, in the order of what an answer would change, and a key for each answer.

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
