"""The status is the command's own, or one of ours from the table."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.run.wrapping import Wrapped

from twiceshy.run import exits

FAN = """
import os, sys
from twiceshy.records.runs import RunPlan
from twiceshy.run.recipes import watched_run
wrong, running, cases = [], {}, eval(sys.argv[1])
while cases or running:
    while cases and len(running) < 4:
        case = cases.pop()
        pid = os.fork()
        if pid == 0:
            plan = RunPlan()
            plan.command, plan.no_telemetry = ("sh", "-c", case[0]), True
            watched_run.run(plan)
        running[pid] = case
    pid, status = os.wait()
    if pid in running and os.waitstatus_to_exitcode(status) != running[pid][1]:
        wrong.append((running[pid][0], status))
    running.pop(pid, None)
print(wrong)
"""
KILLING_SIGNALS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 29, 30, 31, 34, 50, 64)


def test_every_status_and_signal_comes_through() -> None:
    """0 to 255 arrive unchanged, and a signal as 128 + its number."""
    cases = [(f"exit {status}", status) for status in range(256)]
    cases += [(f"ulimit -c 0; kill -{number} $$; sleep 5", 128 + number) for number in KILLING_SIGNALS]

    done = subprocess.run([sys.executable, "-c", FAN, repr(cases)], capture_output=True, check=True, timeout=300)

    assert done.stdout == b"[]\n"


def test_a_command_that_is_missing_is_127(wrapped: Wrapped) -> None:
    """As a shell and GNU timeout report it."""
    done = wrapped("--", "no-such-command-anywhere")

    assert (done.returncode, done.stdout) == (127, b"")
    assert b"no-such-command-anywhere" in done.stderr
    assert wrapped("--", "").returncode == 127  # the empty name is no folder of the PATH


def test_a_command_that_may_not_run_is_126(wrapped: Wrapped, tmp_path: Path) -> None:
    """Found, but not executable; or a folder."""
    plain = tmp_path / "plain"
    plain.write_text("echo never")

    assert wrapped("--", str(plain)).returncode == 126
    assert wrapped("--", str(tmp_path)).returncode == 126


def test_a_script_without_an_interpreter_line_runs(wrapped: Wrapped, tmp_path: Path) -> None:
    """As execvp(3) does it."""
    script = tmp_path / "script"
    script.write_text("echo $1; exit 9")
    script.chmod(0o755)

    done = wrapped("--", str(script), "word")

    assert (done.returncode, done.stdout) == (9, b"word\n")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--nonsense", "--", "true"], b"unknown option --nonsense"),
        (["--mach", "x", "--", "true"], b"Did you mean --match?"),
        (["--match", "(", "--", "true"], b"'('"),
        (["--timeout", "soon", "--", "true"], b"'soon'"),
        (["--timeout"], b"needs a value"),
        (["--json=yes", "true"], b"takes no value"),
        (["--"], b"no command"),
        (["--match", "x"], b"there is no command, and stdin is no pipe"),
        ([], b"there is no command, and stdin is no pipe"),
        (["--perl", "--match", "a(?=b", "--", "true"], b""),
        (["--log", "/no/such/folder/log", "--", "true"], b"/no/such/folder/log"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_words_that_make_no_sense_are_125(wrapped: Wrapped, words: list[str], reason: bytes) -> None:
    """Never 1 or 2, which could be the command's; and the command does not run."""
    done = wrapped(*words)

    assert done.returncode == 125
    assert reason in done.stderr
    assert b"Traceback" not in done.stderr


def test_words_after_the_command_are_its_own(wrapped: Wrapped) -> None:
    """With or without ``--``, also when they look like ours."""
    assert wrapped("--", "echo", "--timeout", "1s", "--nonsense").stdout == b"--timeout 1s --nonsense\n"
    assert wrapped("--quiet", "echo", "--match", "x").stdout == b"--match x\n"
    assert wrapped("--", "echo", "--", "x").stdout == b"-- x\n"


@pytest.mark.parametrize(
    ("reason", "child", "status"),
    [
        ("completed", 7, 7),
        ("signal", 143, 143),
        ("match", 143, 123),
        ("failure", 0, 123),
        ("state", 137, 123),
        ("success", 143, 0),
        ("stuck", 143, 122),
        ("repeat", 143, 122),
        ("expect_missing", 0, 121),
        ("timeout_overall", 143, 124),
        ("timeout_idle", 0, 124),
        ("timeout_first_output", 137, 137),
        ("reader_gone", 143, 141),
        ("error", 143, 125),
    ],
)
def test_each_reason_has_its_status(reason: str, child: int, status: int) -> None:
    """As in the documented table."""
    assert status == exits.status_of_run(reason, child, exits.MATCHED)
