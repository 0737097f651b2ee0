"""The end of a run: its status, its reason, and the one sentence about what we did, if we did anything."""

from __future__ import annotations

import os
import signal
import time

from twiceshy.run import exits
from twiceshy.run.outputs import ENVIRONMENT, find_kind
from twiceshy.run.wrapper import SOON_AFTER_SIGNAL_S, TICK_S, Run
from twiceshy.stats.durations import format_duration, format_option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from twiceshy.records.runs import RunPlan
    from twiceshy.run.verdicts import Judge


_INTERRUPTED = exits.SIGNAL_BASE + signal.SIGINT
_DRAINED_S = 1.0
"""Seconds from the command's end to here at most, unless a reader is slow (guess, 2026-11-23)."""
HELD_BACK = "A program that writes to a pipe may hold its output back: --pty shows it at once"


def conclude(run: Run) -> None:
    """Complete the run's outcome, and let what the command left go on."""
    if run.terminal is None and not run.ending and not run.outputs.are_closed():
        run.outputs.start_leftover_readers()
    for stream in run.streams:
        if stream.lines is not None:
            stream.lines.close()
    if run.outcome.reason == "not_started":
        return
    if run.wait_status is None:
        _set_own_status(run)
    else:
        _set_command_status(run, run.wait_status)
    _explain(run, time.monotonic())


def _set_command_status(run: Run, wait_status: int) -> None:
    """Set the command's own status, unless we ended it."""
    outcome = run.outcome
    outcome.child_status = exits.status_of_child(wait_status)
    typed = run.terminal is not None and run.terminal.interrupted
    outcome.interrupted = (typed or signal.SIGINT in run.got) and wait_status & 0x7F == signal.SIGINT
    if outcome.reason == "completed" and outcome.child_status == 0 and run.judge.missing:
        outcome.reason = "expect_missing"
    if outcome.reason == "completed" and _was_stopped_by_hand(run):
        outcome.reason = "interrupted"
    by_itself = outcome.reason == "reader_gone" and not run.ending
    outcome.status = exits.status_of_run(
        "completed" if by_itself else outcome.reason, outcome.child_status, run.plan.match_status
    )


def _was_stopped_by_hand(run: Run) -> bool:
    """Tell whether a person's Ctrl-C ended the command.

    The terminal sent it and no process did, a person can be there, and the command ended soon after. A program that
    types into a terminal looks the same.
    """
    if not all(os.isatty(fd) for fd in (0, 2)) or os.environ.get("CI"):
        return False
    if run.terminal is not None:
        return run.terminal.interrupted and run.outcome.child_status == _INTERRUPTED
    return run.signals.typed and time.monotonic() - run.asked_at < SOON_AFTER_SIGNAL_S + _DRAINED_S


def _set_own_status(run: Run) -> None:
    """Set the status in pipe mode, or where no process could be started."""
    outcome = run.outcome
    if outcome.reason == "completed":
        outcome.reason = run.judge.verdict or ("expect_missing" if run.judge.missing else "end_of_input")
    number = next(iter(run.got), 0)
    outcome.interrupted = number == signal.SIGINT
    otherwise = exits.SIGNAL_BASE + number if outcome.reason == "signal" else 0
    outcome.status = exits.status_of_run(outcome.reason, otherwise, run.plan.match_status)


def _explain(run: Run, now: float) -> None:
    """Put into words what we did, if we did anything."""
    outcome, plan = run.outcome, run.plan
    idle = "--idle-timeout" if plan.idle_on == "both" else f"--idle-on {plan.idle_on} --idle-timeout"
    limits = {
        "timeout_overall": ("--timeout", plan.timeout_s),
        "timeout_idle": (idle, plan.idle_timeout_s),
        "timeout_first_output": ("--first-output-timeout", plan.first_output_timeout_s),
    }
    words = outcome.message
    if outcome.reason in limits:
        option, limit = limits[outcome.reason]
        words = f"ended by {option} {format_option(limit or 0)} after {format_duration(now - run.start)}"
    elif outcome.reason == "expect_missing":
        missing = ", ".join(sorted(repr(matcher.watch.regex) for matcher in run.judge.missing))
        words = f"the command ended with 0, but {missing} never appeared"
    elif outcome.reason and outcome.reason == run.judge.verdict:
        waited = now - (run.decided_at or now)
        words = f"ended {format_duration(waited)} after {run.judge.verdict_text}"
    if plan.usual_s and outcome.reason in {*limits, *exits.BY_PATTERN}:
        words += f"; this command usually needs {format_duration(plan.usual_s)}"
    if run.abandoned:
        words += f"; {run.abandoned} processes could not be ended (another user's?)"
    said = f"{words}. Status {outcome.status}" if words else ""
    outcome.message = ". ".join(filter(None, (said, _find_hint(run))))


def _find_hint(run: Run) -> str:
    """Return what to try next, where the command's output was held back or a program would not have it shown."""
    if run.outcome.reason in exits.BY_SILENCE and run.never_wrote and run.terminal is None:
        return HELD_BACK
    if find_kind(run.plan) != ENVIRONMENT:
        return ""
    from twiceshy.run.unbuffered import find_refusal  # noqa: PLC0415  # only where lines were waited for

    early = (part for stream in run.streams for _, part in stream.early)
    late = (part for stream in run.streams for part in stream.tail)
    return find_refusal(b"".join([*early, *late]), run.outcome.child_status)


# Run a plan from its start to the sentence about its end.


def run_plan(
    plan: RunPlan, judge: Judge, *, watch_output: bool = True, prepare: Callable[[Run], None] | None = None
) -> Run:
    """Run the plan to its end. ``prepare`` may hang a log or observers on the run before it starts."""
    one = Run(plan, judge, watch_output=watch_output)
    if prepare is not None:
        prepare(one)
    try:
        one.begin()
        if not plan.command or one.family.pid:
            if one.on_tick is not None:
                one.timers["tick"] = one.start + TICK_S
            one.loop()
    finally:
        if one.terminal is not None:
            one.terminal.restore()
    conclude(one)
    return one
