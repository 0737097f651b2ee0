"""Leave a command running in the background once its ``--success`` line came: a server is up, its caller goes on.

Somebody has to empty the command's pipes for as long as it lives, and whoever that is must be its parent from the
start: the kernel ends a command whose parent dies, and only a parent learns its status. So the run is made by a second
process in a session of its own, which Ctrl-C at the caller's terminal cannot hit; the first one waits, passes signals
on, and ends when it hears that the command was left, or how the run ended.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import tempfile

from twiceshy.records.runs import RunOutcome
from twiceshy.run.child import load_libc, read_stat_fields, send_signal
from twiceshy.run.conclusion import run_plan
from twiceshy.run.document import SCHEMA, add_verdict, show_json, to_document
from twiceshy.run.exits import RunRefusal, status_of_child
from twiceshy.run.hand_over import hand_over, is_recordable
from twiceshy.run.observer import Observer
from twiceshy.run.output_log import OutputLog
from twiceshy.run.signals import STOPPING, Signals, die_by_signal
from twiceshy.run.streams import Sink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from twiceshy.records.runs import RunPlan
    from twiceshy.run.hand_over import Recorder
    from twiceshy.run.verdicts import Judge
    from twiceshy.run.wrapper import Run


# Run a command in the background: its output goes to a file, its result beside it when it is over.
#
# The first process waits only until the command has started, so that "not found" is still its own exit status.


def detach(plan: RunPlan, judge: Judge, record: Recorder) -> NoReturn:
    """Start the run in the background; end this process with 0 once it runs, with 126 or 127 if it cannot.

    Raises:
        RunRefusal: the output file cannot be written.
    """
    path, fd = _open_output(plan)
    hearing, telling = os.pipe()
    if os.fork() == 0:
        os.close(hearing)
        _run_in_background(plan, judge, record, (path, fd), telling)
    os.close(telling)
    with os.fdopen(hearing, "rb") as started:
        answer = json.loads(started.read() or b'{"status": 125, "message": "the background process died"}')
    if answer["status"] is not None:
        os.write(2, f"twiceshy: {answer['message']}\n".encode(errors="backslashreplace"))
        os._exit(int(answer["status"]))
    pid = int(answer["pid"])
    if plan.json:
        show_json({"schema": SCHEMA, "reason": "detached", "pid": pid, "output": path, "result": f"{path}.json"})
    elif not plan.quiet:
        os.write(1, f"pid {pid} · output {path} (as it is: secrets included) · result {path}.json\n".encode())
    os._exit(0)


def _open_output(plan: RunPlan) -> tuple[str, int]:
    """Open the output: the log that was asked for, else a new temporary file. Return its path and descriptor.

    Raises:
        RunRefusal: it cannot be written.
    """
    try:
        if plan.log:
            return os.path.abspath(plan.log), OutputLog(plan.log).fd  # noqa: PTH100  # a string is wanted
        fd, path = tempfile.mkstemp(prefix="twiceshy-", suffix=".log")
    except OSError as error:
        raise RunRefusal(
            f"the output cannot be written to {plan.log or 'a temporary file'}: {error.strerror}"
        ) from error
    return path, fd


def _run_in_background(
    plan: RunPlan, judge: Judge, record: Recorder, output: tuple[str, int], telling: int
) -> NoReturn:
    """Run the command, write the result beside the output (path, descriptor) and end this process."""
    path, fd = output
    os.setsid()
    null = os.open(os.devnull, os.O_RDONLY)
    for ours, number in ((null, 0), (fd, 1), (fd, 2)):
        os.dup2(ours, number)
    plan.log, plan.json = "", False

    def tell(one: Run) -> None:
        outcome = one.outcome
        refused = outcome.status or 125 if not one.family.pid else None
        os.write(telling, json.dumps({"pid": one.family.pid, "status": refused, "message": outcome.message}).encode())
        os.close(telling)

    observers: list[Observer] = []

    def prepare(one: Run) -> None:
        one.on_start = tell
        if is_recordable(plan):
            observers.append(Observer(one))

    done = run_plan(plan, judge, prepare=prepare)
    if done.outcome.reason != "not_started":
        write_result(path, done)
    for observer in observers:
        hand_over(done, observer, record)
    os._exit(done.outcome.status)


def write_result(path: str, done: Run) -> None:
    """Write the run's result beside its output, whole or not at all."""
    part = f"{path}.json.part"
    result = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(result, "w", encoding="utf-8") as file:
        json.dump(add_verdict(to_document(done), done), file, indent=2)
    os.replace(part, f"{path}.json")  # noqa: PTH105


_PR_SET_PDEATHSIG = 1  # the kernel's number, <linux/prctl.h>
_PATIENCE_S = 2.0
"""Seconds that a reader who is behind gets for what came before the command is left; the file has all of it (guess,
2026-11-23)."""
_LOOK_AGAIN_S = 0.05  # seconds between two looks whether it caught up (guess, 2026-11-23)
_LONGEST_NEWS = 1 << 16  # bytes of what the background process tells (by design: a path, a pid and two sentences)


