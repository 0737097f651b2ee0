"""A long silence of a command of which nothing is known is said once; it ends nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.run.wrapping import Wrapped

from twiceshy.run import first_runs


@pytest.mark.parametrize(
    ("words", "kind", "long_s"),
    [
        ("pytest -x", "test", 300.0),
        ("npm run lint", "lint", 180.0),
        ("npm ci", "install", 300.0),
        ("terraform apply", "deploy", 600.0),
        ("./whatever", "unknown", 300.0),
        ("npm run dev", "server", None),
        ("python -m http.server 8000", "server", None),
    ],
)
def test_each_kind_has_its_long_silence(words: str, kind: str, long_s: float | None) -> None:
    """What runs until somebody ends it has none."""
    assert first_runs.find_long_silence(words) == (kind, long_s)


def test_the_line_says_what_is_long_and_that_nothing_ends_it() -> None:
    """And what would, next time."""
    assert first_runs.describe_silence("npm test", 300.0) == (
        "no output for 5 min, which is long for a test; nothing is learned of it here yet, so nothing ends it "
        "(Ctrl-C does, and next time --idle-timeout 5m)"
    )


def test_a_first_run_is_never_ended(wrapped: Wrapped) -> None:
    """That there is no limit yet is all that is said."""
    done = wrapped("--timeout", "auto", "--idle-timeout", "auto", "--", "sh", "-c", "echo one; sleep .1; echo two")

    assert (done.returncode, done.stdout) == (0, b"one\ntwo\n")
    assert done.stderr.count(b"auto: no run of this command is known here yet; running without it") == 2


SAYS = """
import pathlib, sys
from twiceshy.records.runs import RunPlan
from twiceshy.run.verdicts import Judge
from twiceshy.run.conclusion import run_plan

gate, plan = pathlib.Path(sys.argv[1]), RunPlan()
plan.command, plan.long_silence_s = ("cat", str(gate)), 0.02

def open_gate(_):
    print("said")
    gate.write_bytes(b"")

done = run_plan(plan, Judge(plan), prepare=lambda one: one.acts.update(long_silence=open_gate))
print(done.outcome.status, done.outcome.reason)
"""


def test_a_long_silence_is_said_once_and_ends_nothing(tmp_path: Path) -> None:
    """The command here ends when it is said: it waits for that. A wrapper is alone in its process, so this one is."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    done = subprocess.run(
        [sys.executable, "-c", SAYS, str(gate)], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout == "said\n0 completed\n"
