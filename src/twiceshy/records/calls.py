"""Calls as their agents logged them, and what each of them was."""

from typing import NamedTuple


class LoggedCall(NamedTuple):
    """A call and what came of it, as its agent logged it."""

    uid: bytes
    tool: str
    action: str
    command: str
    """Whole."""
    given: str
    """The whole input as JSON; of waiting calls only."""
    failure: str | None
    exit_code: int | None
    output: str
    """Whole where the call failed or waits; else its beginning."""
    background: bool
    done: bool
    """A result came."""
    masked: bool | None = None
    """Whether the command's line hides its status, where that was read by the present rules; None: not known."""


class CallStatus(NamedTuple):
    """What a call was, and what became of it."""

    uid: bytes
    action: str
    masked: bool
    """A success is not known as one."""
    failure: str | None
    exit_code: int | None
    run: bytes | None = None
    """Of a waiting call the command that it waited for."""
    said: str = ""
    """What a failed command said, where the whole came later."""
