"""Which lessons a brief gives: those about as near to the task as the nearest, or the surest where there is no task."""

from collections.abc import Iterable, Sequence

from twiceshy.base.values import Severity
from twiceshy.records.lessons import FilePast, Lesson, LessonState, NearLesson

_CLOSE = 0.9
"""Of the nearest lesson's similarity. Guess of 2026-11-21, after six tasks by eye: what is less near was about
something else; and few memories were measured to help more than many (``docs/reference/brief.md``)."""
_SURE, _MOST_STANDING, _MOST_REVIEWED = 0.85, 2, 5
"""Confidence from which a lesson is given without a task, how many lessons at most, and how many of those that a person
reviewed: they are the project's own rules, as many as a brief has lessons (guesses of 2026-11-21 and 24)."""
_GRAVEST_FIRST = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)

_OWN_SCRIPT = "<script>"
"""How a lesson names them (defined by ``lessons``; 2026-11-22)."""
_LEAST_BAD, _LEAST_SESSIONS, _LEAST_SHARE = 3, 2, 0.25
"""Edits of a file that did not stay, sessions with a known edit, and share that did not stay, from which its past is
told. Guesses of 2026-11-22: of most files nothing is taken back."""


def select_close(found: Sequence[NearLesson], least: float = 0.0) -> list[NearLesson]:
    """Return the lessons that are near enough, and about as near to the task as the nearest one.

    Whoever did not ask is told one thing, not five.
    """
    apt = [one for one in found if not _is_own_script(one.lesson)]
    nearest_of_all = max((one.similarity for one in apt), default=0.0)
    return [one for one in apt if one.similarity >= max(least, _CLOSE * nearest_of_all)]


def is_telling(past: FilePast) -> bool:
    """Tell whether the past of a file says more than that edits go well."""
    return past.bad >= _LEAST_BAD and past.sessions >= _LEAST_SESSIONS and past.bad >= _LEAST_SHARE * past.edits


def choose_standing(known: Iterable[Lesson], silent: frozenset[str], project: str) -> list[Lesson]:
    """Return the project's surest lessons, those promoted by a person first, the gravest of each first.

    ``silent``: ids not to give; what a person said yes to is given all the same.
    """
    standing = sorted((one for one in known if is_standing(one, project)), key=_rank)
    reviewed = [one for one in standing if one.state is LessonState.PROMOTED]
    others = [one for one in standing if one.state is not LessonState.PROMOTED and one.id not in silent]
    return [*reviewed, *others][: max(_MOST_STANDING, min(len(reviewed), _MOST_REVIEWED))]


def _rank(lesson: Lesson) -> tuple[int, bool, float, str]:
    return _GRAVEST_FIRST.index(lesson.severity), not lesson.always_inject, -lesson.confidence, lesson.id


def is_standing(lesson: Lesson, project: str) -> bool:
    """Tell whether a lesson is told in this project whatever the task is.

    What a person promoted holds wherever its scope says; what nobody reviewed, only in the project that it is about.
    Errors of an agent's own scripts are no trouble of the project.
    """
    if lesson.state is LessonState.PROMOTED:
        return lesson.scope in {"user", "team"} or lesson.scope_of == project
    sure = lesson.always_inject or lesson.confidence >= _SURE
    here = lesson.scope_of == project and not _is_own_script(lesson)
    return lesson.state is LessonState.ACTIVE and sure and here


def _is_own_script(lesson: Lesson) -> bool:
    """Tell whether a lesson that nobody reviewed is about scripts that an agent writes to try something."""
    return lesson.state is not LessonState.PROMOTED and _OWN_SCRIPT in lesson.description
