"""advice.attempts: what a wrong call cost, and which calls count as tries."""

from typing import Any

import pytest

from twiceshy.advice.attempts import CallTexts, list_attempts, measure_costs
from twiceshy.advice.trials import TrialContext
from twiceshy.base.values import Scrubbed
from twiceshy.records.rules import Fate
from twiceshy.records.stories import Moment, Step, Story

NO_TEXTS = CallTexts({}, {}, {})


def call(number: int, minute: float | None, head: str = "make", **more: Any) -> Step:
    values: dict[str, Any] = {"name": "Bash", "action": "run", "text": head, "head": head}
    at = None if minute is None else minute * 60
    return Step("call", bytes([number]), None, at, **values | more)


def prompt(minute: float, number: int = 99) -> Step:
    return Step("prompt", bytes([number]), None, minute * 60)


def costs(steps: list[Step], *wrong: int, not_made: int = 0) -> dict[int, float]:
    """Minutes by the number of the wrong call."""
    fates = {one.uid: Fate.FAILED if one.uid[0] in wrong else Fate.FINE for one in steps if one.kind == "call"}
    if not_made:
        fates[bytes([not_made])] = Fate.NOT_MADE
    return {uid[0]: minutes for uid, minutes in measure_costs(steps, fates).items()}


def test_a_failure_costs_the_time_until_the_next_try() -> None:
    """Right or wrong: so the tries of one thing add up to the time until it worked."""
    steps = [call(1, 0), call(2, 2, "ls"), call(3, 3), call(4, 7)]
    assert costs(steps, 1, 3) == {1: 3, 3: 4}
    assert costs(steps) == {}


def test_what_is_never_tried_again_ends_with_the_next_call_of_its_sort() -> None:
    """Not with one of another sort, or of another dialogue."""
    read: dict[str, Any] = {"action": "read", "name": "Read", "head": None}
    assert costs([call(1, 0), call(2, 2, **read), call(3, 5, "ls"), call(4, 9, "cat")], 1) == {1: 5}
    assert costs([call(1, 0), call(2, 2, **read)], 1) == {}
    other = call(2, 2)._replace(run=b"a run")
    assert costs([call(1, 0), other], 1) == {}


def test_a_person_s_time_does_not_count() -> None:
    """The gap before a prompt; a clock that goes back takes nothing away."""
    assert costs([call(1, 0), call(2, 1, "ls"), prompt(21), call(3, 23)], 1) == {1: 3}
    assert costs([call(1, 0), prompt(20), call(3, 23)], 1) == {1: 3}
    assert costs([call(1, 5), call(2, 2, "x", action="read"), call(3, 6)], 1) == {1: 1}
    assert costs([call(1, 0), call(2, None, "x", action="read"), call(3, 6)], 1) == {1: 6}


def test_a_cost_has_a_limit() -> None:
    """What takes longer was not waiting for this one thing."""
    assert costs([call(1, 0), call(2, 1000)], 1) == {}


def test_a_refused_call_is_no_try() -> None:
    """It neither costs nor ends what came before."""
    assert costs([call(1, 0), call(2, 1), call(3, 4)], 1, not_made=2) == {1: 4}


@pytest.mark.parametrize(("second", "cost"), [("a.py", 2), ("b.py", 5)])
def test_an_edit_is_tried_again_at_its_file(second: str, cost: float) -> None:
    """By whatever tool; an edit of another file in between does not end it."""
    edits = [
        call(1, 0, action="edit", name="Edit", path="a.py"),
        call(2, 2, action="write", name="Write", path=second),
        call(3, 5, action="edit", name="Edit", path="a.py"),
    ]
    assert costs(edits, 1) == {1: cost}


def context(**more: Any) -> TrialContext:
    values: dict[str, Any] = {"agent": "codex", "folder": "work/shop", "blind": {}, "retries": {}, "paths": {}}
    values |= {"corrected": frozenset(), "taken_back": frozenset()}
    return TrialContext(**values | more)


def story(steps: list[Step]) -> Story:
    return Story(
        session=b"s",
        agent="codex",
        project=Scrubbed("folder:/shop"),
        project_name="shop",
        cwd=Scrubbed("/srv/shop"),
        model="",
        first_at=None,
        last_at=None,
        real=True,
        moments=tuple(Moment(step) for step in steps),
    )


def test_attempts_are_the_calls_that_were_made() -> None:
    """In order; a person's refusal is none, a failed probe is an answer and not wrong."""
    steps = [
        call(1, 0, failure="error"),
        prompt(1),
        call(2, 2, failure="rejected"),
        call(3, 3, "ls", failure="error", text="ls x"),
        call(4, 4),
    ]

    found = list(list_attempts(story(steps), steps, context(), NO_TEXTS))

    ends = [(one.wrong, one.failed, one.minutes) for one in found]
    assert ends == [
        (True, True, 3),
        (False, True, 1),
        (False, False, 0),
    ]
    assert {one.tool for one in found} == {"codex Bash"}
    assert any(sign[0] == "command" for sign in found[0].signs)


def test_an_agent_s_own_refusal_of_an_unread_file_costs_nothing() -> None:
    """Where its tools refuse that; elsewhere the call went wrong."""
    message = "File has not been read yet. Read it first before writing to it."
    steps = [call(1, 0, action="edit", name="Edit", path="a.py", failure="error", message=message)]

    assert list(list_attempts(story(steps), steps, context(refuses_unread=True), NO_TEXTS)) == []
    (one,) = list_attempts(story(steps), steps, context(), NO_TEXTS)
    assert one.wrong


def test_a_corrected_edit_went_wrong_without_having_failed() -> None:
    """A person said so later."""
    steps = [call(1, 0, action="edit", name="Edit", path="a.py")]
    (one,) = list_attempts(story(steps), steps, context(corrected=frozenset({b"\1"})), NO_TEXTS)
    assert (one.wrong, one.failed) == (True, False)
