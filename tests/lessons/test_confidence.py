"""lessons.confidence: the points it was asked for, what moves belief and what never may, where a lesson stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lessons.builders import a_lesson

from twiceshy.lessons.confidence import (
    Hearsay,
    compute_confidence,
    confidence_at,
    evolve_lesson,
    explain_waiting,
    measure_age,
    rate_review_priority,
    settle_state,
)
from twiceshy.records.findings import Severity
from twiceshy.records.lessons import LastWork, Lesson, LessonState

NOW = datetime(2026, 11, 21, tzinfo=UTC)
TODAY = LastWork(now=NOW)
COUNTS = st.integers(0, 10_000)


@pytest.mark.parametrize(("n", "percent"), [(1, 50), (3, 50), (10, 75), (45, 92), (100, 95)])
def test_the_points_that_were_asked_for(n: int, percent: int) -> None:
    """A new lesson shows .5 until its third observation; then 50, 75, 92, 95 %."""
    assert round(100 * compute_confidence(n)) == percent


@given(COUNTS, COUNTS, COUNTS)
def test_a_success_never_lowers_belief(n: int, successes: int, failures: int) -> None:
    """Nor does an observation, however often it was wrong."""
    before = compute_confidence(n, successes=successes, failures=failures)

    assert compute_confidence(n, successes=successes + 1, failures=failures) >= before
    assert n < 2 or compute_confidence(n + 1, successes=successes, failures=failures) >= before
    assert 0 <= before < 1


@given(st.integers(3, 1000), COUNTS, COUNTS)
def test_evidence_against_it_stays(n: int, successes: int, failures: int) -> None:
    """A wrong warning lowers belief at once and for good: no count of the same makes up for it entirely."""
    assert compute_confidence(n, successes=successes, failures=failures + 1) < compute_confidence(
        n, successes=successes, failures=failures
    )


@given(st.integers(1, 1000), st.floats(0, 3000))
def test_it_fades_by_five_percent_in_thirty_days(n: int, days: float) -> None:
    """In steps, from the day that it was last seen."""
    assert compute_confidence(n, days=days + 30) == pytest.approx(0.95 * compute_confidence(n, days=days))


def test_a_lesson_is_believed_by_its_own_counts() -> None:
    """And its own days."""
    lesson = a_lesson(observations=10, last_seen=NOW - timedelta(days=31))

    assert confidence_at(lesson, TODAY) == pytest.approx(0.95 * compute_confidence(10))
    assert confidence_at(replace(lesson, last_seen=None), TODAY) == compute_confidence(10)


def test_it_grows_with_its_count() -> None:
    """Contexts from the fifth observation; raised and put first from the fifteenth; critical stays critical."""
    lesson = a_lesson(contexts=(".py",), severity=Severity.MINOR)
    young, grown, pressing = (evolve_lesson(replace(lesson, observations=n)) for n in (4, 5, 15))

    assert (young.contexts, grown.contexts) == ((), (".py",))
    assert (grown.severity, grown.always_inject) == (Severity.MINOR, False)
    assert (pressing.severity, pressing.always_inject) == (Severity.MAJOR, True)
    assert evolve_lesson(replace(pressing, severity=Severity.CRITICAL)).severity is Severity.CRITICAL


SETTLED = [
    pytest.param(a_lesson(observations=3, sessions=2), LessonState.ACTIVE, id="three times in two sessions"),
    pytest.param(a_lesson(observations=2, sessions=2), LessonState.SHADOW, id="twice"),
    pytest.param(a_lesson(observations=50, sessions=1), LessonState.SHADOW, id="in one session only"),
    pytest.param(
        a_lesson(observations=50, sessions=9, quoted=True), LessonState.SHADOW, id="a quotation never by itself"
    ),
    pytest.param(
        a_lesson(observations=9, sessions=3, failures=2, successes=1), LessonState.SHADOW, id="wrong more than right"
    ),
    pytest.param(
        a_lesson(observations=9, sessions=3, state=LessonState.MUTED), LessonState.MUTED, id="muted by a person"
    ),
    pytest.param(
        a_lesson(observations=1, sessions=1, quoted=True, state=LessonState.PROMOTED),
        LessonState.PROMOTED,
        id="promoted",
    ),
    pytest.param(
        a_lesson(observations=90, sessions=9, last_seen=NOW - timedelta(days=200)),
        LessonState.ARCHIVED,
        id="half a year ago",
    ),
    pytest.param(
        a_lesson(observations=5, sessions=3, last_seen=NOW - timedelta(days=100)),
        LessonState.SHADOW,
        id="faded and unseen",
    ),
    pytest.param(
        a_lesson(observations=90, sessions=9, last_seen=NOW - timedelta(days=100)),
        LessonState.ACTIVE,
        id="unseen, yet sure",
    ),
    pytest.param(
        a_lesson(observations=5, sessions=3, state=LessonState.ARCHIVED),
        LessonState.ACTIVE,
        id="seen again after the archive",
    ),
]


@pytest.mark.parametrize(("lesson", "state"), SETTLED)
def test_where_a_lesson_stands(lesson: Lesson, state: LessonState) -> None:
    """By its evidence, unless a person decided."""
    assert settle_state(lesson, TODAY) is state


def test_a_lesson_ages_only_while_work_is_recorded() -> None:
    """Logs of last year count as of their own time, each project's by itself; a clock in the future ages nothing."""
    old = NOW - timedelta(days=400)
    lesson = a_lesson(observations=5, sessions=3, last_seen=old, scope_of="shop")
    ends = {"shop": old + timedelta(days=1), "api": NOW}

    assert settle_state(lesson, LastWork(now=NOW, by_project=ends)) is LessonState.ACTIVE
    assert settle_state(replace(lesson, scope_of="api"), LastWork(now=NOW, by_project=ends)) is LessonState.ARCHIVED
    everywhere = replace(lesson, scope="user", scope_of="")
    assert settle_state(everywhere, LastWork(now=NOW, by_project=ends)) is LessonState.ARCHIVED
    assert measure_age(lesson, LastWork(now=NOW, by_project={"shop": old - timedelta(days=9)})) == timedelta(0)
    ahead = LastWork(now=NOW, by_project={"shop": NOW + timedelta(days=999)})
    assert measure_age(replace(lesson, last_seen=NOW), ahead) == timedelta(0)


