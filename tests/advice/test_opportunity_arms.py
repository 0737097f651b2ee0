"""Opportunity: only sessions that ended before teach, and every way to warn is counted on the same calls."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from twiceshy.advice.opportunity import (
    ARMS,
    ENOUGH_CALLS,
    FIRST_CONFIDENCE,
    OpportunityRow,
    choose_threshold,
    measure_opportunity,
    replay_sessions,
)
from twiceshy.records.effects import Attempt, PastSession

START = datetime(2026, 9, 1, tzinfo=UTC)
BAD, GOOD = ("command", "make broken"), ("command", "make fine")


def call(*, wrong: bool, sign: tuple[str, str] = BAD, minutes: float = 2.0, failed: bool = True) -> Attempt:
    return Attempt((sign,), wrong, minutes if wrong else 0.0, "claude-code Bash", failed and wrong)


def past(day: float, *attempts: Attempt, hours: float = 1, project: str = "shop") -> PastSession:
    at = START + timedelta(days=day)
    return PastSession(at, at + timedelta(hours=hours), project, attempts)


def told(*pasts: PastSession) -> list[OpportunityRow]:
    return list(replay_sessions(pasts, reported=lambda _: True))


def usual(days: int = 12) -> list[PastSession]:
    """One command always fails, another never does."""
    return [past(day, call(wrong=True), *[call(wrong=False, sign=GOOD)] * 9) for day in range(days)]


def test_three_failures_teach_and_the_fourth_is_seen_coming() -> None:
    """And nothing of the command that works."""
    found = measure_opportunity(told(*usual()), rounds=20)
    lessons = found.arms[0]

    assert (found.sessions, found.calls, found.wrong, found.failed) == (12, 120, 12, 12)
    assert (lessons.warnings, lessons.right, found.failed_met) == (9, 9, 9)
    assert lessons.coverage[0] == lessons.cost_coverage[0] == pytest.approx(9 / 12)
    assert lessons.precision[0] == 1
    assert lessons.lift[0] == pytest.approx(10)
    assert [(one.name, one.warnings, one.right, one.minutes) for one in found.kinds] == [("command", 9, 9, 18.0)]


def test_a_session_that_still_runs_teaches_nothing() -> None:
    """The same sessions, each lasting until all have begun."""
    long = [past(day, call(wrong=True), hours=24 * 30) for day in range(12)]

    assert measure_opportunity(told(*long), rounds=5).arms[0].warnings == 0


def test_a_sessions_own_calls_teach_it_nothing() -> None:
    """However often the command fails in it."""
    assert measure_opportunity(told(past(0, *[call(wrong=True)] * 50)), rounds=5).arms[0].warnings == 0


def test_what_works_more_often_than_not_is_not_warned_of() -> None:
    """One failure in four is no reason."""
    pasts = [past(day, call(wrong=True), *[call(wrong=False)] * 3) for day in range(12)]

    assert measure_opportunity(told(*pasts), rounds=5).arms[0].warnings == 0


def test_only_what_is_to_be_learned_from_is() -> None:
    """A project that others taught: none of its own sessions counts."""
    pasts = [past(day, call(wrong=True), project="shop" if day % 2 else "site") for day in range(12)]
    own = list(
        replay_sessions(pasts, reported=lambda one: one.project == "shop", learned=lambda one: one.project == "shop")
    )
    none = list(replay_sessions(pasts, reported=lambda one: one.project == "shop", learned=lambda _: False))

    assert len(own) == len(none) == 6
    assert sum(row.arms[0].warnings for row in own) == 3
    assert sum(row.arms[0].warnings for row in none) == 0


def test_baselines_are_held_to_the_same_number_of_warnings() -> None:
    """The tool as a whole fails once in ten calls: of as many warnings one in ten is right."""
    found = measure_opportunity(told(*usual(30)), rounds=20)
    arms = {arm.name: arm for arm in found.arms}

    assert list(arms) == list(ARMS)
    assert arms["tool only"].warnings == pytest.approx(arms["lessons"].warnings)
    assert arms["tool only"].precision[0] == pytest.approx(0.1)
    low = arms["tool only"].gain[1]
    assert low > 0
    assert arms["static top 5 of the sure"].gain[0] == 0  # there is but one sign to know


def test_shuffled_lessons_lose_what_lessons_know() -> None:
    """Twenty commands fail and twenty now and then: dealt out anew, confidences say little."""
    pasts = []
    for day in range(30):
        fails = [call(wrong=True, sign=("command", f"bad {n}")) for n in range(20)]
        fine = [call(wrong=day % 5 == 0, sign=("command", f"good {n}")) for n in range(20)]
        pasts.append(past(day, *fails, *fine))
    arms = {arm.name: arm for arm in measure_opportunity(told(*pasts), rounds=20).arms}

    assert arms["lessons"].precision[0] > 0.95
    assert arms["shuffled lessons"].precision[0] < 0.75
    assert arms["shuffled lessons"].gain[1] > 0


def test_minutes_weigh_what_is_met() -> None:
    """A costly mistake that is missed leaves most of the minutes."""
    pasts = [
        past(day, call(wrong=True), call(wrong=True, sign=("command", f"new {day}"), minutes=18)) for day in range(9)
    ]
    lessons = measure_opportunity(told(*pasts), rounds=5).arms[0]

    assert lessons.coverage[0] == pytest.approx(6 / 18)
    assert lessons.cost_coverage[0] == pytest.approx(12 / 180)


def test_the_confidence_is_the_lowest_that_is_right_and_rare_enough() -> None:
    """By what is past; too few calls leave it where it began."""
    often = [(0.9, True)] * ENOUGH_CALLS + [(0.5, True)] * ENOUGH_CALLS + [(0.3, False)] * 100
    assert choose_threshold([*often, *[(0.0, False)] * 2_000]) == 0.5
    assert choose_threshold([*often, *[(0.0, False)] * 100]) == FIRST_CONFIDENCE  # more than five of a hundred calls
    assert choose_threshold([(0.9, True)] * (ENOUGH_CALLS - 1)) == FIRST_CONFIDENCE


def test_nothing_to_tell_is_told() -> None:
    """Without a wrong call there is no share of them."""
    found = measure_opportunity(told(past(0, call(wrong=False))), rounds=5)

    assert found.wrong == 0
    assert math.isnan(found.arms[0].coverage[0])
    assert measure_opportunity([], rounds=5).since is None
