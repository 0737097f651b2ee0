"""A "no" is not a failure, and a failure is not a "no"."""

import pytest

from twiceshy.commands.testlog.exit_answers import ends_programs, is_answer, was_ended_by_itself

FAILURES = [
    pytest.param("pytest -q", 1, "", id="a test runner's 1 is a failure even when it is silent"),
    pytest.param("bin/test src/tests", 1, "", id="a project's own program of that name"),
    pytest.param("rg foo && pytest", 1, "", id="what decides the status may be the last part"),
    pytest.param("npm test && grep done log", 1, "", id="or the first"),
    pytest.param("diff a b && npm test", 1, "1c1", id="the tests may have decided"),
    pytest.param("grep -n x a.py", 2, "grep: a.py: No such file or directory", id="grep in trouble"),
    pytest.param("grep -n x a.py", 1, "grep: a.py: Permission denied", id="words on stderr are trouble"),
    pytest.param("rg x lib/*.py", 1, "zsh:1: no matches found: lib/*.py", id="the shell ran nothing"),
    pytest.param("cd nowhere && ls", 1, "bash: cd: nowhere: No such file or directory", id="the folder is not there"),
    pytest.param("ls -la src && cat notes", 2, "ls: cannot access 'src'", id="more was wanted than to look"),
    pytest.param("git diff --check", 2, "a.py:3: trailing whitespace.", id="a check, not a question"),
    pytest.param("git rev-parse main2", 128, "fatal: ambiguous argument 'main2'", id="a name that was taken for one"),
    pytest.param("set -o pipefail; make | grep x", 1, "", id="the pipe's first part may have failed"),
    pytest.param("which node", 127, "which: command not found", id="the probe itself is not there"),
    pytest.param("ls --nope", 2, "ls: unrecognized option '--nope'", id="asked in the wrong way"),
    pytest.param("git show-ref", 1, "fatal: not a git repository", id="asked in the wrong place"),
    pytest.param("rg foo", None, "", id="no status is known"),
    pytest.param("rg foo", 0, "", id="found"),
    pytest.param("", 1, "", id="no command"),
    pytest.param("grep 'open", 2, "unexpected EOF", id="a line that no shell takes"),
]
ANSWERS = [
    pytest.param("rg foo src", 1, "", id="nothing found"),
    pytest.param("rg foo src", 1, "Exit code 1\n", id="nothing found, told by the agent's own words"),
    pytest.param("cd api && git grep -n foo", 1, "\n", id="nothing found below a folder"),
    pytest.param("grep -n a f; grep -n b f", 1, "3:a", id="an earlier part found something"),
    pytest.param("grep -c x f", 1, "0", id="counted none"),
    pytest.param("grep -q x f", 1, "", id="asked for the status alone"),
    pytest.param("cat f | grep x", 1, "", id="nothing found in a pipe"),
    pytest.param("find . -name a | xargs grep x", 123, "", id="nothing found by any of several"),
    pytest.param("diff a b", 1, "1c1\n< x\n---\n> y", id="they differ"),
    pytest.param("cmp a b", 1, "a b differ: byte 1", id="they differ somewhere"),
    pytest.param("git add x && git diff --cached --quiet", 1, "", id="something is staged"),
    pytest.param("git diff --exit-code", 1, "diff --git a/x b/x", id="something was changed"),
    pytest.param("test -f go.mod", 1, "", id="no such file, asked politely"),
    pytest.param("[ -d build ]", 1, "", id="no such folder"),
    pytest.param("[[ -f a ]] && echo yes", 1, "", id="no such file, and nothing to say"),
    pytest.param("ls build", 2, "ls: cannot access 'build': No such file or directory", id="nothing to list"),
    pytest.param("ls *.go", 1, "(eval):1: no matches found: *.go", id="nothing of the kind to list"),
    pytest.param("which fileicon", 1, "fileicon not found", id="no such program"),
    pytest.param("command -v node", 1, "", id="no such program, asked of the shell"),
    pytest.param("type tox", 1, "bash: type: tox: not found", id="no such program, asked of the shell in words"),
    pytest.param("pgrep -f server", 1, "", id="not running"),
    pytest.param("kill -0 4711", 1, "kill: (4711) - No such process", id="no such process"),
    pytest.param("git rev-parse --verify topic", 128, "fatal: Needed a single revision", id="no such branch"),
    pytest.param("git show-ref refs/heads/topic", 1, "", id="no such ref"),
    pytest.param("git ls-files --error-unmatch a", 1, "error: pathspec 'a' did not match", id="not tracked"),
    pytest.param("git config --get user.signingkey", 1, "", id="not set"),
    pytest.param("bash -c 'grep x y'", 1, "", id="asked by a line in a line"),
]


@pytest.mark.parametrize(("command", "exit_code", "output"), FAILURES)
def test_a_failure_stays_one(command: str, exit_code: int | None, output: str) -> None:
    """POSIX: 0 and 1 are the two answers, a greater status is trouble."""
    assert not is_answer(command, exit_code, output)


@pytest.mark.parametrize(("command", "exit_code", "output"), ANSWERS)
def test_an_answer_is_no_failure(command: str, exit_code: int, output: str) -> None:
    """A probe that says no has worked."""
    assert is_answer(command, exit_code, output)


@pytest.mark.parametrize(
    ("command", "exit_code", "expected"),
    [
        pytest.param("npm test", 143, False, id="somebody else ended it"),
        pytest.param("kill 4711", 1, False, id="no signal was passed on"),
        pytest.param("npm start & sleep 3; kill $!; wait", 143, True, id="it was only started to be looked at"),
        pytest.param("timeout 5 npm start", 124, False, id="a limit that was given is not an end that was chosen"),
    ],
)
def test_a_line_may_end_what_it_started(command: str, exit_code: int, expected: bool) -> None:
    """The status of a program that the same line ended is no failure."""
    assert was_ended_by_itself(command, exit_code) is expected


def test_what_sends_signals_is_known_by_its_name() -> None:
    """A word in a text sends none."""
    assert ends_programs("pkill -f server")
    assert not ends_programs("echo kill")
