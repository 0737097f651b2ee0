"""Which `twiceshy suggest` stands beside each insight that a page shows."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.foreign_files import read_foreign
from twiceshy.insights import suggest
from twiceshy.records.insights import Insight

# Which terminal this is, so that a number means what its reader saw there.

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


def offer_suggestions(config: Config, insights: Sequence[Insight]) -> dict[str, str]:
    """Return by id of an insight what to type behind ``twiceshy suggest``; those without an open remedy have nothing.

    On a terminal it is the insight's number, which is remembered for it; elsewhere nobody types the number back, so it
    is the id.
    """
    here = suggest.HostEnvironment(os.environ, Path.home(), Path.cwd())
    opened = suggest.find_open(config, [one for one in insights if one.remedies], here)
    numbers = {number: one.id for number, one in enumerate(insights, 1) if one.id in opened}
    terminal = identify_terminal() if sys.stdout.isatty() else ""
    suggest.remember_shown(config, terminal, numbers, datetime.now(UTC))
    return {id_: str(number) if terminal else id_ for number, id_ in numbers.items()}
