"""judgement.outcomes.check_runs: what the last checks after a piece of work said."""

import pytest

from twiceshy.judgement.outcomes.check_runs import CheckRun, find_check_runs, judge_checks
from twiceshy.records.findings import CheckKind, Verdict
from twiceshy.records.outcomes import UNKNOWN_OUTCOME, Answer
from twiceshy.records.stories import Moment, Step


def verdict(tool: str, kind: CheckKind, *, green: bool, confidence: float = 0.9) -> Verdict:
    return Verdict(tool=tool, kind=kind, green=green, confidence=confidence, by="summary")


def check(place: int, *verdicts: Verdict) -> CheckRun:
    return CheckRun(place, bytes([place]), verdicts)


GREEN, RED = verdict("pytest", "test", green=True), verdict("pytest", "test", green=False)


def test_no_checks_in_the_time_leave_it_unknown() -> None:
    """Neither end belongs to it."""
    assert judge_checks([], 0, 9) == UNKNOWN_OUTCOME
    assert judge_checks([check(0, RED), check(9, RED)], 0, 9) == UNKNOWN_OUTCOME


def test_the_last_verdict_of_each_tool_counts() -> None:
    """Red first and green in the end is green; one tool that stays red makes it red."""
    other = verdict("jest", "test", green=False, confidence=0.7)

    found = judge_checks([check(1, RED), check(2, GREEN)], 0, 9)
    assert (found.answer, found.why, found.proof) == (Answer.YES, "test-green-by-summary", ("02",))
    found = judge_checks([check(1, other), check(2, RED), check(3, GREEN)], 0, 9)
    assert (found.answer, found.why, found.confidence, found.proof) == (Answer.NO, "test-red-by-summary", 0.7, ("01",))


def test_tests_count_before_builds_and_these_before_linters() -> None:
    """What is weaker says nothing where something stronger ran."""
    lint, build = verdict("ruff", "lint", green=False), verdict("make", "build", green=False)
    types = verdict("mypy", "types", green=True)

    assert judge_checks([check(1, lint, build, types, GREEN)], 0, 9).why == "test-green-by-summary"
    assert judge_checks([check(1, lint, build, types)], 0, 9).why == "build-red-by-summary"
    assert judge_checks([check(1, lint, types)], 0, 9).why == "types-green-by-summary"
    assert judge_checks([check(1, lint)], 0, 9).why == "lint-red-by-summary"


def test_it_is_as_sure_as_the_least_sure_that_decides() -> None:
    """At most two calls are named as proof, each once."""
    unsure = verdict("a", "test", green=True, confidence=0.6)
    checks = [check(1, unsure, verdict("b", "test", green=True)), check(2, GREEN)]
    found = judge_checks([*checks, check(3, verdict("c", "test", green=True))], 0, 9)

    assert (found.confidence, found.proof) == (0.6, ("01", "02"))


def moment(failure: str | None = None, action: str = "run", text: str = "= 3 passed in 0.1s =") -> Moment:
    step = Step(kind="call", uid=b"u", run=None, name="Bash", action=action, failure=failure)
    return Moment(step, text=text, command="pytest -q", exit_code=0)


@pytest.mark.parametrize(
    ("found", "one"),
    [
        (True, moment()),
        (False, moment("rejected")),
        (False, moment("interrupted")),
        (False, moment("cascade")),
        (False, moment(action="read")),
    ],
)
def test_a_command_that_ran_and_checked_something_is_found(one: Moment, *, found: bool) -> None:
    """One that was refused or stopped said nothing of the work."""
    runs = find_check_runs([moment(action="edit"), one])

    assert [(run.place, run.call, run.green) for run in runs] == ([(1, b"u", True)] if found else [])
