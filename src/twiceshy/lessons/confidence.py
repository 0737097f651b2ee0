"""How confident a lesson is, how that grows with its observations, and which state it has.

``C = M e / (e + k + w_f f) * 0.95^floor(days / 30)`` with ``e = n^g + w_s s``: n observations, s warnings after which
what they warned of did not happen, f warnings that were wrong. The constants were fitted to the points that were asked
for: 50 % at 3 observations, 75 at 10, 92 at 45, 95 at 100.

A lesson leaves shadow without a person (``settle_state``) when it is not a mere quotation, was observed at least
``_ACTIVE_OBSERVATIONS`` times in at least ``_ACTIVE_SESSIONS`` sessions, and no more of its warnings were wrong than
right. Observed often in one session is one session's trouble; observed in two, it comes again. Both numbers are guesses
of 2026-11-21. Of a lesson that a bundle names which a person added, or that the work of several people of the team
shows, one observation here is enough: that it comes again was seen elsewhere. A person's rating moves the confidence,
and by itself no state: ``mute`` is what ends a lesson.
"""

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from twiceshy.base.values import Severity
from twiceshy.records.lessons import LastWork, Lesson, LessonState, WeighedLesson

_CEILING, _GROWTH, _HALF_POINT = 0.9859, 0.9449, 2.7497
_SUCCESS_WEIGHT, _FAILURE_WEIGHT = 1.0, 3.0
_NEW_CONFIDENCE = 0.5
"""What a lesson shows until its third observation, unless there is evidence against it: asked for with the points
above."""
_SURE_OF_NEW = 3
"""Observations from which the formula alone counts: asked for with the points above."""
DECAY, DECAY_DAYS = 0.95, 30
_EVOLVE_FROM, _PRESS_FROM = 5, 15
"""Observations from which contexts and the fix are shown; from which it is raised and put first."""
_ACTIVE_OBSERVATIONS, _ACTIVE_SESSIONS = 3, 2
_ARCHIVE_AFTER = timedelta(days=182)
"""Half a year without being seen: asked for."""
_ARCHIVE_AFTER_SESSIONS = 200
"""Sessions of its projects after a lesson without a date was last seen (guess, 2026-11-22: about half a year's)."""
_DOUBT_AFTER, _DOUBT_BELOW = timedelta(days=90), 0.70
_NEUTRAL = 3
"""Of a rating from 1 to 5, what says neither (by definition: ``records.ratings.NUMBERS``)."""
_STATES_OF_PERSONS = frozenset({LessonState.MUTED, LessonState.PROMOTED})
"""States that only a person gives and takes."""


