"""A finished run is scrubbed and stored, and never at the command's cost."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.run.wrapping import ENTRY, UNYIELDING, Running, Wrapped, until
from tests.shortcuts import put_compiled_rules

SECRET = "hunter2secret9"  # invented
SCRIPT = f"echo start; echo 'ERROR password={SECRET} in src/pay/api.py'; echo after; exit 3"


@pytest.fixture
def fresh() -> Iterator[Wrapped]:
    """Runs commands that are recorded, the first on a machine; whatever a failing test leaves is ended."""
    one = Wrapped()
    del one.environment["TWICESHY_TELEMETRY_LEVEL"]
    one.environment["CI"] = "1"
    one.environment["MY_PRIVATE_VARIABLE"] = "private-value"
    yield one
    for pid, _ in one.alive():
        os.kill(pid, 9)


@pytest.fixture
def recorded(fresh: Wrapped) -> Wrapped:
    """The same where the rules of redaction were compiled by an earlier run, and what records does not yield."""
    put_compiled_rules(home())
    fresh.entry = [*ENTRY[:-2], UNYIELDING + ENTRY[-2], ENTRY[-1]]
    return fresh


def home() -> Path:
    return Path(os.environ["TWICESHY_HOME"])


def rows(sql: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(home() / "twiceshy.db")) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql)]


def test_every_column_has_its_value(recorded: Wrapped) -> None:
    """What ran, how it ended, what matched and what it took."""
    done = recorded("--wait-telemetry", "--on", "stdout", "--match", "NEVER|ERROR", "--", "sh", "-c", SCRIPT)
    (run,) = rows("SELECT * FROM executions")
    (match,) = rows("SELECT * FROM match_events")
    (sample,) = rows("SELECT * FROM output_samples")

    assert (done.returncode, done.stderr) == (3, b"")
    expected = {"exit_code": 3, "child_status": 3, "exit_reason": "completed", "match_count": 1, "stdout_lines": 3}
    expected |= {"match_mode": "stdout", "pattern": "NEVER|ERROR", "match_line_numbers": "[2]", "anonymized": 1}
    expected |= {"max_count": 1, "delay_exit": 2.0, "pattern_type": "re2", "stderr_lines": 0}
    assert {key: run[key] for key in expected} == expected
    assert 0 < run["total_runtime"] < 20
    assert 0 < run["time_to_first_output"] <= run["time_to_first_match"] <= run["total_runtime"]
    assert json.loads(run["environment_vars"])["CI"] == "1"
    assert "MY_PRIVATE" not in run["environment_vars"]
    assert (match["line_number"], match["context_before"], match["context_after"]) == (2, "start", "after")
    assert match["matched_substring"] == "ERROR"
    assert (sample["sample_type"], sample["is_error"]) == ("match_context", 1)
    assert {row["metric_name"] for row in rows("SELECT * FROM performance_metrics")} >= {"cpu_user_s", "memory_mb_peak"}
    (pattern,) = rows("SELECT * FROM pattern_effectiveness")
    assert (pattern["total_uses"], pattern["successful_exits"], pattern["false_positives"]) == (1, 1, 0)


def test_no_secret_and_no_name_reaches_the_disk(recorded: Wrapped) -> None:
    """Neither in the store nor in any other file of the data folder; paths and arguments are generic."""
    recorded("--wait-telemetry", "--match", "ERROR", "--", "sh", "-c", SCRIPT)
    recorded("--wait-telemetry", "--", "sh", "-c", SCRIPT)
    everything = b"".join(
        path.read_bytes() for path in home().rglob("*") if path.is_file() and "cache" not in str(path)
    )

    assert b"match_context" in everything
    for private in (SECRET.encode(), b"private-value", b"src/pay/api"):
        assert private not in everything


def test_full_keeps_the_command_scrubbed(recorded: Wrapped) -> None:
    """At the level that the user chose."""
    recorded.environment["TWICESHY_TELEMETRY_LEVEL"] = "full"
    recorded("--wait-telemetry", "--", "echo", "some words", f"--password={SECRET}")
    (run,) = rows("SELECT command, anonymized FROM executions")

    assert run["command"].startswith("echo some words --password=[")
    assert run["anonymized"] == 0


def test_a_match_in_a_good_run_is_a_false_positive_candidate(recorded: Wrapped) -> None:
    """By the command's own status."""
    recorded("--wait-telemetry", "--max-count", "9", "--match", "error", "--", "echo", "0 errors")

    assert [row["sample_type"] for row in rows("SELECT * FROM output_samples")] == ["false_positive_candidate"]
    assert [row["false_positives"] for row in rows("SELECT * FROM pattern_effectiveness")] == [1]


