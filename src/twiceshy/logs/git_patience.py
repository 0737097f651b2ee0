"""How long git is waited for: as long as it goes on answering, else half a minute, and a stuck repository once.

A repository can hold a pipe where git expects a file, and git waits for it for ever. Only the time in which we wait and
git is silent counts: a long history that keeps coming is no fault.
"""

import io
import os
import select
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.base.errors import SourceError

if TYPE_CHECKING:
    import subprocess

IDLE_S = 30
"""Seconds of silence after which git is ended; the longest seen is 9, of a first commit among a million (guess,
2026-11-22)."""
_STUCK_S = 600
"""Seconds for which a repository that git got stuck in is not asked again (guess, 2026-11-22)."""
_LARGEST_BUFFER = 1 << 20  # bytes read at once (guess, 2026-11-22)
_stuck: dict[str, float] = {}
"""When git got stuck, by repository: a process that learns asks many questions, and waits for the first only."""


class _PatientPipe(io.RawIOBase):
    """The output of a process, of which each piece must come in time."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        if process.stdout is None:
            raise TypeError("the output was asked for")
        self.pipe = process.stdout

    def readable(self) -> bool:
        """Tell that this is for reading."""
        return True

    def readinto(self, buffer: "memoryview[int]", /) -> int:  # type: ignore[override]  # what BufferedReader gives
        """Read what is there, when something is.

        Raises:
            TimeoutError: nothing came in time.
        """
        _wait_for(self.pipe.fileno(), reading=True)
        data = os.read(self.pipe.fileno(), len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the pipe, too."""
        self.pipe.close()
        super().close()


def open_patiently(process: "subprocess.Popen[bytes]") -> io.BufferedReader:
    """Return the process's output; reading raises ``TimeoutError`` when nothing comes for ``IDLE_S``."""
    return io.BufferedReader(_PatientPipe(process), _LARGEST_BUFFER)


def write_lines(process: "subprocess.Popen[bytes]", lines: Iterable[str]) -> None:
    """Write the lines to the process, and close its input.

    Raises:
        TimeoutError: it did not take them in time.
    """
    if process.stdin is None:
        raise TypeError("the input was asked for")
    with process.stdin as pipe:
        left = memoryview("".join(f"{line}\n" for line in lines).encode())
        if hasattr(os, "set_blocking") and os.name != "nt":
            os.set_blocking(pipe.fileno(), False)
        try:
            while left:
                _wait_for(pipe.fileno(), reading=False)
                left = left[os.write(pipe.fileno(), left) :]
        except BrokenPipeError:
            return  # git ended first and says why


def _wait_for(file: int, *, reading: bool) -> None:
    """Wait until a pipe is ready.

    Raises:
        TimeoutError: it is not in time.
    """
    if os.name == "nt":  # only sockets can be waited for there
        return
    waiting = select.poll()  # `select` itself knows no number above 1023
    waiting.register(file, select.POLLIN if reading else select.POLLOUT)
    if not waiting.poll(IDLE_S * 1000):
        raise TimeoutError


def note_stuck(repo: Path) -> None:
    """Note that git got stuck in a repository."""
    _stuck[str(repo)] = time.monotonic()


def refuse_stuck(repo: Path) -> None:
    """Refuse to ask git about a repository that it got stuck in a short time ago.

    Raises:
        SourceError: it did.
    """
    if time.monotonic() - _stuck.get(str(repo), -float(_STUCK_S)) < _STUCK_S:
        raise SourceError(f"git got stuck in {str(repo)!r} before and is not asked again; look there for pipes")
