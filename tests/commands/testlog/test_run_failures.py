"""Runs that failed without a word of the tool itself."""

import pytest

from twiceshy.commands.testlog import run_failures
from twiceshy.commands.testlog.check_tools import CheckTool
from twiceshy.commands.testlog.command_output import CommandOutput
from twiceshy.commands.testlog.run_failures import HOOK, find_failure

PYTEST = CheckTool("pytest", "test")
LINT = CheckTool("bun run lint", "lint")
NONE = [
    pytest.param("2 passed", 0, True, id="it went well"),
    pytest.param("bash: jq: command not found", 0, False, id="another program is not there"),
    pytest.param("E   ModuleNotFoundError: No module named 'numpy'", 1, True, id="a module of the code is not there"),
    pytest.param("assert text == 'Segmentation fault in x'", None, False, id="a crash in a text"),
    pytest.param("pytest: warning: old settings", 1, False, id="a tool's own warning"),
    pytest.param("", None, False, id="nothing"),
]
SOME = [
    pytest.param("bash: line 1: pytest: command not found", 127, True, "absent", id="not there"),
    pytest.param("zsh: command not found: pytest", None, False, "absent", id="not there, behind a mask"),
    pytest.param("/usr/bin/python3: No module named pytest", 1, True, "absent", id="no such module to run"),
    pytest.param("", 126, True, "absent", id="not to be run"),
    pytest.param("make: *** No rule to make target 'x'.", 2, True, "absent", id="no such target"),
    pytest.param("pytest: error: unrecognized arguments: --nope", 4, False, "status", id="asked in the wrong way"),
    pytest.param("2 passed", 139, True, "ended", id="a crash by its status"),
    pytest.param(
        "2 passed\nbash: line 1: 12 Segmentation fault (core dumped)", None, False, "ended", id="by its words"
    ),
    pytest.param("", 124, True, "ended", id="its time was up"),
    pytest.param("Command timed out after 2m 0.0s", None, False, "ended", id="its time was up, in an agent's words"),
]


@pytest.mark.parametrize(("text", "code", "shown"), NONE)
def test_what_did_not_fail_so_is_left_alone(text: str, code: int | None, shown: bool) -> None:
    """A word in an output is not a failure."""
    assert find_failure([PYTEST], [PYTEST] if shown else [], CommandOutput(text), code) is None


@pytest.mark.parametrize(("text", "code", "shown", "basis"), SOME)
def test_what_failed_says_so(text: str, code: int | None, shown: bool, basis: str) -> None:
    """Whatever was printed before."""
    assert find_failure([PYTEST], [PYTEST] if shown else [], CommandOutput(text), code) == (PYTEST, basis)


def test_what_a_script_starts_may_not_be_there() -> None:
    """The runner prints it before, and the shell's words name it."""
    text = "$ biome check .\nbash: line 1: biome: command not found"
    assert find_failure([LINT], [], CommandOutput(text), 1) == (LINT, "absent")


def test_a_crash_in_a_megabyte_is_found_in_no_time() -> None:
    """Patterns are bounded."""
    assert not run_failures.has_crashed(CommandOutput("error fault " * 100_000))


@pytest.mark.parametrize(
    ("text", "red"),
    [
        pytest.param("the pre-commit hook runs ruff", False, id="prose"),
        pytest.param(
            "ruff.....................................Passed\n- hook id: ruff", False, id="a hook that passed"
        ),
        pytest.param("husky - pre-commit script failed (code 1)", True, id="husky"),
        pytest.param(
            "ruff.....................................Failed\n- hook id: ruff\n- exit code: 1", True, id="pre-commit"
        ),
        pytest.param(" ! [remote rejected] main -> main (pre-receive hook declined)", True, id="a server's hook"),
    ],
)
def test_a_failed_hook_says_so(text: str, red: bool) -> None:
    """In the words of the program that runs it."""
    assert (HOOK.read(CommandOutput(text)) is not None) is red
