"""Attempts: a session's calls as insights and project facts read them, small enough to read thousands of sessions.

Texts are scrubbed, as all of a story is.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

UNKNOWN_FOLDER = "?"
"""Stands for a folder that nobody knows; no key is made of it."""


class AttemptEnd(StrEnum):
    """How a call ended, as far as anybody saw."""

    WORKED = "worked"
    FAILED = "failed"
    REFUSED = "refused"
    """By the user, before it ran."""
    STOPPED = "stopped"
    """It did not end by itself: the user, a signal or a time limit ended it."""
    HIDDEN = "hidden"
    """The agent was told that it worked, and its output shows a failure: a pipe or the like took its exit status."""
    UNSEEN = "unseen"
    """A pipe or the like took its exit status and its output does not say, or nothing came back."""


class AttemptCheck(NamedTuple):
    """What one test runner, build tool or linter in a command said."""

    tool: str
    kind: str
    """``test``, ``build``, ``types`` or ``lint``."""
    green: bool
    said: bool = True
    """Its output said so. False: only the exit status did, or there was no output, which is no proof that it ran."""


class CallAttempt(NamedTuple):
    """One call of a session, or a prompt between calls (then ``action`` is ``prompt``), in order."""

    uid: bytes
    """``ToolCall.call``; of a prompt ``Stamp.uid``."""
    action: str
    """``records.events.Action``, or ``prompt``."""
    end: AttemptEnd = AttemptEnd.WORKED
    at: float | None = None
    """Seconds since the epoch."""
    seconds: float | None = None
    """From the call to its result; a person's time to approve it is in it. None where the log has no times."""
    tool: str = ""
    command: str = ""
    """Of a run: its command line without leading changes of folder, up to 300 characters."""
    head: str = ""
    """Program and subcommand by ``commands.shell``: ``git commit``."""
    folder: str = ""
    """Where the command ran, relative to the session's folder where it lies below; empty: there. ``UNKNOWN_FOLDER``
    where the shell may stand elsewhere by then."""
    path: str = ""
    """Of a read or an edit, relative to the project where it lies below."""
    fingerprint: bytes = b""
    """Of a failure; equal for the same error."""
    message: str = ""
    """The line that says what is wrong."""
    checks: tuple[AttemptCheck, ...] = ()
    subagent: str = ""
    """The subagent's run, as hex; empty in the main dialogue."""
    exit_code: int | None = None
    size: int = 0
    """Of a read: characters of what came back, roughly."""
    asked: bool = False
    """The agent asked for rights that a person or a rule of theirs has to grant."""


class SessionAttempts(NamedTuple):
    """One session with its attempts."""

    session: bytes
    """``Session.uid``."""
    project: str
    """The project's identity."""
    project_name: str
    agent: str
    model: str
    first_at: float | None
    last_at: float | None
    attempts: tuple[CallAttempt, ...]
    cwd: str = ""
    """The folder in which it began, absolute; empty where it is not known."""


# Troubles that recur on a machine or at a project's hooks, as they outlive the report that first told them.


class TroubleCase(NamedTuple):
    """One time that a trouble was met."""

    session: SessionAttempts
    call: bytes
    """``CallAttempt.uid``."""
    at: float | None
    """Seconds since the epoch."""
    message: str
    """The line that says what is wrong."""
    gone_after_s: float | None
    """Until the same thing worked; None where it was not seen to, or the log has no times."""
    fingerprint: bytes = b""


class HookRefusal(NamedTuple):
    """A commit or push that a project's hook refused."""

    project: str
    """Its identity."""
    head: str
    """``git commit`` or ``git push``."""
    rule: str
    """The rule that the hook itself names; empty where it names none."""
    case: TroubleCase


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringTrouble:
    """One trouble that came again in several sessions of a project."""

    slug: str
    """Of a closed list: ``missing-program``, ``login``, ``disk``, ``hook`` …"""
    project: str
    """Its identity."""
    key: str
    """What tells it from others of its slug in its project."""
    subject: str
    """Program with its subcommand that meets it: ``git push``."""
    says: str
    """What is the matter, in our words and quoted names, without counts."""
    remedy: str
    """A prohibition or a fact, in our words and quoted names; empty where none is known."""
    cases: tuple[TroubleCase, ...]
    """Oldest first."""


# Calls as their agents logged them, and what each of them was.


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