def compute_confidence(n: int, *, successes: int = 0, failures: int = 0, days: float = 0.0) -> float:
    """Compute the confidence, from 0 to ``_CEILING``; ``days`` is the time since the lesson was last observed.

    >>> [round(100 * compute_confidence(n)) for n in (1, 3, 10, 45, 100)]
    [50, 50, 75, 92, 95]
    """
    evidence = max(n, 0) ** _GROWTH + _SUCCESS_WEIGHT * successes
    fresh = _CEILING * evidence / (evidence + _HALF_POINT + _FAILURE_WEIGHT * failures)
    if n < _SURE_OF_NEW and not failures:
        fresh = max(fresh, _NEW_CONFIDENCE)
    return float(fresh * DECAY ** int(max(days, 0.0) // DECAY_DAYS))


def measure_age(lesson: WeighedLesson, work: LastWork) -> timedelta:
    """Return how long a lesson was not seen while work went on; nothing where it has no date."""
    unseen = work.find_end(lesson) - lesson.last_seen if lesson.last_seen else timedelta(0)
    return max(unseen, timedelta(0))


def confidence_at(lesson: WeighedLesson, work: LastWork) -> float:
    """Return the lesson's confidence today; a person's word on it counts as one more success or failure."""
    days = measure_age(lesson, work).total_seconds() / 86400
    word = _NEUTRAL if lesson.rating is None else lesson.rating
    return compute_confidence(
        lesson.observations,
        successes=lesson.successes + (word > _NEUTRAL),
        failures=lesson.failures + (word < _NEUTRAL),
        days=days,
    )


def evolve_lesson(lesson: Lesson) -> Lesson:
    """Return the lesson in the form that it is shown in at its number of observations.

    Contexts and the fix are left out below ``_EVOLVE_FROM``; from ``_PRESS_FROM`` on a minor one is major, and it comes
    first.
    """
    if lesson.observations < _EVOLVE_FROM:
        return replace(lesson, contexts=(), always_inject=False)
    if lesson.observations < _PRESS_FROM:
        return replace(lesson, always_inject=False)
    raised = Severity.MAJOR if lesson.severity is Severity.MINOR else lesson.severity
    return replace(lesson, severity=raised, always_inject=True)


class Hearsay(NamedTuple):
    """What is known of a lesson besides its own evidence."""

    over: bool = False
    """What it is about is known to be gone."""
    endorsed: bool = False
    """A bundle that a person added names it, or the work of several people of the team shows it."""
    disputed: bool = False
    """Only the team's work shows it, and as many people dismissed it as kept it."""


NOTHING_KNOWN = Hearsay()


def hear_team(lesson: Lesson, known: Hearsay = NOTHING_KNOWN) -> Hearsay:
    """Return what is known of a lesson besides its own evidence, with what its team says of it."""
    if lesson.team is None:
        return known
    if lesson.team.disputed:
        return known._replace(disputed=lesson.team.only)
    return known._replace(endorsed=True)


def settle_state(lesson: Lesson, work: LastWork, known: Hearsay = NOTHING_KNOWN) -> LessonState:
    """Return the state that a lesson's evidence gives it; a state that a person decided stays."""
    if lesson.state in _STATES_OF_PERSONS:
        return lesson.state
    unseen = measure_age(lesson, work)
    if known.over or unseen > _ARCHIVE_AFTER or work.later_sessions.get(lesson.id, 0) > _ARCHIVE_AFTER_SESSIONS:
        return LessonState.ARCHIVED
    if lesson.quoted or known.disputed or lesson.failures > lesson.successes:
        return LessonState.SHADOW
    if not known.endorsed and not comes_again(lesson):
        return LessonState.SHADOW
    if unseen > _DOUBT_AFTER and confidence_at(lesson, work) < _DOUBT_BELOW:
        return LessonState.SHADOW
    return LessonState.ACTIVE


def explain_waiting(lesson: Lesson) -> str:
    """Return what a lesson in shadow waits for, the rules of ``settle_state`` in words; empty of any other."""
    if lesson.state is not LessonState.SHADOW:
        return ""
    if lesson.quoted:
        return "your yes, as it only quotes what was said"
    if lesson.team is not None and lesson.team.disputed:
        return "your yes, as people of your team disagree about it"
    if lesson.failures > lesson.successes:
        return "your yes, as advice from it failed more often than it helped"
    if not comes_again(lesson):
        return f"being seen {_ACTIVE_OBSERVATIONS} times in {_ACTIVE_SESSIONS} sessions, or your yes"
    return "being seen again, as it was not of late, or your yes"


def comes_again(lesson: Lesson) -> bool:
    """Tell whether it was observed often enough here to be used without a person's or a bundle's word."""
    return is_frequent(lesson.observations, lesson.sessions)


def is_frequent(observations: int, sessions: int) -> bool:
    """Tell whether so many observations in so many sessions are no accident."""
    return observations >= _ACTIVE_OBSERVATIONS and sessions >= _ACTIVE_SESSIONS


def rate_review_priority(confidence: float, observations: int) -> float:
    """Rate how much a review by a person would help: uncertainty times frequency.

    >>> rate_review_priority(0.5, 10), rate_review_priority(0.75, 10), rate_review_priority(1.0, 10)
    (10.0, 5.0, 0.0)
    """
    return (1 - abs(2 * confidence - 1)) * observations