def test_a_failure_without_a_match_is_a_missed_error(recorded: Wrapped) -> None:
    """With its last lines."""
    recorded("--wait-telemetry", "--match", "NOTHING", "--", "sh", "-c", "echo kaputt; exit 1")
    (sample,) = rows("SELECT * FROM output_samples")

    assert (sample["sample_type"], sample["content"]) == ("missed_error", "kaputt")


def test_without_waiting_it_is_stored_soon(fresh: Wrapped) -> None:
    """And nobody who reads our output waits for that."""
    assert fresh("--", "echo", "x").stdout == b"x\n"
    assert fresh.survivors(within_s=300) == []
    assert len(rows("SELECT * FROM executions")) == 1


OFF = [
    pytest.param(["--no-telemetry"], {}, id="the option"),
    pytest.param(["--telemetry", "none"], {"TWICESHY_TELEMETRY_LEVEL": "full"}, id="the level of one run"),
    pytest.param(["--telemetry", "full"], {"TWICESHY_ENABLED": "0"}, id="everything is off"),
    pytest.param([], {"TWICESHY_TELEMETRY_LEVEL": "none"}, id="the level"),
]


@pytest.mark.parametrize(("words", "environment"), OFF)
def test_switched_off_leaves_nothing(fresh: Wrapped, words: list[str], environment: dict[str, str]) -> None:
    """No folder, no process."""
    fresh.environment |= environment

    assert fresh(*words, "--wait-telemetry", "--", "sh", "-c", "exit 5").returncode == 5
    assert not home().exists()


def test_one_run_may_have_a_level_of_its_own(recorded: Wrapped) -> None:
    """Above the environment's, as every flag."""
    recorded.environment["TWICESHY_TELEMETRY_LEVEL"] = "none"
    recorded("--telemetry", "full", "--wait-telemetry", "--", "echo", "some", "words")
    recorded("--telemetry", "anonymous", "--wait-telemetry", "--", "echo", "some", "words")

    assert [run["command"] for run in rows("SELECT command FROM executions ORDER BY timestamp")] == [
        "echo some words",
        "echo …",
    ]


def test_a_line_that_only_forbids_teaches_no_pattern(recorded: Wrapped) -> None:
    """The run took longer than its time here, and nothing else is known about it."""
    recorded("--wait-telemetry", "--delay-exit", "0", "--only", "^ok", "--", "sh", "-c", "echo ok; echo no; sleep 9")
    (run,), (past,) = rows("SELECT * FROM executions"), rows("SELECT * FROM run_history")

    assert (run["exit_reason"], run["exit_code"], run["match_count"]) == ("only", 123, 0)
    assert [match["kind"] for match in rows("SELECT kind FROM match_events")] == ["only"]
    assert past["runtime_cut"] == 1
    assert rows("SELECT * FROM run_lines") == rows("SELECT * FROM pattern_effectiveness") == []
    assert rows("SELECT * FROM output_samples") == []


def test_what_cannot_be_run_is_not_recorded(fresh: Wrapped) -> None:
    """There was no run."""
    assert fresh("--wait-telemetry", "--", "no-such-command").returncode == 127
    assert not (home() / "twiceshy.db").exists()


