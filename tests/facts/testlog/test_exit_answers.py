"""A "no" is not a failure, and a failure is not a "no"."""

import pytest

from twiceshy.facts.testlog.exit_answers import is_answer

CASES = [
    pytest.param("pytest -q", 1, "", False, id="a test runner's 1 is a failure even when it is silent"),
    pytest.param("rg foo && pytest", 1, "", False, id="what decides the status is the last part"),
    pytest.param("grep -n x a.py", 2, "grep: a.py: No such file or directory", False, id="grep in trouble"),
    pytest.param("grep -n x a.py", 1, "grep: a.py: Permission denied", False, id="words on stderr are trouble"),
    pytest.param("rg foo", None, "", False, id="no status is known"),
    pytest.param("rg foo", 0, "", False, id="found"),
    pytest.param("", 1, "", False, id="no command"),
    pytest.param("rg foo src", 1, "", True, id="nothing found"),
    pytest.param("rg foo src", 1, "Exit code 1\n", True, id="nothing found, told by the agent's own words"),
    pytest.param("cd api && git grep -n foo", 1, "\n", True, id="nothing found below a folder"),
    pytest.param("diff a b", 1, "1c1\n< x\n---\n> y", True, id="they differ"),
    pytest.param("test -f go.mod", 1, "", True, id="no such file, asked politely"),
]


@pytest.mark.parametrize(("command", "exit_code", "output", "expected"), CASES)
def test_status_one_is_read_as_the_command_means_it(
    command: str, exit_code: int | None, output: str, expected: bool
) -> None:
    """POSIX: 0 and 1 are the two answers, a greater status is trouble."""
    assert is_answer(command, exit_code, output) is expected
