"""lessons.validators: forms of good values, and the proof that no call that worked would have been refused."""

import pytest

from twiceshy.lessons.validators import elect_steps, filter_proven, find_requested_form, infer_form, withstands
from twiceshy.records.lessons import PreventionAction, PreventionStep, Validation

FULL = "81e7e87c" * 5


@pytest.mark.parametrize(
    ("bad", "good", "expected"),
    [
        (["81e7e87"], [FULL], "a full commit hash of 40 characters"),
        (["ABC-1"], ["0b4f3c1e-7d1c-4b11-9d55-0f5f8f2b9a10"], "a uuid"),
        (["src/a.py"], ["/home/ann/src/a.py"], "an absolute path"),
        (["[280, 330]"], ["280"], "a whole number"),
        (["MyApp"], ["my-app", "web"], "lower case"),
        (["MyApp"], ["my-app"], None),
        (["one"], ["two"], None),
        ([], ["two"], None),
        ([FULL], [FULL[::-1]], None),
    ],
)
def test_forms(bad: list[str], good: list[str], expected: str | None) -> None:
    """The narrowest form that all good values have and no bad one; a wide one needs two examples."""
    found = infer_form(bad, good)

    assert (found.expected if found else None) == expected


def test_a_form_by_its_name() -> None:
    """What a message asks for in words."""
    found = find_requested_form("parentId must be a UUID")

    assert found is not None
    assert found.expected == "a uuid"
    assert find_requested_form("no such thing") is None


def test_a_validator_that_refuses_a_past_success_is_dropped() -> None:
    """By its check and by its pattern; one that refuses none stays, and so does a step without any."""
    short = PreventionStep(
        action=PreventionAction.VALIDATE_PARAMETER, parameter="command", validation=Validation(check="'-s' in options")
    )
    full = PreventionStep(
        action=PreventionAction.VALIDATE_PARAMETER, parameter="tag", validation=Validation(regex="[0-9a-f]{40}")
    )
    other = PreventionStep(action=PreventionAction.CALL_TOOL_FIRST, tool="list")
    past = [{"options": ["-s"], "tag": FULL}]

    assert filter_proven([short, full, other], past, {}) == (full, other)
    assert filter_proven([short, full, other], [{"options": [], "tag": "81e7e87"}], {}) == (short, other)
    assert filter_proven([short, full, other], [], {}) == (short, full, other)


LUCK = [
    pytest.param(2, 1, False, id="two failures, one success"),
    pytest.param(3, 1, True, id="three failures, one lucky success"),
    pytest.param(5, 2, False, id="five failures, two successes"),
    pytest.param(6, 2, True, id="six failures, two lucky successes"),
]


@pytest.mark.parametrize(("failures", "worked", "stays"), LUCK)
def test_a_validator_that_many_failures_support_survives_luck(failures: int, worked: int, *, stays: bool) -> None:
    """One short hash that only one commit has does not unlearn what failed again and again."""
    full = PreventionStep(
        action=PreventionAction.VALIDATE_PARAMETER, parameter="tag", validation=Validation(regex="[0-9a-f]{40}")
    )
    past = [{"tag": FULL}] * 50 + [{"tag": f"81e7e8{number}"} for number in range(worked)]
    assert full.validation is not None

    assert bool(filter_proven([full], past, {full.validation: failures})) is stays


def test_a_validator_that_cannot_be_read_is_dropped() -> None:
    """It could never be carried out."""
    assert not withstands(Validation(check="import os"), "x", [], 9)
    assert not withstands(Validation(regex="(a+)+"), "x", [], 9)


def test_the_most_proposed_steps_are_taken() -> None:
    """Two votes against one; no proposal, no steps."""
    one, two = (PreventionStep(action=PreventionAction.CALL_TOOL_FIRST, tool=name) for name in ("one", "two"))

    assert elect_steps([(one,), (two,), (two,), ()]) == (two,)
    assert elect_steps([(), ()]) == ()
