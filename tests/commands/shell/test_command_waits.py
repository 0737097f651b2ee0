"""commands.shell.command_waits: what waits on purpose, and what takes its own time."""

from math import inf

import pytest

from twiceshy.commands.shell.command_waits import find_sleep, has_several, is_open_ended


@pytest.mark.parametrize(
    ("command", "seconds"),
    [
        pytest.param("git status", 0, id="no wait"),
        pytest.param("", 0, id="nothing"),
        pytest.param("npm run watcher && echo sleepy", 0, id="like words"),
        pytest.param("git commit -m 'wait; sleep 9'", 0, id="in a text"),
        pytest.param("sleep 30", 30, id="alone"),
        pytest.param("sleep 1.5 && sleep 2m; sleep 1h", 3721.5, id="with units"),
        pytest.param("for i in 1 2; do curl x; sleep 5; done", inf, id="in a loop"),
        pytest.param("gh run watch 12 --exit-status", inf, id="a run of CI"),
        pytest.param("cd web && gh pr checks 7 --watch", inf, id="checks"),
        pytest.param("gh pr checks 7", 0, id="checks once"),
        pytest.param("timeout 60 tail -f log", inf, id="follows a file"),
        pytest.param("tail -5 log", 0, id="reads a file"),
        pytest.param("kubectl rollout status deploy/web", inf, id="a rollout"),
        pytest.param("sleep $WAIT", 0, id="nobody knows how long"),
    ],
)
def test_what_a_command_sleeps(command: str, seconds: float) -> None:
    """Only what stands in its text as a command."""
    assert find_sleep(command) == seconds


@pytest.mark.parametrize(
    ("command", "several"),
    [
        pytest.param("git push", False, id="one"),
        pytest.param("cd web && FOO=1 npm test | tail -5", False, id="one, after a step"),
        pytest.param("git add . && git commit -m x", True, id="two"),
        pytest.param("make fmt\nmake lint", True, id="two lines"),
        pytest.param("git commit -m \"$(cat <<'EOF'\na; b\nEOF\n)\"", False, id="a text of many lines"),
    ],
)
def test_several_commands_in_one(command: str, several: bool) -> None:
    """What only moves or sets a variable is none."""
    assert has_several(command) is several


@pytest.mark.parametrize(
    ("head", "open_ended"),
    [
        pytest.param("git log", False, id="git"),
        pytest.param("gh pr view", False, id="a client"),
        pytest.param("", False, id="no name"),
        pytest.param("pytest", True, id="tests"),
        pytest.param("mise run fmt", True, id="a task"),
        pytest.param("python3", True, id="a program of its own"),
    ],
)
def test_names_that_do_not_tell_how_long(head: str, open_ended: bool) -> None:
    """Tests, builds, tasks and interpreters."""
    assert is_open_ended(head) is open_ended
