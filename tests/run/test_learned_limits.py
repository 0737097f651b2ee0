"""``--match auto`` from its first run on: starting patterns, learned ones, what they brought, and how to undo them."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.run.wrapping import Wrapped
from tests.shortcuts import put_compiled_rules

from twiceshy.base.config import Config, load
from twiceshy.run.recipes import run_history

SCRIPT = 'echo start; if [ -e bad ]; then echo "kaput: part $(cat bad) is gone"; sleep 2; exit 1; fi; echo fine'
FAST = SCRIPT.replace("sleep 2; ", "")


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wrapped]:
    """Runs commands that are recorded, in an empty folder; whatever a failing test leaves is ended."""
    one = Wrapped()
    del one.environment["TWICESHY_TELEMETRY_LEVEL"]
    monkeypatch.chdir(tmp_path)
    put_compiled_rules(Path(os.environ["TWICESHY_HOME"]))
    yield one
    for pid, _ in one.alive():
        os.kill(pid, 9)


def rows(sql: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(Path(os.environ["TWICESHY_HOME"]) / "twiceshy.db")) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql)]


def config() -> Config:
    return load({}, os.environ, Path.cwd())


def tool(name: str, script: str) -> str:
    """A program of that name in the present folder."""
    path = Path(name)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return f"./{name}"


def newest() -> str:
    return run_history.list_runs(config(), 1)[0].id


def test_a_known_tool_has_starting_patterns_and_one_word_undoes_them(recorded: Wrapped) -> None:
    """What ended the run is not taken again here; the others are."""
    jest = tool("jest", "echo PASS src/a.test.ts; echo FAIL src/b.test.ts; sleep 9; exit 1")
    done = recorded("--wait-telemetry", "--match", "auto", "--", jest)
    (choice,) = rows("SELECT * FROM run_choice WHERE kind = 'match'")

    assert done.returncode == 123
    assert b"--match auto: 6 starting patterns for jest; nothing is learned here yet" in done.stderr
    assert f"Wrong? twiceshy feedback {newest()} --false-positive".encode() in done.stderr
    assert (choice["origin"], choice["ended"], choice["wrong"]) == ("starting", 1, None)

    run_history.give_feedback(config(), newest(), false_positive=True)
    run_history.give_feedback(config(), newest(), false_positive=True)
    fast = tool("jest", "echo FAIL src/b.test.ts; exit 1")
    again = recorded("--no-telemetry", "--match", "auto", "--", fast)
    assert again.returncode == 1
    assert b"5 starting patterns for jest, without 1 that its runs or your feedback speak against" in again.stderr
    assert [row["wrong"] for row in rows("SELECT wrong FROM run_choice WHERE ended")] == [1]

    run_history.give_feedback(config(), newest(), false_positive=False)
    assert recorded("--no-telemetry", "--match", "auto", "--delay-exit", "0", "--", jest).returncode == 123


def test_a_good_run_speaks_against_a_starting_pattern(recorded: Wrapped) -> None:
    """Though that run did not watch for it."""
    jest = tool("jest", "echo FAIL src/flaky.test.ts; echo retried")
    recorded("--wait-telemetry", "--", jest)

    assert b"without 1 that its runs" in recorded("--no-telemetry", "--match", "auto", "--", jest).stderr


def learn(recorded: Wrapped, program: str) -> None:
    """Six failed runs and twelve good ones."""
    for number in range(6):
        Path("bad").write_text(str(number))
        recorded("--wait-telemetry", "--", program)
    Path("bad").unlink()
    for _ in range(12):
        recorded("--wait-telemetry", "--", program)


def test_an_unknown_command_is_learned_shown_and_undone(recorded: Wrapped) -> None:
    """From the lines of its failed runs, which its good ones do not have."""
    program = tool("build-it", FAST)
    before = recorded("--no-telemetry", "--match", "auto", "--", program)
    assert b"nothing is learned about this command yet, and it has no starting patterns" in before.stderr
    learn(recorded, program)
    suggestion = run_history.suggest(config(), [program], str(Path.cwd()))
    assert suggestion.patterns is not None
    assert suggestion.patterns.confident
    assert "--match '^" in suggestion.line
    assert (suggestion.patterns.failed_hit, suggestion.patterns.good_runs) == (6, 12)

    tool("build-it", SCRIPT)
    Path("bad").write_text("99")
    done = recorded("--wait-telemetry", "--match", "auto", "--delay-exit", "0", "--", program)
    assert done.returncode == 123
    assert b"6 of 6 failed runs here had one of them, none of 12 good ones" in done.stderr
    assert b"this command usually needs" in done.stderr
    (command,) = run_history.list_patterns(config(), 9)
    assert [(one.origin, one.chosen) for one in command.patterns] == [("mined", True)]

    run_history.give_feedback(config(), newest(), false_positive=True)
    tool("build-it", FAST)
    after = recorded("--no-telemetry", "--match", "auto", "--", program)
    assert after.returncode == 1
    assert b"your feedback speaks against what was learned" in after.stderr


def test_a_pipe_is_recorded_and_teaches_nothing(recorded: Wrapped) -> None:
    """Nobody knows its command, nor that command's status."""
    done = recorded("--wait-telemetry", "--match", "3", data=b"1\n2\n3\n4\n")
    recorded("--wait-telemetry", "--match", "9", data=b"1\n2\n")

    assert done.returncode == 123
    found = rows(
        "SELECT command, exit_reason, child_status, stdout_lines, match_count FROM executions ORDER BY timestamp"
    )
    assert [tuple(row.values())[:3] for row in found] == [
        ("(a pipe)", "match", None),
        ("(a pipe)", "end_of_input", None),
    ]
    assert rows("SELECT * FROM run_history") == []
    assert rows("SELECT * FROM run_lines") == []
    assert [row["false_positives"] for row in rows("SELECT * FROM pattern_effectiveness")] == [0, 0]


def test_no_secret_is_in_the_kinds_of_lines(recorded: Wrapped) -> None:
    """Nor a path or a number."""
    recorded("--wait-telemetry", "--", "sh", "-c", "echo 'login password=hunter2secret9 in /src/pay/api.py failed 77'")
    (row,) = rows("SELECT lines FROM run_lines")

    assert "login" in row["lines"]
    for private in ("hunter2secret9", "pay", "77"):
        assert private not in row["lines"]


def test_with_nothing_to_watch_a_command_has_our_own_output(tmp_path: Path) -> None:
    """A file or a terminal; a pipe is always watched, as its reader may leave."""
    wrapped = Wrapped()
    with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
        show = "readlink /proc/self/fd/1"
        done = wrapped("--timeout", "9s", "--", "sh", "-c", f"{show}; exit 7", stdout=out, stderr=err)
        watched = wrapped("--idle-timeout", "9s", "--", "sh", "-c", show, stdout=out, stderr=err)

    lines = (tmp_path / "out").read_text().splitlines()
    assert (done.returncode, watched.returncode) == (7, 0)
    assert lines[0] == str(tmp_path / "out")
    assert lines[1].startswith("pipe:")
