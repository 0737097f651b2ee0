"""What was an attempt, and what became of it: read off whole sessions, in order."""

import json

import pytest

from twiceshy.commands.calls.call_status import judge_statuses
from twiceshy.records.attempts import CallStatus, LoggedCall

WAITS = frozenset({"wait_for", "stop_shell"})


def run(uid: str, command: str, exit_code: int | None, output: str = "", **more: object) -> LoggedCall:
    """A command as an agent logs it."""
    given = {"failure": "error" if exit_code else None, "background": False, "done": True, **more}
    return LoggedCall(
        uid=uid.encode(),
        tool="shell",
        action="run",
        command=command,
        given="",
        exit_code=exit_code,
        output=output,
        **given,  # type: ignore[arg-type]
    )


def wait(
    uid: str, exit_code: int | None = None, output: str = "", *, tool: str = "wait_for", **given: object
) -> LoggedCall:
    """A call that waits for a command or types into it."""
    return LoggedCall(
        uid=uid.encode(),
        tool=tool,
        action="other",
        command="",
        given=json.dumps(given),
        failure="error" if exit_code else None,
        exit_code=exit_code,
        output=output,
        background=False,
        done=True,
    )


def judge(*calls: LoggedCall, marks_failures: bool = False) -> dict[str, CallStatus]:
    """What each call was, by its name."""
    found = judge_statuses(calls, WAITS, marks_failures=marks_failures)
    return {one.uid.decode(): one for one in found}


@pytest.mark.parametrize(
    ("call", "failure", "masked"),
    [
        pytest.param(run("a", "pytest", 1, "1 failed"), "error", False, id="a failed test run"),
        pytest.param(run("a", "pytest", 0, "1 passed"), None, False, id="a good one"),
        pytest.param(run("a", "pytest | tail -3", 0, "1 failed"), None, True, id="a pipe hides the status"),
        pytest.param(run("a", "pytest || true", 0), None, True, id="so does what always works"),
        pytest.param(run("a", "grep x y", 1), None, False, id="a probe that answers no has worked"),
        pytest.param(run("a", "npm test | grep FAIL", 1), None, True, id="a probe of what nobody saw"),
        pytest.param(run("a", "npm start & sleep 2; kill $!; wait $!", 143), None, True, id="ended by its own line"),
        pytest.param(run("a", "npm test", 143), "error", False, id="ended by something else"),
        pytest.param(run("a", "make", None, failure="rejected"), "rejected", False, id="refused by a person"),
        pytest.param(run("a", "make", None, "spawn failed", failure="error"), "error", False, id="never started"),
        pytest.param(run("a", "make", None), None, True, id="nobody saw the end"),
        pytest.param(run("a", "make", None, done=False), None, False, id="no result at all"),
    ],
)
def test_a_command_alone(call: LoggedCall, failure: str | None, masked: bool) -> None:
    """The status decides, unless it is an answer or hidden."""
    found = judge(call)["a"]
    assert (found.failure, found.masked) == (failure, masked)


def test_waiting_is_no_attempt_and_gives_its_end_to_the_command() -> None:
    """The command failed, not the call that saw it end."""
    found = judge(
        run("a", "make test", None, "Process running with session ID 7\n"),
        wait("b", session_id=7),
        wait("c", 2, "2 tests failed", session_id=7),
    )
    assert [(one.action, one.failure, one.run) for one in (found["b"], found["c"])] == [("wait", None, b"a")] * 2
    assert (found["a"].failure, found["a"].exit_code, found["a"].masked) == ("error", 2, False)
    assert "2 tests failed" in found["a"].said


def test_a_command_that_ends_well_later_has_worked() -> None:
    """Its status is known then."""
    found = judge(run("a", "make", None, "Process running with session ID 7\n"), wait("b", 0, session_id=7))
    assert (found["a"].failure, found["a"].exit_code, found["a"].masked) == (None, 0, False)


@pytest.mark.parametrize("typed", ["\x03", "\x04", "^C"])
def test_what_the_agent_interrupted_has_not_failed(typed: str) -> None:
    """How a server would have ended is not known."""
    found = judge(
        run("a", "npm start", None, "Process running with session ID 7\n"), wait("b", 130, session_id=7, chars=typed)
    )
    assert (found["b"].failure, found["a"].failure, found["a"].exit_code, found["a"].masked) == (None, None, None, True)


def test_plain_typing_ends_nothing() -> None:
    """An answer to a question is typed too, and the command may fail after it."""
    found = judge(
        run("a", "npm init", None, "Process running with session ID 7\n"), wait("b", 1, "no", session_id=7, chars="y\n")
    )
    assert found["a"].failure == "error"


def test_a_tool_or_a_command_that_stops_it_is_the_agents_doing() -> None:
    """A server stopped by a tool, or by kill, has not failed."""
    started = run("a", "npm start", None, "Command running in background with ID: b7", background=True)
    by_tool = judge(started, wait("b", tool="stop_shell", shell_id="b7"), wait("c", 143, task_id="b7"))
    by_kill = judge(started, run("b", "pkill -f 'npm start'", 0), wait("c", 143, task_id="b7"))
    assert by_tool["a"].failure is None
    assert by_kill["a"].failure is None


def test_a_crash_after_a_kill_of_something_else_stays_a_failure() -> None:
    """Only a signal's status is the work of kill."""
    started = run("a", "make test", None, "Process running with session ID 7\n")
    assert judge(started, run("b", "pkill node", 0), wait("c", 2, "error", session_id=7))["a"].failure == "error"


def test_of_two_commands_each_gets_its_own_end() -> None:
    """By the ids that the log names."""
    found = judge(
        run("a", "make a", None, "Process running with session ID 7\n"),
        run("b", "make b", None, "Process running with session ID 8\n"),
        wait("c", 1, "no rule", session_id=8),
    )
    assert (found["a"].failure, found["b"].failure, found["c"].run) == (None, "error", b"b")


def test_without_ids_only_a_single_command_is_meant() -> None:
    """Of two that go on nobody knows which it was."""
    alone = judge(run("a", "make a", None), wait("b", 1, session_id=9))
    both = judge(run("a", "make a", None), run("b", "make b", None), wait("c", 1, session_id=9))
    assert alone["a"].failure == "error"
    assert (both["a"].failure, both["b"].failure, both["c"].run) == (None, None, None)


def test_a_refused_wait_stays_refused() -> None:
    """A person's no is news, whatever was asked."""
    refused = wait("a", session_id=7)._replace(failure="rejected")
    assert judge(refused)["a"].failure == "rejected"


def test_where_failures_are_always_marked_silence_is_success() -> None:
    """Such an agent's old logs have no status for what worked; what runs in the background is not known."""
    found = judge(run("a", "go vet ./...", None), marks_failures=True)
    assert (found["a"].exit_code, found["a"].masked) == (0, False)
    late = judge(run("a", "go vet", None, "Command running in background with ID: x1"), marks_failures=True)
    assert (late["a"].exit_code, late["a"].masked) == (None, True)


def test_other_calls_keep_what_the_log_says() -> None:
    """An edit that failed has failed."""
    edit = wait("a")._replace(tool="edit", action="edit", failure="error")
    assert judge(edit)["a"] == CallStatus(b"a", "edit", masked=False, failure="error", exit_code=None)
