"""Ask a person at a terminal whether a match was right, where the run's status does not tell. Off by default."""

from __future__ import annotations

import os
import select
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.config import load
from twiceshy.errors import ConfigError

if TYPE_CHECKING:
    from twiceshy.run.wrapper import Run

_PATIENCE_S = 20.0
"""Seconds after which nobody is taken to be there (guess of 2026-11-21)."""
_ANSWERS = {"y": False, "yes": False, "n": True, "no": True}
"""Whether the match was wrong, by the answer."""


def ask_about(done: Run) -> None:
    """Ask whether the match was right, where that is uncertain, and store the answer in the run's ``was_wrong``."""
    if not _is_uncertain(done) or not _is_enabled(done.plan.home):
        return
    line = done.judge.events[-1].line.decode("utf-8", "replace").strip()[:60]
    os.write(2, f"twiceshy: was {line!r} a real failure? [y/n, Enter: no answer] ".encode(errors="backslashreplace"))
    done.was_wrong = read_answer(0, _PATIENCE_S)


def _is_uncertain(done: Run) -> bool:
    """Tell whether the command's status leaves open if the match was right.

    Either we ended the run at the match, or the command went on and ended well.
    """
    kinds = {event.kind for event in done.judge.events}
    if not kinds & {"match", "failure"}:
        return False
    return done.outcome.reason in {"match", "failure"} or (
        done.outcome.reason == "completed" and done.outcome.child_status == 0
    )


def _is_enabled(home: str) -> bool:
    """Tell whether the settings allow the question."""
    try:
        return load({"home": home or None}, os.environ, Path.cwd()).telemetry_ask
    except (ConfigError, OSError):
        return False


def read_answer(fd: int, patience_s: float) -> bool | None:
    """Return whether the match was wrong; None without an answer in time."""
    ready, _, _ = select.select([fd], [], [], patience_s)
    if not ready:
        os.write(2, b"\n")
        return None
    return _ANSWERS.get(os.read(fd, 64).decode("utf-8", "replace").strip().lower())