def damaged() -> None:
    home().mkdir(mode=0o700)
    (home() / "twiceshy.db").write_bytes(b"this is no database, and never was one" * 200)


def a_file() -> None:
    home().write_text("in the way")


def salt_gone() -> None:
    home().mkdir(mode=0o700)
    (home() / "salt").mkdir()


@pytest.mark.parametrize("harm", [damaged, a_file, salt_gone])
def test_a_store_that_fails_costs_one_line(fresh: Wrapped, harm: Any) -> None:
    """The command's output and status are its own."""
    harm()
    done = fresh("--wait-telemetry", "--", "sh", "-c", "echo out; exit 7")

    assert (done.returncode, done.stdout) == (7, b"out\n")
    assert done.stderr.count(b"\n") == 1
    assert done.stderr.startswith(b"twiceshy: this run is not recorded: ")


def test_a_failure_in_the_background_is_said_by_the_next_run_once(fresh: Wrapped) -> None:
    """Nobody was there to hear it."""
    damaged()
    assert fresh("--", "sh", "-c", "exit 7").stderr == b""
    assert fresh.survivors(within_s=300) == []

    assert fresh("--", "sh", "-c", "exit 6").stderr.startswith(b"twiceshy: an earlier run: this run is not recorded")


def test_many_at_once_are_all_recorded(recorded: Wrapped) -> None:
    """They wait for each other, not the commands for them."""
    running = [recorded.start("--", "sh", "-c", f"exit {number}") for number in range(12)]
    assert [one.wait(timeout=60) for one in running] == list(range(12))
    for one in running:
        one.communicate()
    assert recorded.survivors(within_s=300) == []

    assert sorted(row["exit_code"] for row in rows("SELECT exit_code FROM executions")) == list(range(12))


