"""SWE-agent's trajectories as events. The format, as documented, is described in ``swe_agent.md``.

A trajectory is one JSON object, written anew after each step: a changed file is read again from its start, and every
step is known again by its place in the list.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from twiceshy.logs.base import AgentTraits, Batch, Source
from twiceshy.logs.benchmark_instances import instance_on_path, repository_of_instance
from twiceshy.logs.journal import Journal, Record, join_texts, text_at
from twiceshy.logs.log_files import find_sources, parse_object, read_document
from twiceshy.records.events import Action, Failure, MarkKind, PromptKind
from twiceshy.records.ingest import Cursor

_AGENT: Final = "swe-agent"
_ACTIONS: Final[Mapping[str, Action]] = {
    "str_replace_editor": Action.EDIT,
    "edit": Action.EDIT,
    "edit_anthropic": Action.EDIT,
    "insert": Action.EDIT,
    "create": Action.WRITE,
    "open": Action.READ,
    "goto": Action.READ,
    "scroll_up": Action.READ,
    "scroll_down": Action.READ,
    "find_file": Action.SEARCH,
    "search_file": Action.SEARCH,
    "search_dir": Action.SEARCH,
    "view_image": Action.READ,
    "submit": Action.OTHER,
}
"""Commands of its own; any other action is a command line."""
_OF_EDITOR: Final = {"view": Action.READ, "create": Action.WRITE}
_REFUSED: Final = (
    "Your command was blocked",
    "Operation '",
    "Your proposed edit has introduced",
    "No replacement was performed",
    "Invalid `path` parameter",
    "EXECUTION FAILED",
)
"""How observations of actions begin that were not carried out (documentation and sources of version 1)."""
_HISTORY: Final = re.compile(rb'\s*\{\s*"history"\s*:\s*\[\s*\{[^}]{0,200}"(?:role|message_type|agent)"')


class SweAgent:
    """Reads ``trajectories/**/*.traj``."""

    name = _AGENT
    title = "SWE-agent"
    traits = AgentTraits()

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Return its folder of trajectories, if a setting names it; else they lie below where it was started."""
        del home
        named = env.get("SWE_AGENT_TRAJECTORY_DIR")
        return [Path(named)] if named else []

    def find(self, root: Path) -> Iterator[Source]:
        """Yield every ``.traj`` below the root."""
        return find_sources(_AGENT, root, lambda path: path.suffix == ".traj")

    def recognises(self, path: Path, head: bytes) -> bool:
        """Tell whether it is an object that begins as a trajectory does, or as a history alone."""
        start = head[:4_096]
        if start.lstrip()[:1] != b"{":
            return False
        if path.suffix == ".traj":
            return any(key in start for key in (b'"trajectory"', b'"environment"')) or bool(_HISTORY.match(start))
        return b'"trajectory": [' in start and b'"action"' in head

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Return the events of the whole file; none if it is the one that the cursor stands for."""
        del limit_bytes
        run = _Trajectory(Journal(_AGENT, salt, f"{path.parent.parent.name}/{path.stem}"))
        run.of_instance(instance_on_path(path))
        return read_document(path, cursor, run.journal, run.parse, run.take)


class _Trajectory:
    """Takes a trajectory's steps into a journal."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.index = 0

    def of_instance(self, instance: str | None) -> None:
        """Note which instance of a benchmark this is a run of."""
        if instance:
            self.journal.session.title = instance
            self.journal.session.repository = repository_of_instance(instance)

    def parse(self, data: bytes) -> list[object] | None:
        """Return the task, the steps, and the end of the run; None if it is no trajectory."""
        document = parse_object(data) or {}
        history = document.get("history")
        steps = document.get("trajectory") or _steps_of(history)
        if not isinstance(steps, list):
            return None
        info = document.get("info")
        info = info if isinstance(info, dict) else {}
        self.journal.session.version = text_at(info, "swe_agent_version")
        self.journal.session.title = self.journal.session.title or text_at(document, "environment")
        task = _task_of(history)
        ending = [{"end": info["exit_status"]}] if info.get("exit_status") else []
        return [*([{"task": task}] if task else []), *steps, *ending]

    def take(self, step: Record) -> str:
        """Take one step."""
        journal = self.journal
        if "task" in step:
            journal.prompt(journal.uid("task"), PromptKind.SDK, step["task"])
            return "task"
        if "end" in step:
            journal.mark(journal.uid("end", str(step["end"])), MarkKind.NOTICE, str(step["end"]), "")
            return "end"
        self.index += 1
        seed = str(self.index)
        said = text_at(step, "thought") or text_at(step, "response")
        if said and said.strip():
            journal.reply(journal.uid("reply", seed), said)
        action = text_at(step, "action")
        if action and action.strip():
            self.act(journal.uid("call", seed), action.strip(), step)
        return "step"

    def act(self, call: bytes, line: str, step: Record) -> None:
        """Add an action and its observation."""
        journal = self.journal
        words = line.split(None, 3)
        tool = words[0] if words[0] in _ACTIONS else "bash"
        action = _ACTIONS.get(tool, Action.RUN)
        path = words[1] if len(words) > 1 and action in (Action.READ, Action.WRITE) else None
        if tool == "str_replace_editor" and len(words) > 2:
            action, path = _OF_EDITOR.get(words[1], Action.EDIT), words[2]
        running = action is Action.RUN
        query = words[1].strip("\"'") if action is Action.SEARCH and len(words) > 1 else None
        command = line if running else None
        journal.call(call, tool, action, {"action": line}, path=path, command=command, query=query)
        text = text_at(step, "observation") or ""
        seconds = step.get("execution_time")
        failure = Failure.ERROR if text.startswith(_REFUSED) else None
        journal.result(
            call, text, failure=failure, duration_s=float(seconds) if isinstance(seconds, int | float) else None
        )


def _steps_of(history: Any) -> list[Record] | None:
    """Return the steps that a history tells of: each answer of the model with what the next message observed.

    None where there is no history.
    """
    if not isinstance(history, list):
        return None
    own = [entry for entry in history if isinstance(entry, dict) and not entry.get("is_demo")]
    steps: list[Record] = []
    for entry, after in zip(own, [*own[1:], {}], strict=True):
        if entry.get("role") == "assistant":
            observed = join_texts(after.get("content")) if after.get("role") in ("user", "tool") else ""
            steps.append(
                {"thought": None, "response": join_texts(entry.get("content"))} | entry | {"observation": observed}
            )
    return steps


def _task_of(history: Any) -> str | None:
    """Return the first message of the user's side that is no demonstration; None where there is none."""
    for entry in history if isinstance(history, list) else ():
        if isinstance(entry, dict) and entry.get("role") == "user" and not entry.get("is_demo"):
            return join_texts(entry.get("content"))
    return None
