"""Trajectories in the Agent Trajectory Interchange Format as events. The format is described in ``atif.md``.

Harbor writes one for each run of any agent, so that the tools' names are anybody's. Where an agent's own log lies
beside a trajectory, that says more and is read instead.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from twiceshy.logs import file_walk
from twiceshy.logs.base import AgentTraits, Batch, Source
from twiceshy.logs.benchmark_instances import instance_on_path, repository_of_instance
from twiceshy.logs.call_ids import is_placeholder
from twiceshy.logs.edit_events import replace, write
from twiceshy.logs.journal import Journal, Record, join_texts, parse_input, text_at
from twiceshy.logs.json_lines import to_count
from twiceshy.logs.log_files import find_sources, parse_object, read_document
from twiceshy.records.events import Action, Failure, PromptKind
from twiceshy.records.ingest import Cursor

_AGENT: Final = "atif"
_VERSION: Final = re.compile(rb'"schema_version"\s*:\s*"ATIF-v\d')
_ACTIONS: Final[Mapping[str, Action]] = {
    "bash": Action.RUN,
    "bash_command": Action.RUN,
    "execute_bash": Action.RUN,
    "exec_command": Action.RUN,
    "run_shell_command": Action.RUN,
    "shell": Action.RUN,
    "shell_command": Action.RUN,
    "terminal": Action.RUN,
    "read": Action.READ,
    "read_file": Action.READ,
    "view": Action.READ,
    "edit": Action.EDIT,
    "edit_file": Action.EDIT,
    "multiedit": Action.EDIT,
    "replace": Action.EDIT,
    "str_replace_editor": Action.EDIT,
    "apply_patch": Action.EDIT,
    "write": Action.WRITE,
    "write_file": Action.WRITE,
    "glob": Action.SEARCH,
    "grep": Action.SEARCH,
    "list_directory": Action.SEARCH,
    "search_file_content": Action.SEARCH,
    "webfetch": Action.WEB,
    "web_fetch": Action.WEB,
    "websearch": Action.WEB,
    "web_search": Action.WEB,
    "google_web_search": Action.WEB,
    "task": Action.DELEGATE,
    "todowrite": Action.PLAN,
    "update_plan": Action.PLAN,
}
"""Tools of the agents that Harbor runs, in small letters."""
_OF_EDITOR: Final = {"view": Action.READ, "create": Action.WRITE}
_EXIT_CODE: Final = re.compile(
    r"\[(?:The command completed|Command finished) with exit code (-?\d{1,10})\.?\]|\A(?:Exit code:? )(\d{1,10})\n"
)
_STATUS_PLACES: Final = ("metadata", "tool_metadata", "tool_use_result", "raw_tool_result")
_NATIVE: Final = (".jsonl", ".traj.json", ".traj", ".db")
"""How names of agents' own logs end."""
_MOST_BESIDE: Final = 500  # files beside a trajectory that are looked at (guess, 2026-11-22)


def _is_named(path: Path) -> bool:
    """Tell whether a file is named as a trajectory."""
    return path.suffix == ".json" and ("trajectory" in path.name or path.name.endswith(".atif.json"))


class Atif:
    """Reads ``trajectory.json`` and its like, wherever a run was told to put it."""

    name = _AGENT
    title = "ATIF"
    traits = AgentTraits(marks_people=True, version=3)

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Return no folder: runs lie where each was started."""
        del env, home
        return []

    def find(self, root: Path) -> Iterator[Source]:
        """Yield every file below the root that is named as a trajectory."""
        return find_sources(_AGENT, root, _is_named)

    def recognises(self, path: Path, head: bytes) -> bool:
        """Tell whether it names the format among its first keys."""
        del path
        return head.lstrip()[:1] == b"{" and _VERSION.search(head[:2_000]) is not None

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Return the events of the whole file; none if it is the one that the cursor stands for."""
        del limit_bytes
        run = _AtifRun(Journal(_AGENT, salt, f"{path.parent.parent.name}/{path.stem}"), path)
        return read_document(path, cursor, run.journal, run.parse, run.take)