def test_without_a_date_a_lesson_ages_by_the_sessions_after_it() -> None:
    """No date is not old."""
    lesson = a_lesson(observations=5, sessions=3, last_seen=None)

    assert settle_state(lesson, LastWork(now=NOW, later_sessions={lesson.id: 200})) is LessonState.ACTIVE
    assert settle_state(lesson, LastWork(now=NOW, later_sessions={lesson.id: 201})) is LessonState.ARCHIVED


def test_what_is_known_to_be_gone_is_archived() -> None:
    """Unless a person decided."""
    lesson = a_lesson(observations=5, sessions=3)

    assert settle_state(lesson, TODAY, Hearsay(over=True)) is LessonState.ARCHIVED
    assert settle_state(replace(lesson, state=LessonState.PROMOTED), TODAY, Hearsay(over=True)) is LessonState.PROMOTED


def test_a_person_is_asked_first_about_what_is_unsure_and_frequent() -> None:
    """Not about what is nearly certain, nor about what happened once."""
    known = (a_lesson(observations=n, failures=f, last_seen=NOW) for n, f in ((12, 3), (12, 0), (3, 1)))
    unsure, sure, rare = (rate_review_priority(confidence_at(one, TODAY), one.observations) for one in known)

    assert unsure > sure
    assert unsure > rare


def test_a_bundles_word_makes_one_observation_enough() -> None:
    """Not a quotation, nor what was wrong here, nor what a person muted."""
    once, named = a_lesson(observations=1, sessions=1, last_seen=NOW), Hearsay(endorsed=True)

    assert settle_state(once, TODAY) is LessonState.SHADOW
    assert settle_state(once, TODAY, named) is LessonState.ACTIVE
    assert settle_state(replace(once, quoted=True), TODAY, named) is LessonState.SHADOW
    assert settle_state(replace(once, failures=1), TODAY, named) is LessonState.SHADOW
    assert settle_state(replace(once, state=LessonState.MUTED), TODAY, named) is LessonState.MUTED


@pytest.mark.parametrize(("rating", "like"), [(5, {"successes": 1}), (3, {}), (2, {"failures": 1})])
def test_a_persons_word_counts_once_and_ends_no_lesson(rating: int, like: dict[str, Any]) -> None:
    """As one more success or failure of its confidence; its state stays what its own evidence gives."""
    lesson = a_lesson(observations=10, sessions=3, state=LessonState.ACTIVE, last_seen=NOW)
    rated = replace(lesson, rating=rating)

    assert confidence_at(rated, TODAY) == confidence_at(replace(lesson, **like), TODAY)
    assert settle_state(rated, TODAY) is LessonState.ACTIVE


def test_a_lesson_in_shadow_says_what_it_waits_for() -> None:
    """By the same rules that keep it there; one that is told waits for nothing."""
    seen = replace(a_lesson(), state=LessonState.SHADOW, observations=25, sessions=18)
    waits = {
        "as it only quotes": replace(seen, quoted=True),
        "failed more often": replace(seen, failures=2, successes=1),
        "3 times in 2 sessions": replace(seen, observations=2),
        "not of late": seen,
    }

    assert all(why in explain_waiting(one) for why, one in waits.items())
    assert explain_waiting(replace(seen, state=LessonState.ACTIVE)) == ""
