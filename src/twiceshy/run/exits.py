"""What a run's exit status means: the child's own, or one of ours, from a block that commands hardly use.

124 to 127 and 128 + n are GNU timeout's, so that scripts written for it keep working. 121 to 123 are the free numbers
just below: not a shell's, not POSIX's, not ``sysexits.h``'s (64-78), and "bad" but not "abort" to ``git bisect run``.
"""

_NEVER_APPEARED = 121  # defined in TABLE below
_NO_PROGRESS = 122  # defined in TABLE below
MATCHED = 123  # defined in TABLE below
_TIMED_OUT = 124  # same as GNU timeout
_OWN_FAILURE = 125  # same as GNU timeout
CANNOT_RUN = 126  # POSIX: found but not executable
NOT_FOUND = 127  # POSIX: not found
SIGNAL_BASE = 128  # POSIX: more than 128 for a signal
_KILLED = 137  # SIGNAL_BASE + SIGKILL, as defined by POSIX
_READER_LEFT = 141  # SIGNAL_BASE + SIGPIPE, as defined by POSIX

TABLE = (
    ("0-255", "the command's own status, whenever it ended by itself and nothing below applies"),
    ("0", "a --success pattern ended the run, or with --leave left the command running"),
    ("121", "the command ended with 0, but an --expect pattern never appeared"),
    ("122", "no progress: --stuck or --max-repeat ended the run"),
    ("123", "a --match, --failure, --only or --state pattern ended the run (another with --match-status)"),
    ("124", "timed out: --timeout, --idle-timeout or --first-output-timeout"),
    ("125", "twiceshy run itself failed, or its options make no sense"),
    ("126", "the command was found but cannot be run"),
    ("127", "the command was not found"),
    ("128+n", "signal n ended the command; 137 also after a time limit that needed KILL"),
)
"""The documented statuses, in the order of the manual."""

BY_PATTERN = ("match", "failure", "only", "state")
BY_SILENCE = ("timeout_idle", "timeout_first_output")
BY_CLOCK = ("timeout_overall", *BY_SILENCE)
_BY_STANDSTILL = ("stuck", "repeat")
ENDED_BY_US = (*BY_PATTERN, *BY_CLOCK, *_BY_STANDSTILL)
"""Reasons of runs that a limit or a pattern ended as bad."""
NATURAL = frozenset({"completed", "expect_missing"})
"""Reasons of runs that ended by themselves."""
BY_HAND = "interrupted"
"""Reason of a run that a person's Ctrl-C ended: it should have been ended, says a label that feedback overrules."""
TIMELESS = frozenset({"left", "reader_gone", BY_HAND})
"""Reasons of runs whose time says nothing about the command's: it goes on, its reader went away, or a person had
enough."""


class RunRefusal(Exception):  # noqa: N818  # not our error: the caller's words
    """The run was not started (status 125); the message says why."""


class PatternError(ValueError):
    """A pattern that its engine does not take; the message names both."""


def status_of_child(wait_status: int) -> int:
    """Return the status that a shell would report for what ``wait`` returned: 0-255, or 128 + n for signal n.

    >>> status_of_child(7 << 8), status_of_child(9)
    (7, 137)
    """
    signal = wait_status & 0x7F
    return SIGNAL_BASE + signal if signal else wait_status >> 8 & 0xFF


def status_of_run(reason: str, child: int, match_status: int) -> int:
    """Return the run's exit status.

    ``reason`` is what ended it, ``child`` the status of its command (as by ``status_of_child``).

    >>> status_of_run("completed", 7, MATCHED), status_of_run("match", 143, MATCHED)
    (7, 123)
    >>> status_of_run("timeout_idle", 143, MATCHED)
    124
    """
    if reason in BY_PATTERN:
        return match_status
    if reason in BY_CLOCK:
        return _KILLED if child == _KILLED else _TIMED_OUT
    if reason in _BY_STANDSTILL:
        return _NO_PROGRESS
    return {"success": 0, "expect_missing": _NEVER_APPEARED, "reader_gone": _READER_LEFT, "error": _OWN_FAILURE}.get(
        reason, child
    )