class _AtifRun:
    """Takes a trajectory's steps into a journal."""

    def __init__(self, journal: Journal, path: Path) -> None:
        self.journal = journal
        self.path = path
        self.model: str | None = None
        self.part = ""
        """Which of the documents of a run this is: each counts its steps from 1."""
        self.repeats = False

    def parse(self, data: bytes) -> list[object] | None:
        """Return the steps, those of embedded trajectories behind them; None if it is no trajectory."""
        document = parse_object(data)
        steps = document.get("steps") if document else None
        if document is None or not isinstance(steps, list):
            return None
        self.head(document)
        records: list[object] = [{"step": step, "run": None} for step in steps]
        inner = document.get("subagent_trajectories")
        for number, held in enumerate(inner if isinstance(inner, list) else ()):
            if isinstance(held, dict) and isinstance(held.get("steps"), list):
                run = text_at(held, "trajectory_id", "session_id") or str(number)
                records += [{"step": step, "run": run} for step in held["steps"]]
        return records

    def head(self, document: Record) -> None:
        """Note whose run this was, and where it belongs."""
        journal = self.journal
        agent = document.get("agent")
        agent = agent if isinstance(agent, dict) else {}
        extra = agent.get("extra")
        extra = extra if isinstance(extra, dict) else {}
        native = text_at(document, "session_id") or journal.session.native_id
        parent = text_at(extra, "parent_session_id")
        journal.name_session(parent or native)
        if parent:
            journal.run = journal.run_id(native)
        self.part = f"{text_at(document, 'trajectory_id') or ''} {extra.get('continuation_index') or ''}"
        self.model = journal.model = text_at(agent, "model_name")
        journal.session.version = text_at(agent, "version")
        journal.session.entrypoint = text_at(agent, "name")
        if instance := instance_on_path(self.path):
            journal.session.title = instance
            journal.session.repository = repository_of_instance(instance)
        self.repeats = _has_native_log(self.path)

    def take(self, record: Record) -> str:
        """Take one step."""
        step, run = record["step"], record["run"]
        source = str(step.get("source"))
        if self.repeats:
            return "repeats another log"
        if step.get("is_copied_context") is True:
            return "copied"
        journal = self.journal
        journal.set_time(step.get("timestamp"))
        if run is not None:
            journal.run = journal.run_id(run)
        seed = f"{self.part} {run or ''} {step.get('step_id')}"
        text = join_texts(step.get("message"))
        if source == "user":
            kind = PromptKind.SUBAGENT if journal.run else PromptKind.SDK
            journal.prompt(journal.uid("prompt", seed), kind, text)
        elif source == "agent":
            self.agent(step, seed, text)
        elif source != "system":
            journal.keep_unknown(source, step)
        return source

    def agent(self, step: Record, seed: str, text: str) -> None:
        """Add thoughts, words, calls with their results, and tokens."""
        journal = self.journal
        journal.model = text_at(step, "model_name") or self.model
        if thought := text_at(step, "reasoning_content"):
            journal.reply(journal.uid("thinking", seed), thought, thinking=True)
        if text.strip():
            journal.reply(journal.uid("reply", seed), text)
        self.calls(step, seed)
        metrics = step.get("metrics")
        if isinstance(metrics, dict):
            cached = to_count(metrics.get("cached_tokens"))
            taken = to_count(metrics.get("prompt_tokens")) - cached
            output = to_count(metrics.get("completion_tokens"))
            stated = metrics.get("cost_usd")
            journal.usage(journal.uid("usage", seed), taken=taken, output=output, cache_read=cached, cost=stated)

    def calls(self, step: Record, seed: str) -> None:
        """Add a step's calls, each with what came back for it; what belongs to none is the last one's."""
        results = _results_of(step)
        calls = step.get("tool_calls") or []
        if not calls and results:
            said = "\n".join(join_texts(one.get("content")) for one in results)
            self.journal.prompt(self.journal.uid("observed", seed), PromptKind.META, said)
        for number, logged in enumerate(calls):
            answers = _answers_of(logged, results, number)
            if logged is calls[-1]:
                answers = answers or [one for one in results if one.get("source_call_id") is None]
            self.call(self.journal.uid("call", seed, str(number)), logged, answers, step)

    def call(self, call: bytes, logged: Record, answers: list[Record], step: Record) -> None:
        """Add a use of a tool, what it gave back, and the edit that it states."""
        journal = self.journal
        tool, given = str(logged.get("function_name")), parse_input(logged.get("arguments"))
        action = _ACTIONS.get(tool.lower(), Action.OTHER)
        if tool == "str_replace_editor":
            action = _OF_EDITOR.get(str(given.get("command")), Action.EDIT)
        running = action is Action.RUN
        command = (text_at(given, "command", "cmd", "keystrokes") or "").rstrip("\n") if running else None
        path = None if running else text_at(given, "file_path", "path", "absolute_path", "filePath")
        query = text_at(given, "query", "pattern", "url") if action in (Action.SEARCH, Action.WEB) else None
        journal.call(
            call, tool, action, given, path=path, command=command, query=query, leave_out=("content", "file_text")
        )
        if not answers:
            return
        text = "\n".join(join_texts(one.get("content")) for one in answers)
        notes = [*answers, step] if len(step["tool_calls"]) == 1 else answers
        code, failed = _status_of(text, notes)
        failure = Failure.ERROR if failed or code else None
        journal.result(call, text, failure=failure, exit_code=code if running else None)
        if failure is None and path and action in (Action.EDIT, Action.WRITE):
            self.change(call, path, given)

    def change(self, call: bytes, path: str, given: Record) -> None:
        """Add the edit that a call's input states, in the words of the agents that Harbor runs."""
        content = text_at(given, "content", "file_text")
        old, new = given.get("old_string", given.get("old_str")), given.get("new_string", given.get("new_str"))
        if content is not None:
            write(self.journal, call, path, content)
        elif isinstance(old, str) and isinstance(new, str):
            replace(self.journal, call, path, [(old, new, given.get("replace_all") is True)])