class Leaving:
    """The background process's side: the run, and how it lets go of it."""

    def __init__(self, plan: RunPlan, record: Recorder, telling: int) -> None:
        """Write the output to the plan's log, else to a new temporary file.

        Raises:
            RunRefusal: it cannot be written.
        """
        self.record = record
        self.telling = telling
        self.is_temporary = not plan.log
        self.left = False
        self.give_up = 0.0
        self.observers: list[Observer] = []
        if self.is_temporary:
            try:
                fd, plan.log = tempfile.mkstemp(prefix="twiceshy-", suffix=".log")
            except OSError as error:
                raise RunRefusal(f"the output cannot be written to a temporary file: {error.strerror}") from error
            os.close(fd)
        self.path = os.path.abspath(plan.log)  # noqa: PTH100  # a string is wanted

    def attach(self, run: Run, observers: list[Observer]) -> None:
        """Take the run's success as the moment to let go. ``observers`` are complete when the run begins."""
        self.run, self.observers = run, observers
        run.on_success = self.let_go
        run.acts["let_go"] = self.let_go
        run.has_terminal = run.signals.has_terminal = False  # it is the first process's

    def let_go(self, now: float) -> None:
        """Let the command go on, unless it ended already; give a reader who is behind a moment to catch up."""
        run = self.run
        if run.decided_at is None:
            run.decided_at, self.give_up = now, now + _PATIENCE_S
        pid = run.family.pid  # 0 once it was waited for
        if not pid or run.ending or read_stat_fields(pid)[:1] == [b"Z"]:
            return
        if run.outputs.is_backed_up() and now < self.give_up:
            run.timers["let_go"] = now + _LOOK_AGAIN_S
            return
        self.left = True
        run.timers.clear()
        self._release_outputs()
        news = {"pid": pid, "output": self.path, "result": f"{self.path}.json"}
        run.outcome.reason = "left"
        run.outcome.message = f"left running after {run.judge.verdict_text}. Status 0"
        said = [run.outcome.message]
        if self.observers:
            said.append(hand_over(run, self.observers[0], self.record))
        run.outcome = RunOutcome()
        run.judge.matchers, run.judge.missing = [], set()
        run.on_tick = run.on_gap = None
        if run.library is not None and sys.platform == "linux":
            run.library.prctl(_PR_SET_PDEATHSIG, 0, 0, 0, 0)
        os.write(self.telling, json.dumps({**news, "said": said}).encode())
        os.close(self.telling)

    def _release_outputs(self) -> None:
        """Let our caller's descriptors go, so that nobody waits for us; what comes from now on goes to the file."""
        for stream in self.run.streams:
            if stream.sink.own >= 0:
                os.close(stream.sink.own)
            stream.sink = Sink(-1)
            if stream.lines is not None:
                stream.newlines, stream.lines = stream.lines.complete, None
        null = os.open(os.devnull, os.O_RDWR)
        for fd in {0, 1, 2} | self.run.outputs.inherited:
            os.dup2(null, fd)
        os.close(null)

    def finish(self, done: Run) -> None:
        """End this process if the command was left, with its result beside the output; else remove our own file."""
        if self.left:
            write_result(self.path, done)
            os._exit(0)
        if self.is_temporary and os.path.exists(self.path):  # noqa: PTH110  # pathlib costs 5 ms
            os.unlink(self.path)  # noqa: PTH108  # our caller has it all


def begin_leavable(plan: RunPlan, record: Recorder) -> Leaving:
    """Go on in a second process, and return there only: the first one waits for it and ends as it does.

    Raises:
        RunRefusal: the output cannot be written.
    """
    hearing, telling = os.pipe()
    first = os.getpid()
    second = os.fork()
    if second:
        os.close(telling)
        _wait_for(second, hearing, plan)
    os.close(hearing)
    os.setsid()
    library = load_libc()
    if library is not None and sys.platform == "linux":
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != first:
            os._exit(status_of_child(signal.SIGKILL))
    if os.isatty(0):  # a command in another session would take what is typed for others
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
    return Leaving(plan, record, telling)


def _wait_for(second: int, hearing: int, plan: RunPlan) -> NoReturn:
    """Pass signals on until the command was left or the run is over; then end this process."""
    signals = Signals(load_libc(), has_terminal=False)
    poll = select.poll()
    poll.register(hearing, select.POLLIN)
    poll.register(signals.fd, select.POLLIN)
    while not any(fd == hearing for fd, _ in poll.poll()):
        for number, _ in signals.read():
            if number in STOPPING:
                os.kill(os.getpid(), signal.SIGSTOP)
            elif number not in {signal.SIGCHLD, signal.SIGCONT}:
                send_signal(second, number)
    news = os.read(hearing, _LONGEST_NEWS)
    if news:
        _tell(json.loads(news), plan)
        os._exit(0)
    _, status = os.waitpid(second, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGINT:
        die_by_signal(signal.SIGINT)
    os._exit(status_of_child(status))


def _tell(news: dict[str, str | int | list[str]], plan: RunPlan) -> None:
    """Say which process goes on, where its output is and where its result will be."""
    said = news.pop("said")
    if plan.json:
        show_json({"schema": SCHEMA, "reason": "left", "status": 0, **news})  # type: ignore[dict-item]  # texts and a number
    if plan.quiet or not isinstance(said, list):
        return
    place = f"pid {news['pid']} · output {news['output']} (as it is: secrets included) · result {news['result']}"
    lines = [f"twiceshy: {sentence}\n" for sentence in [said[0], place, *said[1:]] if sentence]
    os.write(2, "".join(lines).encode(errors="backslashreplace"))
