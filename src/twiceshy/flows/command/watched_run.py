"""Run one command under watch: look up its limits, run it, and say what happened.

On the start-up path of every wrapped command: only those parts of the standard library that are cheap to import.
"""

from __future__ import annotations

import os
import signal
import stat

from twiceshy.facts.stats.durations import AUTO, format_duration
from twiceshy.flows.command.hand_over import hand_over, is_recordable
from twiceshy.records.runs import Choice, Watch
from twiceshy.run import wrapper
from twiceshy.run.matchers import PatternError
from twiceshy.run.observer import Observer
from twiceshy.run.signals import die_by_signal
from twiceshy.run.verdicts import Judge

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from twiceshy.records.runs import RunPlan
    from twiceshy.run.document import Plain

    _LimitFinder = Callable[[RunPlan, str], tuple[float, str] | None]
    _PatternFinder = Callable[[RunPlan], tuple[tuple[str, ...], str, str]]

_AUTOMATIC = (
    ("--timeout", "timeout_s", None),
    ("--idle-timeout", "idle_timeout_s", None),
    ("--first-output-timeout", "first_output_timeout_s", None),
    ("--delay-exit", "delay_exit_s", 2.0),
)
"""Options that take ``auto``, their field, and what holds while nothing is learned."""


class RunRefusal(Exception):  # noqa: N818  # not our error: the caller's words
    """The run was not started; the message says why."""


def _look_up_limit(plan: RunPlan, field: str) -> tuple[float, str] | None:
    """Return seconds and their evidence from the command's own past; None while too little is known."""
    from twiceshy.flows.command.auto_options import find_limit  # noqa: PLC0415  # only with `auto`

    return find_limit(plan, field)


def _look_up_patterns(plan: RunPlan) -> tuple[tuple[str, ...], str, str]:
    """Return patterns, their origin (learned, starting or none), and why."""
    from twiceshy.flows.command.auto_options import find_patterns  # noqa: PLC0415  # only with `--match auto`

    return find_patterns(plan)


def run(plan: RunPlan, learned: _LimitFinder = _look_up_limit) -> NoReturn:
    """Run the command and end this process with its status, or by SIGINT where the command died of Ctrl-C.

    Raises:
        Refused: a pattern is not understood, or a file cannot be written.
    """
    _resolve_auto(plan, learned)
    try:
        judge = Judge(plan)
    except PatternError as error:
        raise RunRefusal(str(error)) from error
    if plan.detach:
        from twiceshy.flows.command.detach_run import detach  # noqa: PLC0415  # only with --detach

        detach(plan, judge)
    observers: list[Observer] = []
    recorded = is_recordable(plan)
    if recorded and plan.choices:
        plan.run_id = os.urandom(16)

    def prepare(one: wrapper.Run) -> None:
        _begin_log(one)
        if recorded:
            observers.append(Observer(one))

    done = wrapper.run(plan, judge, watch_output=recorded or _needs_output(plan), prepare=prepare)
    outcome = done.outcome
    _say(
        plan,
        f"{outcome.message}{_suggest_feedback(done)}",
        fresh_line=any(stream.sink.last != 10 for stream in done.streams),
    )
    if done.log is not None:
        _say(plan, done.log.error)
    if plan.json:
        from twiceshy.run.document import to_document  # noqa: PLC0415  # only with --json

        show_json(to_document(done))
    if observers:
        _ask(done)
        _say(plan, hand_over(done, observers[0]))
    if outcome.interrupted:
        die_by_signal(signal.SIGINT)
    os._exit(outcome.status)  # nothing of ours is left to close, and the interpreter's farewell costs 3 ms


