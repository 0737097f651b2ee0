"""A person's Ctrl-C is a label of the run: enough of it, says somebody who sat there."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.run.test_terminal import Screen
from tests.run.wrapping import Wrapped
from tests.shortcuts import put_compiled_rules

WAIT = "echo error: it hangs; echo up; exec sleep 60"


@pytest.fixture
def recorded() -> Iterator[Wrapped]:
    """Runs commands that are recorded, as at home; whatever a failing test leaves is ended."""
    one = Wrapped()
    del one.environment["TWICESHY_TELEMETRY_LEVEL"]
    one.environment.pop("CI", None)
    put_compiled_rules(Path(os.environ["TWICESHY_HOME"]))
    yield one
    for pid, _ in one.alive():
        os.kill(pid, 9)


def rows(table: str, columns: str = "*") -> list[Any]:
    with closing(sqlite3.connect(Path(os.environ["TWICESHY_HOME"]) / "twiceshy.db")) as connection:
        return connection.execute(f"SELECT {columns} FROM {table}").fetchall()


def interrupt(recorded: Wrapped, script: str, *words: str, key: bytes = b"\x03") -> int:
    """The status of a run at a terminal in which somebody typed, or a process sent, an interrupt."""
    screen = Screen([*recorded.words(), "--wait-telemetry", *words, "--", "sh", "-c", script], recorded.environment)
    screen.wait_for(b"up")
    if key:
        screen.type(key)
    else:
        os.kill(screen.pid, signal.SIGINT)
    status = screen.status()
    os.close(screen.fd)
    return status


@pytest.mark.parametrize("words", [(), ("--pty",)], ids=["our terminal", "its own"])
def test_ctrl_c_says_that_the_run_should_have_been_ended(recorded: Wrapped, words: tuple[str, ...]) -> None:
    """Its lines are those of a failed run, less surely than by its own status; its time is nobody's."""
    assert interrupt(recorded, WAIT, *words) == -signal.SIGINT

    assert rows("executions", "exit_reason, child_status") == [("interrupted", 130)]
    assert rows("run_lines", "failed") == [(1,)]
    assert rows("output_samples", "sample_type, confidence") == [("missed_error", 0.5)]
    assert rows("run_history") == []


def test_an_end_after_ctrl_c_that_is_content_says_nothing_of_lines(recorded: Wrapped) -> None:
    """A server that is stopped in its usual way has not failed; it ended by hand all the same."""
    assert interrupt(recorded, "trap 'exit 0' INT; echo up; while :; do sleep .02; done") == 0

    assert rows("executions", "exit_reason, exit_code") == [("interrupted", 0)]
    assert rows("run_lines") == rows("run_history") == []


def test_what_a_process_sends_is_no_person(recorded: Wrapped) -> None:
    """An agent, or a parent that gives up."""
    assert interrupt(recorded, WAIT, key=b"") == -signal.SIGINT

    assert rows("executions", "exit_reason") == [("completed",)]


def test_a_person_is_not_looked_for_on_a_build_machine(recorded: Wrapped) -> None:
    """Though it may have a terminal."""
    recorded.environment["CI"] = "true"
    interrupt(recorded, WAIT)

    assert rows("executions", "exit_reason") == [("completed",)]
