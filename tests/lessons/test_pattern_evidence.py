"""lessons.pattern_evidence: what a pattern's later calls do to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from twiceshy.lessons.patterns import (
    add_observation,
    add_prevention,
    add_success,
    decay,
    drop_refuted,
    rate_of_success,
    rate_pattern,
    successes_in,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def a_pattern(**more: Any) -> dict[str, Any]:
    return {
        "id": "p",
        "tool": "release",
        "error_category": "INCORRECT_PARAMETER",
        "mistake_pattern": {"parameter": "namespace", "common_mistakes": ["theirs"]},
        "prevention_steps": [],
        "observations": 10,
        "success_after_prevention": 0,
        "confidence": 0.75,
        "first_seen": "2026-11-01T00:00:00",
        "last_seen": "2026-11-20T00:00:00",
    } | more


def checked(check: str) -> dict[str, Any]:
    return {"parameter": "namespace", "validation": {"check": check}, "common_mistakes": []}


def test_a_false_alarm_lowers_belief_once_for_each_call() -> None:
    """A call that the pattern did not speak against says nothing."""
    matched = add_success(a_pattern(), {"namespace": "theirs"}, [])
    other = add_success(a_pattern(), {"namespace": "mine"}, [])

    assert (matched["false_alarms"], matched["confidence"]) == (1, rate_pattern(matched))
    assert matched["confidence"] < 0.75
    assert (other.get("false_alarms"), other["confidence"]) == (None, 0.75)


def test_false_alarms_are_counted_up_to_an_end() -> None:
    """So that a pattern that is as good as dead is not written at every call."""
    found = a_pattern(
        error_category="WORKFLOW_SEQUENCE",
        observations=1,
        mistake_pattern={"parameter": ""},
        prevention_steps=[{"action": "call_tool_first", "tool": "push"}],
    )
    for _ in range(10):
        found = add_success(found, {}, [])

    assert found["false_alarms"] == 3
    assert add_success(found, {}, []) == found


def test_a_validator_of_few_failures_falls_with_one_success_that_it_refuses() -> None:
    """In the pattern and in its steps; one that refuses no success stays."""
    step = {"action": "validate_parameter", "parameter": "namespace", "validation": {"regex": "[0-9]+"}}
    pattern = a_pattern(mistake_pattern=checked("len(namespace) < 9"), prevention_steps=[step], observations=2)

    kept = drop_refuted(pattern, [{"namespace": "1234567890"}])
    gone = drop_refuted(pattern, [{"namespace": "mine"}])

    assert kept == pattern
    assert ("validation" in gone["mistake_pattern"], gone["prevention_steps"]) == (False, [])


def test_a_validator_of_many_failures_survives_one_lucky_success() -> None:
    """It falls when such calls go on to work: other values, or the same one again and again."""
    pattern = a_pattern(mistake_pattern=checked("len(namespace) < 9"), observations=5)
    once = add_success(pattern, {"namespace": "mine", "tags": ["a"]}, [])
    other = add_success(once, {"namespace": "yours"}, [])
    again = add_success(once, {"namespace": "mine"}, [])

    assert ["validation" in one["mistake_pattern"] for one in (once, other, again)] == [True, False, False]


def test_values_that_worked_are_kept_for_later() -> None:
    """The first twenty; and they are what a validator learned later is held against."""
    found = a_pattern()
    for number in range(30):
        found = add_success(found, {"namespace": f"n{number}"}, [])

    assert found["worked_values"] == [f"n{number}" for number in range(20)]
    assert {"namespace": "n3"} in successes_in([found], "release")
    assert successes_in([found], "deploy") == []


def test_the_newest_wrong_values_are_kept() -> None:
    """Ten of them; one seen again is new."""
    found = a_pattern(mistake_pattern={"parameter": "namespace", "common_mistakes": []})
    for name in [*"abcdefghijkl", "c"]:
        found = add_observation(
            found, a_pattern(observations=1, mistake_pattern={"parameter": "namespace", "common_mistakes": [name]})
        )

    assert found["mistake_pattern"]["common_mistakes"] == [*"defghijkl", "c"]
    assert found["observations"] == 23


def test_counts_of_each_user_are_kept_apart() -> None:
    """A rate is null until a warning was heeded or not."""
    found = add_observation(a_pattern(), a_pattern(observations=1), user="ann")
    found = add_observation(found, a_pattern(observations=1), user="bob", warned=True)
    found = add_prevention(found, "bob")

    assert found["users"] == {
        "ann": {"observations": 1, "success_rate": None},
        "bob": {"observations": 1, "failed_after_warning": 1, "success_after_prevention": 1, "success_rate": 0.5},
    }
    assert (found["failed_after_warning"], found["success_after_prevention"]) == (1, 1)
    assert rate_of_success({"false_alarms": 3}) is None


@pytest.mark.parametrize(("days", "expected"), [(0, 0.75), (29, 0.75), (30, 0.7125), (90, 0.643), (-5, 0.75)], ids=str)
def test_confidence_decays_with_each_whole_month(days: int, expected: float) -> None:
    """Five percent for each, and once only, however often it is asked for."""
    found = decay(a_pattern(last_seen=f"{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%S}"), NOW)

    assert round(found["confidence"], 4) == expected
    assert decay(found, NOW) == found


def test_a_pattern_without_a_readable_time_stays() -> None:
    """Nothing is known of its age."""
    odd = a_pattern(last_seen="long ago")

    assert decay(odd, NOW) == odd
