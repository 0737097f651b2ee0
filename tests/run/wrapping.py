"""A wrapped command in a process of its own, marked so that whatever it leaves behind can be found."""

import os
import select
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

ENTRY = [
    sys.executable,
    "-X",
    "frozen_modules=on",
    "-c",
    "import sys; from twiceshy.doors.cli.start import main; sys.exit(main())",
    "run",
]
UNYIELDING = "from twiceshy.run import hand_over; hand_over._lower_priority = lambda: None; "
"""Before the entry: what a run leaves behind yields to nobody. Beside other tests it would wait for seconds."""
MARK = "TWICESHY_TEST_MARK"
LONG_S = 60.0
"""After that something hangs, however busy the machine is."""


class Running(subprocess.Popen[bytes]):
    """A process whose stdout is a pipe."""

    @property
    def out(self) -> IO[bytes]:
        assert self.stdout is not None
        return self.stdout


class Wrapped:
    """Starts ``twiceshy run``, and knows which processes of this test are alive."""

    def __init__(self) -> None:
        self.mark = uuid.uuid4().hex
        self.entry = ENTRY
        # A run that is recorded leaves a process behind for a moment; that is tested where it is meant.
        self.environment = {**os.environ, MARK: self.mark, "TWICESHY_TELEMETRY_LEVEL": "none"}
        self.environment["TWICESHY_TELEMETRY_BACKEND"] = "local"  # decided: a CI machine is told nothing about it

    def start(self, *words: str, **settings: object) -> Running:
        """The running wrapper; stdout and stderr are pipes unless told otherwise."""
        given = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings}
        running: Running = Running([*self.entry, *words], env=self.environment, **given)  # type: ignore[call-overload]  # passed through
        return running

    def __call__(
        self, *words: str, data: bytes | None = None, **settings: object
    ) -> subprocess.CompletedProcess[bytes]:
        """The finished wrapper; it is given long enough for a machine with much else to do."""
        if data is not None:
            settings["stdin"] = subprocess.PIPE
        with self.start(*words, **settings) as process:
            out, err = process.communicate(data, timeout=LONG_S)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def words(self) -> list[str]:
        """What starts the wrapper, for a shell that shall do it."""
        return list(self.entry)

    def survivors(self, *, within_s: float = 0.0) -> list[str]:
        """The command lines of this test's processes that are still there after that time."""
        until = time.monotonic() + within_s
        while (found := self.alive()) and (left := until - time.monotonic()) > 0:
            wait_for_end(found[0][0], left)
        return [line for _, line in found]

    def alive(self) -> list[tuple[int, str]]:
        found = []
        for folder in Path("/proc").glob("[1-9]*"):
            try:
                if f"{MARK}={self.mark}".encode() in (folder / "environ").read_bytes():
                    line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    found.append((int(folder.name), line))
            except OSError:
                continue
        return found


def wait_for_end(pid: int, within_s: float) -> None:
    """Wait until a process is gone, which need not be a child of ours; return at once where it is gone already."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        select.select([watched], [], [], within_s)
    finally:
        os.close(watched)


def until(condition: Callable[[], object], within_s: float = LONG_S) -> None:
    """Wait for the condition; fail when it does not come."""
    end = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > end:
            pytest.fail("it did not come in time")
        time.sleep(0.005)
