"""Sixteen things that a wrapper of commands is asked to do, and what it has to answer.

A command that has to be ended sleeps for a minute: what takes so long was not ended.
"""

import random
import sys
from typing import NamedTuple

BINARY = random.Random(16).randbytes(200_000)
PYTHON = "import time\nprint('Error')\ntime.sleep(60)"


class RunCase(NamedTuple):
    """What is asked of one run and what comes of it."""

    name: str
    options: str
    command: tuple[str, ...]
    status: int
    out: bytes
    fed: bytes | None = None
    """What it gets on stdin, which stays open where there is no command."""


def shell(script: str) -> tuple[str, ...]:
    return ("sh", "-c", script)


CASES = (
    RunCase(
        "a match in the middle, a trace after it",
        "--match Error",
        shell("echo a; echo Error; echo '  at x'; sleep 60"),
        123,
        b"a\nError\n  at x\n",
    ),
    RunCase("no match, the command ends with 7", "--match Error", shell("echo a; exit 7"), 7, b"a\n"),
    RunCase(
        "a time limit with grandchildren",
        "--timeout 200ms",
        shell("echo a; sleep 60 & (sleep 61 &); sleep 62"),
        124,
        b"a\n",
    ),
    RunCase("a limit on silence", "--idle-timeout 200ms", shell("echo a; sleep 60"), 124, b"a\n"),
    RunCase("a limit on the first output", "--first-output-timeout 200ms", shell("sleep 60"), 124, b""),
    RunCase(
        "a progress bar without a newline",
        "--match Error",
        shell(r"printf '\r 10%%\r 50%%\r100%%'"),
        0,
        b"\r 10%\r 50%\r100%",
    ),
    RunCase("stdin reaches the command", "--match Error", ("cat",), 0, b"hello", b"hello"),
    RunCase("a pipe whose writer goes on", "--match Error --delay-exit 0", (), 123, b"Error\n", b"Error\n"),
    RunCase(
        "a pattern for stderr only",
        "--match bad --on stderr --delay-exit 0",
        shell("echo bad; echo worse; echo bad >&2; sleep 60"),
        123,
        b"bad\nworse\n",
    ),
    RunCase("200,000 bytes of binary", "--match NEVER", ("cat",), 0, BINARY, BINARY),
    RunCase(
        "a pattern for descriptor 3",
        "--fd 3=READY --delay-exit 0",
        shell("echo a; echo READY >&3; sleep 60"),
        123,
        b"a\n",
    ),
    RunCase(
        "the third match ends",
        "--match x --max-count 3",
        shell("printf 'x\\nx\\nx\\nx\\nx\\n'; sleep 60"),
        123,
        b"x\n" * 5,
    ),
    RunCase("a signal", "--match Error", shell("kill -SEGV $$"), 139, b""),
    RunCase(
        "Python, which holds its output back",
        "--match Error --delay-exit 0",
        (sys.executable, "-c", PYTHON),
        123,
        b"Error\n",
    ),
    RunCase(
        "a line that does not match",
        "--match ok --invert --delay-exit 0",
        shell("echo ok; echo b; sleep 60"),
        123,
        b"ok\nb\n",
    ),
    RunCase("a command that is not there", "--match Error", ("no-such-command-anywhere",), 127, b""),
)
ENDS_WITHIN_S = 30.0
"""Seconds after which a run was not ended by what had to end it, however busy the machine is."""
