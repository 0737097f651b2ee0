"""Run one command under watch: limits looked up, the run, and the words about it.

On the start-up path of every wrapped command: the standard library only, and of it only what is cheap.
"""

from __future__ import annotations

import os
import signal
import stat

from twiceshy.facts.durations import AUTO, shown
from twiceshy.flows.hand_over import hand_over, wanted
from twiceshy.records.runs import Choice, Watch
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
    Patterns = Callable[[Plan], tuple[tuple[str, ...], str, str]]

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


def patterns_for(plan: Plan) -> tuple[tuple[str, ...], str, str]:
    """Patterns, whether they are learned, starting ones or none, and why."""
    from twiceshy.flows.learned import learned_patterns  # noqa: PLC0415  # only with `--match auto`

    return learned_patterns(plan)


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
    recorded = wanted(plan)
    if recorded and plan.choices:
        plan.run_id = os.urandom(16)

    def prepare(one: wrapper.Run) -> None:
        begin_log(one)
        if recorded:
            observers.append(Observer(one))

    done = wrapper.run(plan, judge, watch_output=recorded or needs_output(plan), prepare=prepare)
    outcome = done.outcome
    say(plan, f"{outcome.message}{way_back(done)}", fresh_line=any(stream.sink.last != 10 for stream in done.streams))
    if done.log is not None:
        say(plan, done.log.error)
    if plan.json:
        from twiceshy.run.document import document  # noqa: PLC0415  # only with --json

        show_json(document(done))
    if observers:
        ask(done)
        say(plan, hand_over(done, observers[0]))
    if outcome.interrupted:
        die_of(signal.SIGINT)
    os._exit(outcome.status)  # nothing of ours is left to close, and the interpreter's farewell costs 3 ms


def needs_output(plan: Plan) -> bool:
    """Whether anything looks at the output; else the command may have our own descriptors.

    A pipe is always looked at: its reader may leave, and waits for its end, which a background process would put off.
    """
    return any(is_pipe(fd) for fd in (1, 2)) or bool(
        plan.watches
        or plan.max_repeat
        or plan.idle_timeout_s
        or plan.first_output_timeout_s
        or plan.log
        or plan.json
        or plan.pty
        or plan.on != "both"
        or not plan.command
    )


def is_pipe(fd: int) -> bool:
    """Whether somebody may read from its other end."""
    try:
        mode = os.fstat(fd).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def way_back(done: wrapper.Run) -> str:
    """How to say that we were wrong, where ``auto`` ended the run."""
    if not done.plan.run_id:
        return ""
    from twiceshy.run.rewards import ended_by  # noqa: PLC0415  # only with `auto`

    if ended_by(done) is None:
        return ""
    return f". Wrong? twiceshy feedback r-{done.plan.run_id.hex()[:8]} --false-positive"


def ask(done: wrapper.Run) -> None:
    """Nothing; where a person is there and wants to be asked, the answer goes with the run."""
    plan = done.plan
    if plan.quiet or plan.json or not done.judge.events or not (os.isatty(0) and os.isatty(2)):
        return
    from twiceshy.flows.asking import ask_about  # noqa: PLC0415  # only on a terminal, after a match

    ask_about(done)


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


def settle(plan: Plan, learned: Learned, patterns: Patterns = patterns_for) -> None:
    """Put learned values in the place of ``auto``, and say what was taken."""
    if plan.auto_match:
        settle_match(plan, learned, patterns)
    for option, field, otherwise in AUTOMATIC:
        if getattr(plan, field) != AUTO:
            continue
        found = learned(plan, field)
        if found is None:
            say(plan, f"{option} auto: nothing is learned about this command yet; running {without(otherwise)}")
        else:
            say(plan, f"{option} {shown(found[0])}: {found[1]}")
        setattr(plan, field, otherwise if found is None else found[0])
        value, origin, why = ("", "none", "") if found is None else (f"{found[0]:g}", "learned", found[1])
        plan.choices += (Choice(field, value, origin, why),)
    if plan.choices:
        usual = learned(plan, "usual_s")
        plan.usual_s = None if usual is None else usual[0]


def settle_match(plan: Plan, learned: Learned, patterns: Patterns) -> None:
    """Watch for what is known of this command, and go on after a match for as long as its past says."""
    found, origin, why = patterns(plan)
    say(plan, f"--match auto: {why}" + ("" if found else "; running without it"))
    plan.watches += tuple(Watch("match", pattern) for pattern in found)
    plan.choices += (Choice("match", "\n".join(found), origin, why),)
    if found and "delay_exit_s" not in vars(plan):  # nobody said how long
        delay = learned(plan, "delay_exit_s")
        if delay is not None:
            plan.delay_exit_s = delay[0]
            plan.choices += (Choice("delay_exit_s", f"{delay[0]:g}", "learned", delay[1]),)


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
