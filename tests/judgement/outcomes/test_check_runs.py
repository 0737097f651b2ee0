"""judgement.outcomes.check_runs: what the last checks after a piece of work said."""

import pytest
from tests.judgement.outcomes.agent import Agent

from twiceshy.judgement.outcomes.check_runs import (
    CheckRun,
    count_named_files,
    find_check_runs,
    find_ran_tests,
    judge_checks,
)
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


# A command that runs tests is known by its words or by what it says.


@pytest.mark.parametrize(
    ("command", "output", "status", "found"),
    [
        ("pytest -q", "3 passed in 0.1s", 0, [(True, False)]),
        ("pytest -q | tail -1", "1 failed, 2 passed in 0.1s", 0, [(False, True)]),
        ("./check-all", "1 failed, 2 passed in 0.1s", 1, [(False, False)]),
        ("pytest -q", "", 0, [(True, False)]),
        ("ruff check .", "All checks passed!", 0, []),
        ("ruff check . && pytest -q", "a.py:1:1 F401 unused\nFound 1 error.", 1, []),
        ("ls", "3 passed in 0.1s", 0, []),
    ],
)
def test_tests_are_found_with_their_end(
    command: str, output: str, status: int, found: list[tuple[bool | None, bool]]
) -> None:
    """Green or not, and whether a pipe hides the status."""
    agent = Agent()
    agent.runs(command, output, status)

    assert [(one.green, one.hidden) for one in find_ran_tests(agent.story.moments)] == found


def test_a_refused_command_ran_nothing() -> None:
    """A person said no."""
    agent = Agent()
    agent.runs("pytest", "")
    agent.moments[0] = agent.moments[0]._replace(step=agent.moments[0].step._replace(failure="rejected"))

    assert list(find_ran_tests(agent.story.moments)) == []


# Files that tests named are counted by how the tests ended.


@pytest.mark.parametrize(
    ("command", "output", "files", "named"),
    [
        ("pytest tests/test_a.py", "1 passed in 0.1s", ["tests/test_a.py", "src/a.py"], (0, 1, 1)),
        ("pytest", "src/a.py:3: AssertionError\n1 failed in 0.1s", ["src/a.py"], (1, 0, 0)),
        ("pytest", "/home/dev/web/src/a.py:3: E\n1 failed in 0.1s", ["src/a.py"], (1, 0, 0)),
        ("pytest", "a.py:3: E\n1 failed in 0.1s", ["src/a.py"], (0, 0, 1)),
        ("pytest -q", "1 passed in 0.1s", ["src/a.py"], (0, 0, 1)),
        ("pytest tests/test_a.py", "1 passed in 0.1s", [], (0, 0, 0)),
    ],
)
def test_a_run_names_files_by_its_command_or_its_words(
    command: str, output: str, files: list[str], named: tuple[int, int, int]
) -> None:
    """Red, green and unnamed; the name alone of a file in a folder means any."""
    agent = Agent()
    agent.runs(command, output, int("failed" in output))
    moments = agent.story.moments

    assert count_named_files(files, find_ran_tests(moments), moments) == named
