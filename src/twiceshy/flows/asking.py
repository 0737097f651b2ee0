"""One question to a person at a terminal, after a run whose outcome nobody can tell from its status. Off by default."""

from __future__ import annotations

import os
import select
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.config import load
from twiceshy.errors import ConfigError

if TYPE_CHECKING:
    from twiceshy.run.wrapper import Run

PATIENCE_S = 20.0
"""Then nobody is there (guess)."""
ANSWERS = {"y": False, "yes": False, "n": True, "no": True}
"""Whether the match was wrong, by the answer."""


def ask_about(done: Run) -> None:
    """Nothing; the answer, if there is one, is the run's ``was_wrong``."""
    if not uncertain(done) or not asked_for(done.plan.home):
        return
    line = done.judge.events[-1].line.decode("utf-8", "replace").strip()[:60]
    os.write(2, f"twiceshy: was {line!r} a real failure? [y/n, Enter: no answer] ".encode(errors="backslashreplace"))
    done.was_wrong = answer(0, PATIENCE_S)


def uncertain(done: Run) -> bool:
    """Whether the command's status does not say if the match was right.

    Either we ended the run at the match, or the command went on and ended well.
    """
    kinds = {event.kind for event in done.judge.events}
    if not kinds & {"match", "failure"}:
        return False
    return done.outcome.reason in {"match", "failure"} or (
        done.outcome.reason == "completed" and done.outcome.child_status == 0
    )


def asked_for(home: str) -> bool:
    """Whether the settings say so."""
    try:
        return load({"home": home or None}, os.environ, Path.cwd()).telemetry_ask
    except (ConfigError, OSError):
        return False


def answer(fd: int, patience_s: float) -> bool | None:
    """Whether the match was wrong; None without an answer in time."""
    ready, _, _ = select.select([fd], [], [], patience_s)
    if not ready:
        os.write(2, b"\n")
        return None
    return ANSWERS.get(os.read(fd, 64).decode("utf-8", "replace").strip().lower())
