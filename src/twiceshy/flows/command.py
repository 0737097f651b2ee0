"""Run one command under watch: limits looked up, the run, and the words about it.

On the start-up path of every wrapped command: the standard library only, and of it only what is cheap.
"""

from __future__ import annotations

import os
import signal

from twiceshy.facts.durations import AUTO
from twiceshy.run import wrapper
from twiceshy.run.matchers import PatternError
from twiceshy.run.signals import die_of
from twiceshy.run.verdicts import Judge

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from twiceshy.records.runs import Plan
    from twiceshy.run.document import Plain

    Learned = Callable[[Plan, str], float | None]

AUTOMATIC = (
    ("--timeout", "timeout_s", None),
    ("--idle-timeout", "idle_timeout_s", None),
    ("--first-output-timeout", "first_output_timeout_s", None),
    ("--delay-exit", "delay_exit_s", 2.0),
)
"""Options that take ``auto``, their field, and what holds while nothing is learned."""


class Refused(Exception):  # noqa: N818  # not our error: the caller's words
    """The run was not started; the message says why."""


def nothing_learned(plan: Plan, field: str) -> float | None:  # noqa: ARG001  # the shape of a look-up
    """None: there is no history yet."""
    return None


def run(plan: Plan, learned: Learned = nothing_learned) -> NoReturn:
    """Nothing: the process ends with the run's status, or of the Ctrl-C that the command died of.

    Raises:
        Refused: a pattern is not understood, or a file cannot be written.
    """
    settle(plan, learned)
    try:
        judge = Judge(plan)
    except PatternError as error:
        raise Refused(str(error)) from error
    if plan.detach:
        from twiceshy.flows.detached import detach  # noqa: PLC0415  # only with --detach

        detach(plan, judge)
    done = wrapper.run(plan, judge, prepare=begin_log)
    outcome = done.outcome
    if outcome.message:
        say(plan, outcome.message, fresh_line=any(stream.sink.last != 10 for stream in done.streams))
    if done.log is not None and done.log.error:
        say(plan, done.log.error)
    if plan.json:
        from twiceshy.run.document import document  # noqa: PLC0415  # only with --json

        show_json(document(done))
    if outcome.interrupted:
        die_of(signal.SIGINT)
    os._exit(outcome.status)  # nothing of ours is left to close, and the interpreter's farewell costs 3 ms


def begin_log(one: wrapper.Run) -> None:
    """Nothing; the run writes its log, if one is wanted.

    Raises:
        Refused: the file cannot be written.
    """
    if not one.plan.log:
        return
    from twiceshy.run.log import Log  # noqa: PLC0415  # only with --log

    try:
        one.log = Log(one.plan.log)
    except OSError as error:
        raise Refused(f"--log {one.plan.log}: {error.strerror}") from error
    one.family.ours |= one.log.helpers
    one.log.helpers = one.family.ours


def settle(plan: Plan, learned: Learned) -> None:
    """Put learned values in the place of ``auto``, and say what was taken."""
    for option, field, otherwise in AUTOMATIC:
        if getattr(plan, field) != AUTO:
            continue
        value = learned(plan, field)
        if value is None:
            say(plan, f"{option} auto: nothing is learned about this command yet; running without it")
        setattr(plan, field, otherwise if value is None else value)
    if plan.auto_match:
        say(plan, "--match auto: nothing is learned about this command yet; running without it")


def show_json(answer: dict[str, Plain]) -> None:
    """Nothing; the document went to stdout."""
    import json  # noqa: PLC0415  # only with --json

    data = memoryview(f"{json.dumps(answer, indent=2)}\n".encode())
    try:
        while data:
            data = data[os.write(1, data) :]
    except OSError:  # nobody listens
        return


def say(plan: Plan, sentence: str, *, fresh_line: bool = False) -> None:
    """Nothing; the sentence went to stderr, unless we are to be quiet."""
    if plan.quiet:
        return
    start = "\n" if fresh_line and os.isatty(2) else ""
    try:
        os.write(2, f"{start}twiceshy: {sentence}\n".encode(errors="backslashreplace"))
    except OSError:  # nobody listens
        return
