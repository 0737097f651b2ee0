"""Steps of invented sessions, one call a line."""

from itertools import count
from typing import Any

from twiceshy.records.stories import Step
from twiceshy.records.workflow import Compliance, StepKind, StepVerdict, Workflow, WorkflowStep

NUMBERS = count(1)
RUN = b"subagent"


def step(kind: str, **more: Any) -> Step:
    number = next(NUMBERS)
    at = float(number)
    return Step(**{"kind": kind, "uid": number.to_bytes(16, "big"), "run": None, "at": at, "done_at": at + 0.5} | more)


def edit(path: str | None = "src/a.py", **more: Any) -> Step:
    edited = () if more.get("failure") or path is None else (path,)
    return step("call", **{"name": "Edit", "action": "edit", "path": path, "edited": edited} | more)


def new(path: str = "src/a.py", **more: Any) -> Step:
    return edit(path, **{"name": "Write", "action": "write", "created": True} | more)


def read(path: str = "src/a.py", **more: Any) -> Step:
    return step("call", **{"name": "Read", "action": "read", "path": path, "size": 400} | more)


def search(text: str = "def a", **more: Any) -> Step:
    return step("call", **{"name": "Grep", "action": "search", "text": text} | more)


def run(command: str, **more: Any) -> Step:
    return step("call", **{"name": "Bash", "action": "run", "text": command} | more)


def prompt(text: str = "go on") -> Step:
    return step("prompt", name="typed", text=text)


def at_once(*calls: Step) -> list[Step]:
    """The calls, all asked for before the first result came."""
    end = max(call.at or 0 for call in calls)
    return [call._replace(done_at=end + 0.1) for call in calls]


def declared(kind: StepKind, **more: Any) -> Workflow:
    return Workflow(steps=(WorkflowStep(**{"slug": kind.value, "kind": kind} | more),))


def verdict(found: Compliance) -> StepVerdict:
    return found.steps[0].verdict
