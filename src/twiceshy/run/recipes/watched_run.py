"""Run one command under watch: look up its limits, run it, and say what happened.

On the start-up path of every wrapped command: only those parts of the standard library that are cheap to import.
"""

from __future__ import annotations

import os
import signal

from twiceshy.run.conclusion import run_plan
from twiceshy.run.exits import ENDED_BY_US, PatternError, RunRefusal
from twiceshy.run.hand_over import hand_over, is_recordable
from twiceshy.run.observer import Observer
from twiceshy.run.outputs import needs_output
from twiceshy.run.signals import die_by_signal, interrupt_job
from twiceshy.run.verdicts import Judge
from twiceshy.stats.durations import AUTO

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from typing import NoReturn

    from twiceshy.records.runs import RunPlan
    from twiceshy.run.leave import Leaving
    from twiceshy.run.wrapper import Run

__all__ = ["RunRefusal", "run"]
_ENDING_LIMITS = ("timeout_s", "idle_timeout_s")


def run(plan: RunPlan) -> NoReturn:
    """Run the command and end this process with its status, or by SIGINT where the command died of Ctrl-C.

    Raises:
        RunRefusal: a pattern is not understood, or a file cannot be written.
    """
    _resolve_auto(plan)
    try:
        judge = Judge(plan)
    except PatternError as error:
        raise RunRefusal(str(error)) from error
    if plan.detach:
        from twiceshy.run.leave import detach  # noqa: PLC0415  # only with --detach

        detach(plan, judge, _record)
    leaving = _begin_leavable(plan)
    observers: list[Observer] = []
    recorded = is_recordable(plan)
    if recorded and plan.choices:
        plan.run_id = os.urandom(16)

    def prepare(one: Run) -> None:
        _begin_log(one)
        _watch_silence(one)
        if recorded:
            observers.append(Observer(one))
        if leaving is not None:
            leaving.attach(one, observers)

    done = run_plan(plan, judge, watch_output=recorded or needs_output(plan), prepare=prepare)
    if leaving is not None:
        leaving.finish(done)
    _report(done)
    if observers:
        _say(plan, _ask(done))
        _say(plan, _hint_at_vanishing(plan))
        _say(plan, hand_over(done, observers[0], _record))
    _end_as(done)


def _end_as(done: Run) -> NoReturn:
    """End this process with the run's status, or by SIGINT where the command died of Ctrl-C."""
    if done.outcome.interrupted:
        if done.terminal is not None and done.terminal.interrupted:
            interrupt_job()
        die_by_signal(signal.SIGINT)
    os._exit(done.outcome.status)  # nothing of ours is left to close, and the interpreter's farewell costs 3 ms


def _begin_leavable(plan: RunPlan) -> Leaving | None:
    """Go on in a process that can leave the command behind, where that is wanted; None where it is not."""
    if not plan.leave:
        return None
    from twiceshy.run.leave import begin_leavable  # noqa: PLC0415  # only with --leave

    return begin_leavable(plan, _record)


def _resolve_auto(plan: RunPlan) -> None:
    """Replace ``auto`` with what is learned, and say which values were taken."""
    if plan.auto_match or AUTO in vars(plan).values():
        from twiceshy.run.auto_values import resolve_auto  # noqa: PLC0415
        from twiceshy.run.recipes.limit_suggestions import find_limit, find_patterns  # noqa: PLC0415  # only with `auto`

        for sentence in resolve_auto(plan, find_limit, find_patterns):
            _say(plan, sentence)


def _hint_at_vanishing(plan: RunPlan) -> str:
    """Return that records go with a CI machine, where that is due; else empty."""
    if os.environ.get("CI", "").strip().lower() in {"", "0", "false"} or os.environ.get("TWICESHY_TELEMETRY_BACKEND"):
        return ""
    from twiceshy.run.recipes.vanishing_run import find_hint  # noqa: PLC0415  # on CI machines only, at the end

    return find_hint(plan)


def _watch_silence(run: Run) -> None:
    """Let a long silence be said where a limit was asked for and none is learned yet."""
    plan = run.plan
    if run.watch_output and any(choice.kind in _ENDING_LIMITS and choice.origin == "none" for choice in plan.choices):
        from twiceshy.run.first_runs import find_long_silence  # noqa: PLC0415  # only where no limit is known

        plan.long_silence_s = find_long_silence(" ".join(plan.command))[1]
        run.acts["long_silence"] = lambda _: _say_silence(run)


def _say_silence(run: Run) -> None:
    """Say that the command has been silent for long."""
    from twiceshy.run.first_runs import describe_silence  # noqa: PLC0415  # only after minutes

    words = describe_silence(" ".join(run.plan.command), run.plan.long_silence_s or 0)
    _say(run.plan, words, fresh_line=any(stream.sink.last != 10 for stream in run.streams))


def _record(run: Run, observer: Observer, ended: float, patience_s: float) -> str:
    """Store the run; return why that failed, else an empty text."""
    from twiceshy.run.recipes.record_run import record  # noqa: PLC0415  # not in the wrapped command's time

    return record(run, observer, ended, patience_s)


def _begin_log(one: Run) -> None:
    """Open the run's log, if one is wanted.

    Raises:
        RunRefusal: the file cannot be written.
    """
    if one.plan.log:
        from twiceshy.run.output_log import OutputLog  # noqa: PLC0415  # only with --log

        try:
            one.begin_log(OutputLog(one.plan.log))
        except OSError as error:
            raise RunRefusal(f"--log {one.plan.log}: {error.strerror}") from error


def _report(done: Run) -> None:
    """Say how the run ended, where that is not the command's own doing."""
    words = f"{done.outcome.message}{_suggest_feedback(done)}"
    _say(done.plan, words, fresh_line=any(stream.sink.last != 10 for stream in done.streams))
    if done.log is not None:
        _say(done.plan, done.log.error)
    if done.plan.json:
        from twiceshy.run.document import add_verdict, show_json, to_document  # noqa: PLC0415  # only with --json

        show_json(add_verdict(to_document(done), done))
    elif done.outcome.child_status and not done.plan.quiet:
        from twiceshy.run.test_results import tell_failing_tests  # noqa: PLC0415  # after the command has ended

        _say(done.plan, tell_failing_tests(done))


def _suggest_feedback(done: Run) -> str:
    """Return how to report a false positive, where ``auto`` ended the run; else empty."""
    if not done.plan.run_id:
        return ""
    from twiceshy.run.observer import find_ending_choice  # noqa: PLC0415  # only with `auto`

    if find_ending_choice(done) is None:
        return ""
    return f". Wrong? twiceshy feedback r-{done.plan.run_id.hex()[:8]} --false-positive"


def _ask(done: Run) -> str:
    """Ask whether ending the run was right, where a person is at the terminal; return what to say of the answer."""
    plan = done.plan
    if plan.quiet or plan.json or done.outcome.reason not in ENDED_BY_US or not (os.isatty(0) and os.isatty(2)):
        return ""
    from twiceshy.run.question import ask_about  # noqa: PLC0415  # only on a terminal, after such an end

    return ask_about(done)


def _say(plan: RunPlan, sentence: str, *, fresh_line: bool = False) -> None:
    """Write the sentence to stderr, if there is one and the run is not quiet."""
    if plan.quiet or not sentence:
        return
    start = "\n" if fresh_line and os.isatty(2) else ""
    try:
        os.write(2, f"{start}twiceshy: {sentence}\n".encode(errors="backslashreplace"))
    except OSError:  # nobody listens
        return
