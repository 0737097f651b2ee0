"""commands.calls.work_kinds: what a call does for the work."""

import pytest

from twiceshy.commands.calls.work_kinds import name_work
from twiceshy.records.spend import Work


@pytest.mark.parametrize(
    ("action", "head", "expected"),
    [
        pytest.param("read", "", Work.LOOK, id="a file read"),
        pytest.param("web", "", Work.LOOK, id="the web"),
        pytest.param("run", "git diff", Work.LOOK, id="a command that looks"),
        pytest.param("run", "gh pr view", Work.LOOK, id="a review read"),
        pytest.param("write", "", Work.EDIT, id="a new file"),
        pytest.param("run", "go test", Work.CHECK, id="a test runner"),
        pytest.param("run", "mise run lint", Work.CHECK, id="a project's own task that checks"),
        pytest.param("run", "git commit", Work.DELIVER, id="a commit"),
        pytest.param("run", "gh pr create", Work.DELIVER, id="a pull request"),
        pytest.param("run", "sleep", Work.WAIT, id="a sleep"),
        pytest.param("run", "gh pr checks", Work.WAIT, id="checks that run elsewhere"),
        pytest.param("wait", "", Work.WAIT, id="a look at what runs"),
        pytest.param("run", "npm install", Work.COMMAND, id="another command"),
        pytest.param("run", "", Work.COMMAND, id="a command that nobody can name"),
        pytest.param("plan", "", Work.PLAN, id="a to-do list"),
        pytest.param("delegate", "", Work.DELEGATE, id="a subagent's brief"),
        pytest.param("ask", "", Work.TALK, id="a question"),
        pytest.param("other", "", Work.OTHER, id="a server's tool"),
        pytest.param("never heard of", "", Work.OTHER, id="an action of a newer release"),
    ],
)
def test_a_call_is_named_by_what_it_does(action: str, head: str, expected: Work) -> None:
    """By its action; a command by its program and subcommand."""
    assert name_work(action, head) is expected
