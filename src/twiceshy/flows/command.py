"""Run one command under watch: limits looked up, the run, and the words about it.

On the start-up path of every wrapped command: the standard library only, and of it only what is cheap.
"""

from __future__ import annotations

import os
import signal

from twiceshy.facts.durations import AUTO, shown
from twiceshy.flows.hand_over import hand_over, wanted
from twiceshy.run import wrapper
from twiceshy.run.matchers import PatternError
from twiceshy.run.observing import Observer
from twiceshy.run.signals import die_of
from twiceshy.run.verdicts import Judge

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from twiceshy.records.runs import Plan
    from twiceshy.run.document import Plain

    Learned = Callable[[Plan, str], tuple[float, str] | None]

AUTOMATIC = (
    ("--timeout", "timeout_s", None),
    ("--idle-timeout", "idle_timeout_s", None),
    ("--first-output-timeout", "first_output_timeout_s", None),
    ("--delay-exit", "delay_exit_s", 2.0),
)
"""Options that take ``auto``, their field, and what holds while nothing is learned."""


class Refused(Exception):  # noqa: N818  # not our error: the caller's words
    """The run was not started; the message says why."""


def looked_up(plan: Plan, field: str) -> tuple[float, str] | None:
    """Seconds and their evidence from the command's own past; None while too little is known."""
    from twiceshy.flows.learned import learned  # noqa: PLC0415  # only with `auto`

    return learned(plan, field)


def run(plan: Plan, learned: Learned = looked_up) -> NoReturn:
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
    observers: list[Observer] = []

    def prepare(one: wrapper.Run) -> None:
        begin_log(one)
        if wanted(plan):
            observers.append(Observer(one))

    done = wrapper.run(plan, judge, prepare=prepare)
    outcome = done.outcome
    say(plan, outcome.message, fresh_line=any(stream.sink.last != 10 for stream in done.streams))
    if done.log is not None:
        say(plan, done.log.error)
    if plan.json:
        from twiceshy.run.document import document  # noqa: PLC0415  # only with --json

        show_json(document(done))
    if observers:
        say(plan, hand_over(done, observers[0]))
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
        found = learned(plan, field)
        if found is None:
            say(plan, f"{option} auto: nothing is learned about this command yet; running {without(otherwise)}")
        else:
            say(plan, f"{option} {shown(found[0])}: {found[1]}")
        setattr(plan, field, otherwise if found is None else found[0])
    if plan.auto_match:
        say(plan, "--match auto: nothing is learned about this command yet; running without it")


def without(otherwise: float | None) -> str:
    """What holds while nothing is learned, in words."""
    return "without it" if otherwise is None else f"with {shown(otherwise)}"


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
    """Nothing; the sentence, if there is one, went to stderr, unless we are to be quiet."""
    if plan.quiet or not sentence:
        return
    start = "\n" if fresh_line and os.isatty(2) else ""
    try:
        os.write(2, f"{start}twiceshy: {sentence}\n".encode(errors="backslashreplace"))
    except OSError:  # nobody listens
        return
