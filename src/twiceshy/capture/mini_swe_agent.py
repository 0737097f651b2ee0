"""mini-swe-agent's trajectories as events. The format, as found in real files: see ``mini_swe_agent.md``.

A trajectory is one JSON object, written anew after each step: a changed file is read again from its start, and every
message is known again by its place in the list.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from twiceshy.capture.base import AgentTraits, Batch, Source
from twiceshy.capture.journal import Journal, Record, join_texts, text_at, to_count
from twiceshy.capture.log_files import find_sources, parse_object, read_document
from twiceshy.records.events import Action, Failure, MarkKind, PromptKind
from twiceshy.records.ingest import Cursor

_AGENT: Final = "mini-swe-agent"
_BLOCK: Final = re.compile(r"```(?:bash|mswea_bash_command)\s*\n(.*?)\n```", re.DOTALL)
_RETURNED: Final = re.compile(
    r"\s*(?:<exception>.*?</exception>\s*)?<returncode>(-?\d{1,10})</returncode>\s*", re.DOTALL
)
_OUTPUT: Final = re.compile(r"<output>\n?(.*?)\n?</output>", re.DOTALL)
_TIMED_OUT: Final = "The last command"


class MiniSweAgent:
    """Reads ``*.traj.json`` files, wherever a run was told to put them."""

    name = _AGENT
    title = "mini-swe-agent"
    traits = AgentTraits()

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Return its folder of settings, where the last run of the command line lies."""
        named = env.get("MSWEA_GLOBAL_CONFIG_DIR")
        return [Path(named) if named else Path(env.get("XDG_CONFIG_HOME") or home / ".config") / "mini-swe-agent"]

    def find(self, root: Path) -> Iterator[Source]:
        """Yield every ``.traj.json`` below the root."""
        return find_sources(_AGENT, root, lambda path: path.name.endswith(".traj.json"))

    def recognises(self, path: Path, head: bytes) -> bool:
        """Tell whether it names its format, or holds messages and the run's settings."""
        del path
        start = head.lstrip()[:1] == b"{"
        return start and (
            b'"trajectory_format": "mini-swe-agent' in head or b'"mini_version"' in head or _has_trajectory_keys(head)
        )

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Return the events of the whole file; none if it is the one that the cursor stands for."""
        del limit_bytes
        run = _MiniTrajectory(Journal(_AGENT, salt, path.name.removesuffix(".json").removesuffix(".traj")))
        return read_document(path, cursor, run.journal, run.parse, run.take)


def _has_trajectory_keys(head: bytes) -> bool:
    """Tell whether the first keys are those of a trajectory that names its format behind 64 KiB of messages."""
    return b'"info": {' in head[:200] and b'"model_stats"' in head and b'"config"' in head and b'"messages"' in head


class _MiniTrajectory:
    """Takes a trajectory's messages into a journal."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.kind = PromptKind.TYPED
        self.index = 0
        self.waiting: list[bytes] = []
        """Calls without a result yet."""

    def parse(self, data: bytes) -> list[object] | None:
        """Return the messages, and the end of the run as a last record; None if it is no trajectory."""
        document = parse_object(data)
        messages = document.get("messages") if document else None
        if document is None or not isinstance(messages, list):
            return None
        info = document.get("info")
        info = info if isinstance(info, dict) else {}
        self.head(document, info, messages)
        ending: list[object] = (
            [{"role": "exit status", "content": info["exit_status"]}] if info.get("exit_status") else []
        )
        return [*messages, *ending]

    def head(self, document: Record, info: Record, messages: list[Any]) -> None:
        """Note what run this was: by its name alone two runs of one task would be the same."""
        journal = self.journal
        instance = text_at(document, "instance_id")
        started = next((found for message in messages if (found := _time_of(message)) is not None), None)
        journal.name_session(f"{instance or journal.session.native_id} {started}")
        journal.session.version = text_at(info, "mini_version")
        config = info.get("config")
        environment = config.get("environment") if isinstance(config, dict) else None
        if isinstance(environment, dict):
            journal.session.start_in(environment.get("cwd"))
        if instance:
            self.kind = PromptKind.SDK
            journal.session.title = instance

    def take(self, message: Record) -> str:
        """Take one message."""
        self.index += 1
        at = _time_of(message)
        self.journal.set_time(at)
        role = str(message.get("role"))
        text = join_texts(message.get("content"))
        if role == "assistant":
            self.assistant(message, text)
        elif role == "exit status":
            self.journal.mark(self.journal.uid("end", text), MarkKind.NOTICE, text, "")
        elif role in ("user", "tool", "exit"):
            self.answer(message, text)
        elif role != "system":
            self.journal.keep_unknown(role, message)
        return role

    def uid(self, part: str) -> bytes:
        """Return the identity of something in the message at hand."""
        return self.journal.uid(str(self.index), part)

    def assistant(self, message: Record, text: str) -> None:
        """Add thoughts, the command, and tokens."""
        journal = self.journal
        response = _response_of(message)
        journal.model = text_at(response, "model") or journal.model
        choices = response.get("choices") or [{}]
        inner = choices[0].get("message") or {}
        if thought := text_at(inner, "reasoning", "reasoning_content"):
            journal.reply(self.uid("thinking"), thought, thinking=True)
        if text.strip():
            journal.reply(self.uid("reply"), text)
        self.waiting = []
        for number, (native, command) in enumerate(_commands_of(message, text)):
            call = journal.call_id(native) if native else self.uid(f"call {number}")
            journal.call(call, "bash", Action.RUN, {"command": command}, command=command)
            self.waiting.append(call)
        usage = response.get("usage")
        if isinstance(usage, dict):
            details = usage.get("prompt_tokens_details") or {}
            cached = to_count(details.get("cached_tokens"))
            taken = to_count(usage.get("prompt_tokens")) - cached
            journal.usage(
                self.uid("usage"), taken=taken, output=to_count(usage.get("completion_tokens")), cache_read=cached
            )

    def answer(self, message: Record, text: str) -> None:
        """Add the task, what a command gave back, or a complaint about a malformed answer."""
        journal = self.journal
        native = message.get("tool_call_id")
        extra = message.get("extra") or {}
        if not self.waiting:
            first = self.index <= 2
            journal.prompt(self.uid("prompt"), self.kind if first else PromptKind.META, text)
            return
        call = journal.call_id(native) if native else self.waiting.pop(0)
        if native and call in self.waiting:
            self.waiting.remove(call)
        found = _RETURNED.match(text)
        code = int(found[1]) if found else extra.get("returncode")
        shown = _OUTPUT.search(text)
        failed = (code not in (None, 0)) or (found is None and text.startswith(_TIMED_OUT))
        journal.result(
            call,
            shown[1] if found and shown else text,
            failure=Failure.ERROR if failed else None,
            exit_code=code if type(code) is int else None,
        )


def _time_of(message: Any) -> object:
    """Return when a message was made, as far as it says."""
    if not isinstance(message, dict):
        return None
    extra = message.get("extra")
    if isinstance(extra, dict) and extra.get("timestamp") is not None:
        return extra["timestamp"]
    return message.get("timestamp") or _response_of(message).get("created")


def _response_of(message: Record) -> Record:
    """Return the API's own answer."""
    extra = message.get("extra")
    response = extra.get("response") if isinstance(extra, dict) else None
    return response if isinstance(response, dict) else {}


def _commands_of(message: Record, text: str) -> list[tuple[object, str]]:
    """Return id and text of each command a message states: actions, or exactly one block in its text."""
    extra = message.get("extra")
    actions = extra.get("actions") if isinstance(extra, dict) else None
    if isinstance(actions, list):
        return [(action.get("tool_call_id"), str(action.get("command", action.get("action")))) for action in actions]
    blocks = _BLOCK.findall(text)
    return [(None, blocks[0].strip())] if len(blocks) == 1 else []
