"""Run a command in the background: its output goes to a file, its result beside it when it is over.

The first process waits only until the command has started, so that "not found" is still its own exit status.
"""

from __future__ import annotations

import json
import os
import tempfile

from twiceshy.run.document import SCHEMA, add_verdict, show_json, to_document
from twiceshy.run.exits import RunRefusal
from twiceshy.run.hand_over import hand_over, is_recordable
from twiceshy.run.observer import Observer
from twiceshy.run.output_log import OutputLog
from twiceshy.run.whole_run import run_plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from twiceshy.records.runs import RunPlan
    from twiceshy.run.hand_over import Recorder
    from twiceshy.run.verdicts import Judge
    from twiceshy.run.wrapper import Run


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
