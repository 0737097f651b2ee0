"""What the buttons of a lesson do: each by the flow of `twiceshy lessons`, and each with what takes it back.

A form says what the person saw. Where somebody else decided or wrote since, nothing is written.
"""

from twiceshy.base.errors import UsageError
from twiceshy.doors.web.dashboard.asked import Asked, Done
from twiceshy.doors.web.dashboard.links import link_lesson
from twiceshy.lessons import recipes as lessons
from twiceshy.recipes import pages
from twiceshy.records.lesson_copies import LessonCopy
from twiceshy.records.lessons import Lesson, LessonState, OwnWords


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
