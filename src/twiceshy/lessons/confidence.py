"""How far a lesson is believed, what grows with the times it was seen, and where it stands.

``C = M e / (e + k + w_f f) * 0.95^floor(days / 30)`` with ``e = n^g + w_s s``: n observations, s warnings after which
what they warned of did not happen, f warnings that were wrong. The constants were fitted to the points that were asked
for: 50 % at 3 observations, 75 at 10, 92 at 45, 95 at 100.

What makes a lesson leave shadow without a person (``settled``): it is not a mere quotation, it was seen at least
``ACTIVE_OBSERVATIONS`` times in at least ``ACTIVE_SESSIONS`` sessions, and no more of its warnings were wrong than
right. Seen often in one session is one session's trouble; seen in two it comes again. Both numbers are guesses of
2026-11-21.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from twiceshy.records.lessons import Lesson, State
from twiceshy.records.severity import Severity

MOST, GROWTH, HALF = 0.9859, 0.9449, 2.7497
SUCCESS_WEIGHT, FAILURE_WEIGHT = 1.0, 3.0
NEW = 0.5
"""What a lesson shows until its third observation, unless there is evidence against it."""
SURE_OF_NEW = 3
DECAY, DECAY_DAYS = 0.95, 30
EVOLVED, PRESSING = 5, 15
"""Observations from which contexts and the fix are shown; from which it is raised and put first."""
ACTIVE_OBSERVATIONS, ACTIVE_SESSIONS = 3, 2
ARCHIVED_AFTER = timedelta(days=182)
DOUBTED_AFTER, DOUBTED_BELOW = timedelta(days=90), 0.70
PERSONS = frozenset({State.MUTED, State.PROMOTED})
"""States that only a person gives and takes."""


def confidence(n: int, *, successes: int = 0, failures: int = 0, days: float = 0.0) -> float:
    """Between 0 and ``MOST``; ``days`` since it was last seen.

    >>> [round(100 * confidence(n)) for n in (1, 3, 10, 45, 100)]
    [50, 50, 75, 92, 95]
    """
    evidence = max(n, 0) ** GROWTH + SUCCESS_WEIGHT * successes
    fresh = MOST * evidence / (evidence + HALF + FAILURE_WEIGHT * failures)
    if n < SURE_OF_NEW and not failures:
        fresh = max(fresh, NEW)
    return float(fresh * DECAY ** int(max(days, 0.0) // DECAY_DAYS))


def believed(lesson: Lesson, now: datetime) -> float:
    """The lesson's confidence at a time."""
    days = (now - lesson.last_seen).total_seconds() / 86400 if lesson.last_seen else 0.0
    return confidence(lesson.observations, successes=lesson.successes, failures=lesson.failures, days=days)


def evolved(lesson: Lesson) -> Lesson:
    """The lesson as it is shown at its count.

    Contexts and the fix are left out below ``EVOLVED``; from ``PRESSING`` on a minor one is major, and it comes first.
    """
    if lesson.observations < EVOLVED:
        return replace(lesson, contexts=(), always_inject=False)
    if lesson.observations < PRESSING:
        return replace(lesson, always_inject=False)
    raised = Severity.MAJOR if lesson.severity is Severity.MINOR else lesson.severity
    return replace(lesson, severity=raised, always_inject=True)


def settled(lesson: Lesson, now: datetime) -> State:
    """Where a lesson stands by its evidence; what a person decided stays."""
    if lesson.state in PERSONS:
        return lesson.state
    unseen = now - lesson.last_seen if lesson.last_seen else timedelta(0)
    if unseen > ARCHIVED_AFTER:
        return State.ARCHIVED
    if lesson.quoted or lesson.failures > lesson.successes:
        return State.SHADOW
    if lesson.observations < ACTIVE_OBSERVATIONS or lesson.sessions < ACTIVE_SESSIONS:
        return State.SHADOW
    if unseen > DOUBTED_AFTER and believed(lesson, now) < DOUBTED_BELOW:
        return State.SHADOW
    return State.ACTIVE


def scope_of(*, files: int, projects: int) -> str:
    """How wide a lesson holds: a project unless it was seen in two."""
    if projects >= 2:
        return "user"
    return "file" if files == 1 and projects == 1 else "project"


def worth_asking(lesson: Lesson, now: datetime) -> float:
    """Uncertainty times frequency: what a person should look at first."""
    sure = believed(lesson, now)
    return (1 - abs(2 * sure - 1)) * lesson.observations
