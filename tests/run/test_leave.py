"""``--success`` with ``--leave``: a server that is up stays up, and loses nothing of what it says."""

import json
import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.run.wrapping import Wrapped, until

SERVER = (
    'exec 3<>"$0"; echo starting; echo careful >&2; echo "listening on 8080"; '
    "read go <&3; echo served; read end <&3; exit 7"
)
UP = ["--success", "listening on", "--leave"]


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A pipe by a name: the server waits for one line from it at a time."""
    path = tmp_path / "gate"
    os.mkfifo(path)
    return path


@pytest.fixture
def recorded() -> Iterator[Wrapped]:
    """Runs commands that are recorded; whatever a failing test leaves is ended."""
    one = Wrapped()
    del one.environment["TWICESHY_TELEMETRY_LEVEL"]
    yield one
    for pid, _ in one.alive():
        os.kill(pid, 9)


def left(wrapped: Wrapped, tmp_path: Path, gate: Path, *words: str) -> dict[str, Any]:
    """The answer about a server that was left running, with its output in ``out.log``."""
    log = str(tmp_path / "out.log")
    done = wrapped(*UP, "--json", "--log", log, *words, "--", "sh", "-c", SERVER, str(gate))
    answer: dict[str, Any] = json.loads(done.stdout)

    assert (done.returncode, answer["reason"], answer["output"]) == (0, "left", log)
    return answer


def test_the_server_lives_on_and_its_output_is_in_the_file(wrapped: Wrapped, tmp_path: Path, gate: Path) -> None:
    """From the start, and after its caller left; its result is written when it ends."""
    answer = left(wrapped, tmp_path, gate)
    for line in ("go", "end"):
        gate.write_text(f"{line}\n")
    until(Path(answer["result"]).exists)

    assert sorted(Path(answer["output"]).read_text().splitlines()) == [
        "careful",
        "listening on 8080",
        "served",
        "starting",
    ]
    assert tuple(json.loads(Path(answer["result"]).read_text())[key] for key in ("status", "reason")) == (
        7,
        "completed",
    )
    assert wrapped.survivors(within_s=60) == []


def test_its_caller_is_told_and_gets_what_came_before(wrapped: Wrapped, tmp_path: Path, gate: Path) -> None:
    """On stderr, as stdout is the command's; nobody who reads our output waits for the server."""
    done = wrapped(*UP, "--", "sh", "-c", SERVER, str(gate), cwd=tmp_path)
    told = re.search(rb"pid (\d+) \xc2\xb7 output (\S+\.log) ", done.stderr)

    assert (done.returncode, done.stdout) == (0, b"starting\nlistening on 8080\n")
    assert b'left running after "listening on 8080" (line 2 of stdout)' in done.stderr
    assert told is not None
    output = Path(told[2].decode())
    os.kill(int(told[1]), signal.SIGTERM)
    until(Path(f"{output}.json").exists)
    assert json.loads(Path(f"{output}.json").read_text())["status"] == 143
    assert output.stat().st_mode & 0o777 == 0o600
    assert wrapped.survivors(within_s=60) == []
    for path in (output, Path(f"{output}.json")):
        path.unlink()


def test_the_printed_pid_stops_it(wrapped: Wrapped, tmp_path: Path, gate: Path) -> None:
    """And nothing of ours stays."""
    answer = left(wrapped, tmp_path, gate, "--timeout", "30s", "--idle-timeout", "30s")
    assert any("served" in line for line in wrapped.survivors())
    os.kill(answer["pid"], signal.SIGTERM)

    assert wrapped.survivors(within_s=60) == []


def test_what_ends_its_callers_job_does_not_end_it(wrapped: Wrapped, tmp_path: Path, gate: Path) -> None:
    """It has a session of its own; a script's Ctrl-C, and the time limits of its start, are over for it."""
    script = f"{' '.join(map(repr, wrapped.words()))} --success 'listening on' --leave --idle-timeout 300ms --quiet "
    script += f"--log {tmp_path}/out.log -- sh -c '{SERVER}' {gate}; kill -INT 0; sleep 1"
    done = wrapped("--", "setsid", "--wait", "sh", "-c", script)

    assert done.returncode == 130
    with gate.open("w") as opened:  # waits for a server that reads
        opened.write("go\n")
    until(lambda: "served" in (tmp_path / "out.log").read_text())
    gate.write_text("end\n")
    assert wrapped.survivors(within_s=60) == []


ENDS = [
    pytest.param(["--timeout", "300ms"], "sleep 60", 124, id="a time limit"),
    pytest.param([], "exit 5", 5, id="its own end"),
    pytest.param([], "printf 'listening on'; exit 5", 5, id="its own end with the line"),
    pytest.param(["--failure", "cannot bind", "--delay-exit", "0"], "echo cannot bind; sleep 60", 123, id="a failure"),
]


@pytest.mark.parametrize(("options", "script", "status"), ENDS)
def test_a_server_that_never_was_up_is_a_run_like_any_other(
    wrapped: Wrapped, tmp_path: Path, options: list[str], script: str, status: int
) -> None:
    """With its status and nobody left; our temporary file goes, as everything was shown."""
    wrapped.environment["TMPDIR"] = str(tmp_path)
    done = wrapped(*UP, *options, "--", "sh", "-c", f"echo up?; {script}")

    assert (done.returncode, done.stdout[:4]) == (status, b"up?\n")
    assert wrapped.survivors() == []
    assert list(tmp_path.glob("twiceshy-*")) == []


def test_what_cannot_run_is_said_as_ever(wrapped: Wrapped) -> None:
    """By the same status as without it."""
    assert wrapped(*UP, "--", "no-such-command").returncode == 127
    assert wrapped(*UP, "--log", "/no/such/folder/log", "--", "true").returncode == 125


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, -2), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_a_signal_before_it_is_up_ends_all_of_it(wrapped: Wrapped, number: int, status: int) -> None:
    """Also one that the waiting process cannot pass on."""
    with wrapped.start(*UP, "--", "sh", "-c", "echo up?; exec sleep 60") as running:
        assert running.out.readline() == b"up?\n"
        os.kill(running.pid, number)
        running.communicate(timeout=30)

        assert running.returncode == status
    assert wrapped.survivors(within_s=60) == []


def test_a_terminal_of_its_own_is_left_with_it(wrapped: Wrapped, tmp_path: Path, gate: Path) -> None:
    """Nobody has to hold it."""
    answer = left(wrapped, tmp_path, gate, "--pty")
    for line in ("go", "end"):
        gate.write_text(f"{line}\n")
    until(Path(answer["result"]).exists)

    assert "served" in Path(answer["output"]).read_text()


def test_the_record_says_left_and_teaches_no_limit(recorded: Wrapped, tmp_path: Path, gate: Path) -> None:
    """Nobody knows how long the command takes; it is stored at once, not when the command ends."""
    answer = left(recorded, tmp_path, gate, "--wait-telemetry")
    with closing(sqlite3.connect(Path(os.environ["TWICESHY_HOME"]) / "twiceshy.db")) as connection:
        runs = connection.execute("SELECT exit_reason, exit_code, child_status FROM executions").fetchall()
        limits = [connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("run_history", "run_lines")]

    assert runs == [("left", 0, None)]
    assert limits == [[], []]
    os.kill(answer["pid"], signal.SIGKILL)
    assert recorded.survivors(within_s=60) == []