def _results_of(step: Record) -> list[Record]:
    """Return what came back in a step; references to other trajectories are left out."""
    observation = step.get("observation")
    results = observation.get("results") if isinstance(observation, dict) else None
    return [one for one in results if "content" in one] if isinstance(results, list) else []


def _answers_of(logged: Record, results: list[Record], number: int) -> list[Record]:
    """Return the results that name a call; where a placeholder does, the one in its place."""
    native = logged.get("tool_call_id")
    if native is not None and is_placeholder(native):
        results = results[number : number + 1]
    return [one for one in results if native is not None and one.get("source_call_id") == native]


def _notes_of(holder: object, depth: int = 3) -> Iterator[Record]:
    """Yield what is noted in an object's ``extra``, and in the places below it where agents keep a status."""
    if isinstance(holder, dict) and depth:
        yield holder
        for key in ("extra", *_STATUS_PLACES):
            yield from _notes_of(holder.get(key), depth - 1)


def _status_of(text: str, holders: list[Record]) -> tuple[int | None, bool]:
    """Return exit status and failure of a call, from what is noted beside its result or its step, else its text."""
    for note in (note for holder in holders for note in _notes_of(holder, 4)):
        code = note.get("exit_code", note.get("exitCode"))
        if type(code) is int:
            return code, bool(code)
        if note.get("is_error") is True:
            return None, True
    found = _EXIT_CODE.search(text)
    code = int(found[1] or found[2]) if found else None
    return code, bool(code)


def _has_native_log(path: Path) -> bool:
    """Tell whether an agent's own log lies in the folder of a trajectory, or below it."""
    for number, beside in enumerate(file_walk.find_files(path.parent)):
        if beside.name.endswith(_NATIVE):
            return True
        if number >= _MOST_BESIDE:
            break
    return False
