"""Whether a command may hold its output back, and what keeps it from that.

A program that finds a pipe instead of a terminal collects its output, so that a pattern matches late and a program
that works looks silent. How long a run was silent can be compared only with runs of the same kind.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from twiceshy.records.runs import RunPlan

NONE, ENVIRONMENT, PTY = KINDS = ("none", "environment", "pty")
"""Kinds of runs: the output may have been held back; the environment asked for it at once; it had a terminal."""
_OF_SILENCE = ("idle_timeout_s", "first_output_timeout_s")


def find_kind(plan: RunPlan) -> str:
    """Return which kind a run of this plan is."""
    if plan.pty:
        return PTY
    return ENVIRONMENT if plan.command and watches_output(plan) and not plan.buffered else NONE


def watches_output(plan: RunPlan) -> bool:
    """Tell whether it matters when a line comes: a pattern or a limit on silence waits for it."""
    return bool(
        plan.watches
        or plan.max_repeat
        or plan.idle_timeout_s
        or plan.first_output_timeout_s
        or plan.auto_match
        or any(choice.kind in _OF_SILENCE for choice in plan.choices)
    )


def name_limit(field: str, kind: str) -> str:
    """Return the name under which a limit on silence is kept for runs of that kind; other limits are for all."""
    return f"{field}:{kind}" if field in _OF_SILENCE and kind != ENVIRONMENT else field
