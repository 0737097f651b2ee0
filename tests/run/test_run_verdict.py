# ruff: noqa: RUF001  # what tools print
"""Whether a run passed: the tools' own words beside the status, and nothing claimed where they disagree."""

import pytest

from twiceshy.commands.testlog.output_parser import MOST_PROBLEMS
from twiceshy.run.run_verdict import RunEnd, judge_run

RED = "FAILED tests/test_a.py::test_x - assert 1 == 2\n1 failed, 4 passed in 0.31s"
GREEN = "5 passed in 0.31s"
SAYS = "pytest says 1 failed, 4 passed"
NOTHING = "no summary was read, and the command"
LATE = "ended by --timeout 1 min after 1 min. Status 124"

VERDICTS = [
    # nothing is claimed
    ("pytest", GREEN, RunEnd("completed", 2), "unknown", "pytest says 5 passed, but the status is 2"),
    ("pytest", RED, RunEnd("completed", 0), "unknown", "pytest says 1 failed, 4 passed, but the status is 0"),
    ("pytest", "no tests ran in 0.01s", RunEnd("completed", 5), "unknown", "no test ran; status 5"),
    ("pytest", GREEN, RunEnd("timeout_overall", None, LATE), "unknown", f"pytest says 5 passed; {LATE}"),
    ("pytest", "....", RunEnd("timeout_overall", None, LATE), "unknown", LATE),
    ("go test -json ./... | python3 a.py", "", RunEnd("completed", 0), "unknown", f"{NOTHING} hides its status"),
    ("make || true", "", RunEnd("completed", 0), "unknown", f"{NOTHING} hides its status"),
    ("grep -q x a.py", "", RunEnd("completed", 1), "unknown", "status 1, which can mean no as well as an error"),
    ("", "ready", RunEnd("end_of_input", None), "unknown", "no summary was read, and a pipe tells no status"),
    # what is sure
    ("pytest", GREEN, RunEnd("completed", 0), "passed", "pytest says 5 passed; status 0"),
    ("pytest", RED, RunEnd("completed", 1), "failed", "pytest says 1 failed, 4 passed; status 1"),
    ("pytest | tail", RED, RunEnd("completed", 0), "failed", f"{SAYS}; the command hides its status"),
    ("pytest", RED, RunEnd("timeout_overall", None, LATE), "failed", f"pytest says 1 failed, 4 passed; {LATE}"),
    ("", RED, RunEnd("end_of_input", None), "failed", "pytest says 1 failed, 4 passed"),
    ("prettier --write src", "a.ts 9ms", RunEnd("completed", 0), "passed", "no summary was read; status 0"),
    ("./deploy", "done", RunEnd("completed", 0), "passed", "no summary was read; status 0"),
    ("./deploy", "oh", RunEnd("completed", 3), "failed", "no summary was read; status 3"),
    ("npm start", "up", RunEnd("success", None, 'ended 0 s after "up"'), "passed", 'ended 0 s after "up"'),
    ("npm start", "oh", RunEnd("failure", None, 'ended 0 s after "oh"'), "failed", 'ended 0 s after "oh"'),
]  # fmt: skip


@pytest.mark.parametrize(("command", "output", "end", "result", "reason"), VERDICTS)
def test_a_verdict_says_what_it_rests_on(command: str, output: str, end: RunEnd, result: str, reason: str) -> None:
    """Summary and status have to agree, unless the command hides its status."""
    found = judge_run(command, output, end)

    assert (found.result, found.reason) == (result, reason)


def test_what_tests_print_is_not_what_their_runner_says() -> None:
    """A suite may print another tool's words; the tool of the command line speaks for itself."""
    printed = "src/a.ts(1,2): error TS2304: Cannot find name 'x'.\n5 passed in 0.31s"

    assert judge_run("pytest", printed, RunEnd("completed", 0)).result == "passed"


NAMES = [
    ("pytest", "ERROR tests/test_a.py - ImportError: no x\n1 error in 0.10s", ["tests/test_a.py"]),
    ("pytest", f"tests/test_a.py:3: coroutine 'f' was never awaited\n{RED}", ["tests/test_a.py::test_x"]),
    (
        "python -m unittest",
        f"{'=' * 70}\nFAIL: test_x (a.T.test_x)\nSome promise.\n{'-' * 70}\nOh\n\nFAILED (failures=1)",
        ["test_x (a.T.test_x)"],
    ),
    (
        "python -m unittest",
        f"{'=' * 70}\nFAIL: test_x (a.T.test_x)\n{'-' * 70}\nError: 1\n\nRan 2 tests in 0.1s\n\nFAILED (failures=1)",
        ["test_x (a.T.test_x)"],
    ),
    (
        "jest",
        "FAIL src/a.test.js\n  ● sums › adds\n\n    oh\n\nTests:       1 failed, 2 passed, 3 total",
        ["sums › adds"],
    ),
    ("go test ./...", "--- FAIL: TestA (0.00s)\n    a_test.go:3: oh\nFAIL\nFAIL\tshop/a\t0.1s\nFAIL", ["TestA"]),
    ("go test ./...", "# shop/a\na.go:3:1: oh\nFAIL\tshop/a [build failed]\nFAIL", ["shop/a"]),
    (
        "cargo test",
        "test a::b ... FAILED\n\ntest result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out",
        ["a::b"],
    ),
]


@pytest.mark.parametrize(("command", "output", "names"), NAMES)
def test_failing_tests_have_the_names_of_their_tool(command: str, output: str, names: list[str]) -> None:
    """So that it can run them again; a file or package that could not be read stands for its tests."""
    assert [one.test for one in judge_run(command, output, RunEnd("completed", 1)).failing_tests] == names


def test_what_is_counted_and_not_named_is_said() -> None:
    """The names of an output that was cut, or of very many failures, are not complete."""
    many = "\n".join(f"FAILED tests/test_a.py::test_{number} - oh" for number in range(MOST_PROBLEMS + 20))
    found = judge_run("pytest", f"{many}\n{MOST_PROBLEMS + 20} failed in 3.00s", RunEnd("completed", 1))

    assert (len(found.failing_tests), found.unnamed) == (MOST_PROBLEMS, 20)


def test_a_test_that_failed_twice_is_one_test() -> None:
    """At its setup and at its teardown: none is left without a name."""
    twice = "ERROR a.py::test_x - KeyError: 1\n\x1b[31mERROR\x1b[0m a.py::test_x - KeyError: 2\n2 errors in 0.10s"
    found = judge_run("pytest", twice, RunEnd("completed", 1))

    assert ([one.test for one in found.failing_tests], found.unnamed) == (["a.py::test_x"], 0)


def test_a_very_long_name_is_cut_where_it_can_be_seen() -> None:
    """Nobody takes its beginning for a name."""
    found = judge_run("pytest", f"FAILED a.py::t[{'x' * 550}] - oh\n1 failed in 1.00s", RunEnd("completed", 1))

    assert [(len(one.test), one.test[-1]) for one in found.failing_tests] == [(500, "…")]


def test_names_do_not_steer_a_terminal() -> None:
    """They are what somebody else's program printed."""
    found = judge_run("pytest", "FAILED a.py::t[\x9b2J\u202ex] - oh\n1 failed in 1.00s", RunEnd("completed", 1))

    assert [one.test for one in found.failing_tests] == ["a.py::t[2Jx]"]
