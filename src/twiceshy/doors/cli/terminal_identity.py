"""Which terminal this is, so that a number means what its reader saw there."""

import os
from contextlib import suppress

from twiceshy.base.foreign_files import read_foreign

_LARGEST = 4096
"""Bytes of the line that Linux has on a process; it has some hundred (guess, 2026-11-22)."""
_BEGINNING = 19
"""Place of a process's beginning behind its name in that line (documented in proc(5), counted from 0)."""


def identify_terminal() -> str:
    """Return the terminal's name with the process that leads its session and that one's beginning; empty without one.

    A terminal's name is given again to the next window, and a process id to the next process: together with the
    beginning they are one person's terminal.
    """
    for stream in (0, 1, 2):
        with suppress(OSError, AttributeError):  # AttributeError: Windows
            name = os.ttyname(stream)
            leader = os.getsid(0)
            return f"{name} {leader} {_read_beginning(leader)}"
    return ""


def _read_beginning(process: int) -> str:
    """Return when a process began, in the system's own count; empty where the system does not tell."""
    with suppress(OSError, IndexError):
        line = read_foreign(f"/proc/{process}/stat", _LARGEST).decode("ascii", "replace")
        return line.rpartition(")")[2].split()[_BEGINNING]
    return ""