def _needs_output(plan: RunPlan) -> bool:
    """Tell whether anything reads the output; if not, the command may have our own descriptors.

    A pipe is always looked at: its reader may leave, and waits for its end, which a background process would put off.
    """
    return any(_is_pipe(fd) for fd in (1, 2)) or bool(
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


def _is_pipe(fd: int) -> bool:
    """Tell whether somebody may read from the descriptor's other end."""
    try:
        mode = os.fstat(fd).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _suggest_feedback(done: wrapper.Run) -> str:
    """Return how to report a false positive, where ``auto`` ended the run; else empty."""
    if not done.plan.run_id:
        return ""
    from twiceshy.run.rewards import find_ending_choice  # noqa: PLC0415  # only with `auto`

    if find_ending_choice(done) is None:
        return ""
    return f". Wrong? twiceshy feedback r-{done.plan.run_id.hex()[:8]} --false-positive"


def _ask(done: wrapper.Run) -> None:
    """Ask about the match, where a person is at the terminal and wants to be asked; the run keeps the answer."""
    plan = done.plan
    if plan.quiet or plan.json or not done.judge.events or not (os.isatty(0) and os.isatty(2)):
        return
    from twiceshy.flows.command.run_question import ask_about  # noqa: PLC0415  # only on a terminal, after a match

    ask_about(done)


def _begin_log(one: wrapper.Run) -> None:
    """Open the run's log, if one is wanted.

    Raises:
        Refused: the file cannot be written.
    """
    if not one.plan.log:
        return
    from twiceshy.run.output_log import OutputLog  # noqa: PLC0415  # only with --log

    try:
        one.log = OutputLog(one.plan.log)
    except OSError as error:
        raise RunRefusal(f"--log {one.plan.log}: {error.strerror}") from error
    one.family.ours |= one.log.helpers
    one.log.helpers = one.family.ours


def _resolve_auto(plan: RunPlan, learned: _LimitFinder, patterns: _PatternFinder = _look_up_patterns) -> None:
    """Replace ``auto`` with learned values, and say which were taken."""
    if plan.auto_match:
        _resolve_auto_match(plan, learned, patterns)
    for option, field, otherwise in _AUTOMATIC:
        if getattr(plan, field) != AUTO:
            continue
        found = learned(plan, field)
        if found is None:
            _say(
                plan,
                f"{option} auto: nothing is learned about this command yet; running {_describe_default(otherwise)}",
            )
        else:
            _say(plan, f"{option} {format_duration(found[0])}: {found[1]}")
        setattr(plan, field, otherwise if found is None else found[0])
        value, origin, why = ("", "none", "") if found is None else (f"{found[0]:g}", "learned", found[1])
        plan.choices += (Choice(field, value, origin, why),)
    if plan.choices:
        usual = learned(plan, "usual_s")
        plan.usual_s = None if usual is None else usual[0]


def _resolve_auto_match(plan: RunPlan, learned: _LimitFinder, patterns: _PatternFinder) -> None:
    """Watch for the patterns known for this command, and set the learned delay after a match."""
    found, origin, why = patterns(plan)
    _say(plan, f"--match auto: {why}" + ("" if found else "; running without it"))
    plan.watches += tuple(Watch("match", pattern) for pattern in found)
    plan.choices += (Choice("match", "\n".join(found), origin, why),)
    if found and "delay_exit_s" not in vars(plan):  # nobody said how long
        delay = learned(plan, "delay_exit_s")
        if delay is not None:
            plan.delay_exit_s = delay[0]
            plan.choices += (Choice("delay_exit_s", f"{delay[0]:g}", "learned", delay[1]),)


def _describe_default(otherwise: float | None) -> str:
    """Return in words what holds while nothing is learned."""
    return "without it" if otherwise is None else f"with {format_duration(otherwise)}"


def show_json(answer: dict[str, Plain]) -> None:
    """Write the document to stdout."""
    import json  # noqa: PLC0415  # only with --json

    data = memoryview(f"{json.dumps(answer, indent=2)}\n".encode())
    try:
        while data:
            data = data[os.write(1, data) :]
    except OSError:  # nobody listens
        return


def _say(plan: RunPlan, sentence: str, *, fresh_line: bool = False) -> None:
    """Write the sentence to stderr, if there is one and the run is not quiet."""
    if plan.quiet or not sentence:
        return
    start = "\n" if fresh_line and os.isatty(2) else ""
    try:
        os.write(2, f"{start}twiceshy: {sentence}\n".encode(errors="backslashreplace"))
    except OSError:  # nobody listens
        return
