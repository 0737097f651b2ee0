"""Ask the person at the terminal, once and by one key, whether it was right to end their run.

Never where nobody sits: without a terminal, in CI, under an agent, or in a script, whose terminal it is as well but who
must not be held. It waits for some seconds only, and takes no key that was typed before it asked.
"""

from __future__ import annotations

import os
import select
import termios
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.base.config import load
from twiceshy.base.errors import ConfigError
from twiceshy.logs.agent_environment import is_without_person
from twiceshy.run.exits import BY_CLOCK
from twiceshy.run.verdicts import quote_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twiceshy.run.wrapper import Run

_PATIENCE_S = 10.0
"""Seconds after which nobody is taken to be there (guess of 2026-11-23)."""
_ANSWERS = {b"y": False, b"n": True}
"""Whether ending the run was wrong, by the key; any other key means later."""


def ask_about(done: Run) -> str:
    """Ask whether ending the run was right, keep the answer in its ``was_wrong``, and return what to say then."""
    if not may_ask(os.environ) or not _is_enabled(done.plan.home):
        return ""
    done.was_wrong = read_answer(0, 2, _word_question(done), _PATIENCE_S)
    if done.was_wrong is None:
        return "later: `twiceshy feedback last --false-positive` says that it was wrong"
    return "noted: it should have gone on; limits and patterns learn from it" if done.was_wrong else ""


def may_ask(environment: Mapping[str, str]) -> bool:
    """Tell whether a person waits for this run at a terminal: it is a job of their own shell, in the foreground."""
    if is_without_person(environment):
        return False
    try:
        return os.getpgrp() == os.getpid() == os.tcgetpgrp(0)
    except OSError:
        return False


def _word_question(done: Run) -> str:
    """Return the question."""
    if done.outcome.reason in BY_CLOCK or not done.judge.events:
        what = "was it right to end it"
    else:
        what = f"was {quote_line(done.judge.events[-1].line)} a reason to end it"
    return f"twiceshy: {what}? [y/n, any other key: later] "


def _is_enabled(home: str) -> bool:
    """Tell whether the settings allow the question."""
    try:
        return load({"home": home or None}, os.environ, Path.cwd()).telemetry_ask
    except (ConfigError, OSError):
        return False


def read_answer(fd: int, shown: int, question: str, patience_s: float) -> bool | None:
    """Ask on ``shown`` and return whether it was wrong, by one key from the terminal ``fd``; None without an answer."""
    before = termios.tcgetattr(fd)
    by_key = termios.tcgetattr(fd)
    by_key[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG)  # Ctrl-C is a key too: it means later
    termios.tcsetattr(fd, termios.TCSANOW, by_key)
    try:
        if _is_readable(fd, 0):  # somebody types their next command already
            return None
        os.write(shown, question.encode(errors="backslashreplace"))
        answer = os.read(fd, 1).lower() if _is_readable(fd, patience_s) else b""
        os.write(shown, answer + b"\n" if answer in _ANSWERS else b"\n")
        return _ANSWERS.get(answer)
    except OSError:  # the terminal went away
        return None
    finally:
        termios.tcsetattr(fd, termios.TCSANOW, before)


def _is_readable(fd: int, patience_s: float) -> bool:
    """Tell whether there is a key within that time."""
    return bool(select.select([fd], [], [], patience_s)[0])
