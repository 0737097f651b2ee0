"""insights.kinds.hanging_runs: runs that did not end by themselves."""

import pytest
from tests.insights.kinds.histories import history, run, session

from twiceshy.insights.kinds.hanging_runs import find_hanging_runs, find_limit
from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.records.insights import RemedyKind, SettingChange

CUT = "Command timed out after 2m 0.0s"


def cut(command: str = "npm run build", seconds: float | None = 120.0) -> CallAttempt:
    return run(command, AttemptEnd.STOPPED, message=CUT, seconds=seconds)


def test_what_a_person_ends_did_not_hang() -> None:
    """Nor what was cut in one session only, nor a look, nor the agent's own script."""
    stopped = run("npm run build", AttemptEnd.STOPPED, message="[Request interrupted by user]")

    assert list(find_hanging_runs(history(session(stopped), session(stopped)))) == []
    assert list(find_hanging_runs(history(session(cut(), cut())))) == []
    assert list(find_hanging_runs(history(session(cut("tail -f a.log")), session(cut("tail -f a.log"))))) == []
    own = run("echo x > try.py"), cut("python try.py")
    assert list(find_hanging_runs(history(session(*own), session(*own)))) == []


def test_a_limit_below_what_the_command_takes_is_raised() -> None:
    """By the slowest hundredth of the runs that worked, where one agent has such a setting."""
    worked = [run("npm run build", seconds=200.0) for _ in range(5)]
    claude = [one._replace(agent="claude-code") for one in (session(cut(), *worked), session(cut()))]
    (found,) = find_hanging_runs(history(*claude))

    assert found.says == (
        "`npm run` was ended by a time limit 2 of 7 times, in 2 sessions (limit about 120 s); when it works it "
        "takes up to 200 s"
    )
    assert found.remedies[0].kind is RemedyKind.AGENT_SETTING
    assert found.remedies[0].setting == SettingChange("claude-code", "env.BASH_DEFAULT_TIMEOUT_MS", "300000")


def test_what_never_takes_so_long_hangs() -> None:
    """Tests are named one by one; of anything else a person is asked."""
    tests = cut("pytest tests/test_a.py", seconds=None)
    (found,) = find_hanging_runs(history(session(tests), session(tests)))
    assert found.remedies[0].text == (
        "Never run all of `pytest tests/test_a.py` at once: it hits the time limit. Name single tests."
    )

    (found,) = find_hanging_runs(history(session(cut("flask shell")), session(cut("flask shell"))))
    assert found.remedies[0].text == "Never wait for `flask shell` without a time limit: it hangs."

    ends = run("pytest tests/test_a.py", seconds=None)
    (found,) = find_hanging_runs(history(session(tests, ends), session(tests)))
    assert found.remedies == (), "it ends by itself in a third of its tries"


LIMITS = [
    (run("timeout 30 make", seconds=31.0), 30.0),
    (run("timeout -k 5 2m make"), 120.0),
    (run("make", message=CUT), 120.0),
    (run("make", message="command timed out after 10000 milliseconds"), 10.0),
    (run("make", seconds=12.0), 12.0),
    (run("make", seconds=None), None),
]


@pytest.mark.parametrize(("one", "limit"), LIMITS)
def test_the_limit_is_what_ended_the_run(one: CallAttempt, limit: float | None) -> None:
    """By the command, the message, or how long it took."""
    assert find_limit(one) == limit
