"""Let a run go on in the background: its output in a file, its result beside it when it is over.

The first process waits only until the command has started, so that "not found" is still its own exit status.
"""

from __future__ import annotations

import json
import os
import tempfile

from twiceshy.flows.command import Refused, show_json
from twiceshy.flows.hand_over import hand_over, wanted
from twiceshy.run import wrapper
from twiceshy.run.document import SCHEMA, document
from twiceshy.run.log import Log
from twiceshy.run.observing import Observer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from twiceshy.records.runs import Plan
    from twiceshy.run.verdicts import Judge


def detach(plan: Plan, judge: Judge) -> NoReturn:
    """Nothing: this process ends with 0 once the command runs, or with 126 or 127 if it cannot.

    Raises:
        Refused: the output file cannot be written.
    """
    path, fd = output_file(plan)
    hearing, telling = os.pipe()
    if os.fork() == 0:
        os.close(hearing)
        in_background(plan, judge, path, fd, telling)
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


def output_file(plan: Plan) -> tuple[str, int]:
    """Where the output goes: the log that was asked for, else a new file among the temporary ones.

    Raises:
        Refused: it cannot be written.
    """
    try:
        if plan.log:
            return os.path.abspath(plan.log), Log(plan.log).fd  # noqa: PTH100  # a string is wanted
        fd, path = tempfile.mkstemp(prefix="twiceshy-", suffix=".log")
    except OSError as error:
        raise Refused(f"the output cannot be written to {plan.log or 'a temporary file'}: {error.strerror}") from error
    return path, fd


def in_background(plan: Plan, judge: Judge, path: str, fd: int, telling: int) -> NoReturn:
    """Nothing: run, and write the result beside the output."""
    os.setsid()
    null = os.open(os.devnull, os.O_RDONLY)
    for ours, number in ((null, 0), (fd, 1), (fd, 2)):
        os.dup2(ours, number)
    plan.log, plan.json = "", False

    def tell(one: wrapper.Run) -> None:
        outcome = one.outcome
        refused = outcome.status or 125 if not one.family.pid else None
        os.write(telling, json.dumps({"pid": one.family.pid, "status": refused, "message": outcome.message}).encode())
        os.close(telling)

    observers: list[Observer] = []

    def prepare(one: wrapper.Run) -> None:
        one.on_start = tell
        if wanted(plan):
            observers.append(Observer(one))

    done = wrapper.run(plan, judge, prepare=prepare)
    if done.outcome.reason != "not_started":
        part = f"{path}.json.part"
        result = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(result, "w", encoding="utf-8") as file:
            json.dump(document(done), file, indent=2)
        os.replace(part, f"{path}.json")  # noqa: PTH105
    for observer in observers:
        hand_over(done, observer)
    os._exit(done.outcome.status)