def changed(recorded: Wrapped, change: str, *words: str) -> Running:
    """A wrapper in which something is changed before it starts."""
    start = f"{UNYIELDING}import sys; {change}; from twiceshy.doors.cli.start import main; sys.exit(main())"
    command = [sys.executable, "-c", start, "run", *words]
    return Running(command, env=recorded.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_store_that_is_busy_for_long_is_waited_for(recorded: Wrapped, tmp_path: Path) -> None:
    """Longer than the store itself has patience; and the run is stored once."""
    recorded("--wait-telemetry", "--", "true")
    impatient = (
        "from twiceshy.archive import connect; connect.BUSY_S = .01; from twiceshy.run.recipes import record_run"
    )
    tells = (
        f"record_run._AGAIN_S = .01; record_run.time.sleep = lambda _: open({str(tmp_path / 'refused')!r}, 'w').close()"
    )
    with closing(sqlite3.connect(home() / "twiceshy.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with changed(recorded, f"{impatient}; {tells}", "--", "sh", "-c", "exit 7") as process:
            assert process.wait(timeout=60) == 7
            until((tmp_path / "refused").exists)
        other.execute("ROLLBACK")
    assert recorded.survivors(within_s=300) == []

    assert sorted(row["exit_code"] for row in rows("SELECT exit_code FROM executions")) == [0, 7]


def test_a_busy_store_is_not_waited_for_without_end(recorded: Wrapped) -> None:
    """Then that is said."""
    recorded("--wait-telemetry", "--", "true")
    impatient = "from twiceshy.archive import connect; connect.BUSY_S = .01"
    with closing(sqlite3.connect(home() / "twiceshy.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        change = f"{impatient}; from twiceshy.run import hand_over; hand_over._AWAITED_S = 0"
        with changed(recorded, change, "--wait-telemetry", "--", "sh", "-c", "exit 7") as process:
            _, said = process.communicate(timeout=60)

    assert process.returncode == 7
    assert said.startswith(b"twiceshy: this run is not recorded: another process is writing to ")


def test_a_late_recorder_changes_no_time(recorded: Wrapped) -> None:
    """When it started and how long it took is known when it ends; storing it may come an hour later."""
    late = "import time; clock = time.time; from twiceshy.run import hand_over as h; release = h._release_descriptors"
    delay = "h._release_descriptors = lambda keep: (setattr(time, 'time', lambda: clock() + 3600), release(keep))"
    before = time.time()
    with changed(recorded, f"{late}; {delay}", "--wait-telemetry", "--", "true") as process:
        assert process.wait(timeout=60) == 0
    after = time.time()

    (run,) = rows("SELECT timestamp FROM executions")
    assert before - 0.001 <= datetime.fromisoformat(run["timestamp"]).timestamp() <= after


def test_feedback_waits_for_the_run_that_ended_last(recorded: Wrapped, tmp_path: Path) -> None:
    """The one before it is never taken for it, however late it is stored."""
    recorded("--wait-telemetry", "--", "sh", "-c", "exit 3")
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    late = "from twiceshy.run import hand_over as h; release = h._release_descriptors"
    hold = f"h._release_descriptors = lambda keep: (release(keep), open({str(gate)!r}).read())"
    with changed(recorded, f"{late}; {hold}", "--", "sh", "-c", "exit 7") as process:
        assert process.wait(timeout=60) == 7
    entry = [*ENTRY[:-1], "feedback", "--rating", "2"]
    saying = subprocess.Popen(entry, env=recorded.environment, stdout=subprocess.PIPE, text=True)
    with pytest.raises(subprocess.TimeoutExpired):
        saying.wait(timeout=0.5)
    gate.write_text("go on")
    said, _ = saying.communicate(timeout=60)

    assert said.startswith("Stored for r-")
    assert [(row["exit_code"], row["user_rating"]) for row in rows("SELECT * FROM executions ORDER BY exit_code")] == [
        (3, None),
        (7, 2),
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM])
def test_a_signal_to_all_at_the_very_end_costs_no_record(recorded: Wrapped, number: int) -> None:
    """A second Ctrl-C may reach the process that records before it left the terminal's group."""
    early = "from twiceshy.run import hand_over as h; release = h._release_descriptors"
    hit = f"h._release_descriptors = lambda keep: (h.os.kill(h.os.getpid(), {number:d}), release(keep))"
    with changed(recorded, f"{early}; {hit}", "--", "sh", "-c", "exit 7") as process:
        assert process.wait(timeout=60) == 7
    assert recorded.survivors(within_s=300) == []

    assert [row["exit_code"] for row in rows("SELECT exit_code FROM executions")] == [7]


@pytest.mark.parametrize("how", ["match", "timeout", "TERM", "HUP", "INT", "reader gone"])
def test_every_way_to_end_is_recorded(recorded: Wrapped, how: str) -> None:
    """All but a KILL of the wrapper itself, after which nobody is there to record."""
    options = {"match": ["--match", "NOW", "--delay-exit", "0"], "timeout": ["--timeout", "50ms"]}.get(how, [])
    reasons = {"match": "match", "timeout": "timeout_overall", "INT": "completed", "reader gone": "reader_gone"}
    with recorded.start("--kill-after", "100ms", *options, "--", "sh", "-c", "echo NOW; exec sleep 100") as process:
        if how != "timeout":
            process.out.readline()
        if how == "reader gone":
            process.out.close()
        elif how in {"TERM", "HUP", "INT"}:
            process.send_signal(getattr(signal, f"SIG{how}"))
        process.wait(timeout=60)
    assert recorded.survivors(within_s=300) == []

    assert [row["exit_reason"] for row in rows("SELECT exit_reason FROM executions")] == [reasons.get(how, "signal")]


def test_auto_takes_what_was_learned_and_says_why(recorded: Wrapped) -> None:
    """After five runs here."""
    for _ in range(5):
        recorded("--wait-telemetry", "--", "sleep", "0.01")
    done = recorded("--no-telemetry", "--timeout", "auto", "--", "sleep", "0.01")

    assert done.returncode == 0
    assert done.stderr.startswith(b"twiceshy: --timeout 15s: longest of 5 runs here ")
