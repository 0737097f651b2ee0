"""mini-swe-agent's trajectories as events. The format, as found in real files: see ``mini_swe_agent.md``.

A trajectory is one JSON object, written anew after each step: a changed file is read again from its start, and every
message is known again by its place in the list.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from twiceshy.logs.base import AgentTraits, Batch, Source
from twiceshy.logs.benchmark_instances import instance_on_path, repository_of_instance
from twiceshy.logs.call_ids import is_placeholder
from twiceshy.logs.journal import Journal, Record, join_texts, text_at
from twiceshy.logs.json_lines import to_count
from twiceshy.logs.log_files import find_sources, parse_list, parse_object, read_document
from twiceshy.records.events import Action, Failure, MarkKind, PromptKind
from twiceshy.records.ingest import Cursor

_AGENT: Final = "mini-swe-agent"
_BLOCK: Final = re.compile(r"```(?:bash|mswea_bash_command)\s*\n(.*?)\n```", re.DOTALL)
_RETURNED: Final = re.compile(
    r"\s*(?:<exception>.*?</exception>\s*)?<returncode>(-?\d{1,10})</returncode>\s*", re.DOTALL
)
_OUTPUT: Final = re.compile(r"<output>\n?(.*?)\n?</output>", re.DOTALL)
_TIMED_OUT: Final = "The last command"
_NOT_RUN: Final = "action was not executed"
_SAID: Final = re.compile(
    r"(?:Interrupted by user: |Commands? not executed\. The user rejected your commands? with the following message: "
    r"|The user added a new task: )"
)
"""What the client puts before a person's words."""
_UNSAID: Final = ("Temporary interruption caught.", "Switched to human mode.", "Commands not executed. Switching")
_BARE: Final = re.compile(rb'\[\s*\{\s*"role"\s*:\s*"system"')
"""How a trajectory of the first versions begins: messages, and nothing around them."""
_INFO: Final = re.compile(rb'\{\s*"info"\s*:\s*\{\s*"(?:exit_status|submission|model_stats)"')
"""How one begins whose submission is so long that nothing else stands at its start."""


class MiniSweAgent:
    """Reads ``*.traj.json`` files, wherever a run was told to put them."""

    name = _AGENT
    title = "mini-swe-agent"
    traits = AgentTraits(keeps_folder=False, marks_people=True, version=3)

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Return its folder of settings, where the last run of the command line lies."""
        named = env.get("MSWEA_GLOBAL_CONFIG_DIR")
        return [Path(named) if named else Path(env.get("XDG_CONFIG_HOME") or home / ".config") / "mini-swe-agent"]

    def find(self, root: Path) -> Iterator[Source]:
        """Yield every ``.traj.json`` below the root."""
        return find_sources(_AGENT, root, lambda path: path.name.endswith(".traj.json"))

    def recognises(self, path: Path, head: bytes) -> bool:
        """Tell whether it names its format, or holds messages and the run's settings."""
        if path.name.endswith(".traj.json") and (_BARE.match(head.lstrip()) or _INFO.match(head.lstrip())):
            return True
        start = head.lstrip()[:1] == b"{"
        return start and (
            b'"trajectory_format": "mini-swe-agent' in head or b'"mini_version"' in head or _has_trajectory_keys(head)
        )

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Return the events of the whole file; none if it is the one that the cursor stands for."""
        del limit_bytes
        run = _MiniTrajectory(Journal(_AGENT, salt, path.name.removesuffix(".json").removesuffix(".traj")), path)
        return read_document(path, cursor, run.journal, run.parse, run.take)


def _has_trajectory_keys(head: bytes) -> bool:
    """Tell whether the first keys are those of a trajectory that names its format behind 64 KiB of messages."""
    return b'"info": {' in head[:200] and b'"model_stats"' in head and b'"config"' in head and b'"messages"' in head


class _MiniTrajectory:
    """Takes a trajectory's messages into a journal."""

    def __init__(self, journal: Journal, path: Path) -> None:
        self.journal = journal
        self.path = path
        self.kind = PromptKind.TYPED
        self.index = 0
        self.messages: list[Any] = []
        self.waiting: list[bytes] = []
        """Calls without a result yet."""

    def parse(self, data: bytes) -> list[object] | None:
        """Return the messages, and the end of the run as a last record; None if it is no trajectory."""
        document = parse_object(data) or {"messages": parse_list(data)}
        messages = document.get("messages")
        if not isinstance(messages, list):
            return None
        info = document.get("info")
        info = info if isinstance(info, dict) else {}
        self.messages = messages
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
        if instance := instance or instance_on_path(self.path):
            self.kind = PromptKind.SDK
            journal.session.title = instance
            journal.session.repository = repository_of_instance(instance)

    def take(self, message: Record) -> str:
        """Take one message."""
        self.index += 1
        at = _time_of(message)
        self.journal.set_time(at)
        role = _role_of(message)
        text = _text_of(message)
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
        if thought := _thought_of(message, response):
            journal.reply(self.uid("thinking"), thought, thinking=True)
        if text.strip():
            journal.reply(self.uid("reply"), text)
        self.waiting = []
        for number, (native, command) in enumerate(_commands_of(message, text)):
            call = self.uid(f"call {number}") if is_placeholder(native) else journal.call_ids.open(native)
            journal.call(call, "bash", Action.RUN, {"command": command}, command=command)
            self.waiting.append(call)
        usage = response.get("usage")
        if isinstance(usage, dict):
            details = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
            cached = to_count(details.get("cached_tokens"))
            taken = to_count(usage.get("prompt_tokens", usage.get("input_tokens"))) - cached
            output = to_count(usage.get("completion_tokens", usage.get("output_tokens")))
            extra = message.get("extra")
            stated = usage.get("cost", extra.get("cost") if isinstance(extra, dict) else None)
            journal.usage(self.uid("usage"), taken=taken, output=output, cache_read=cached, cost=stated)

    def answer(self, message: Record, text: str) -> None:
        """Add the task, what a command gave back, a person's words, or a complaint about a malformed answer."""
        native = message.get("tool_call_id", message.get("call_id"))
        extra = message.get("extra")
        extra = extra if isinstance(extra, dict) else {}
        interrupt = text_at(extra, "interrupt_type")
        if interrupt or not self.waiting:
            self.words(text, by_person=interrupt is not None and interrupt.startswith("User"))
            return
        call = self.waiting.pop(0) if is_placeholder(native) else self.journal.call_ids.close(native)
        if native and call in self.waiting:
            self.waiting.remove(call)
        self.result(call, extra, text)

    def words(self, text: str, *, by_person: bool) -> None:
        """Add words that no command gave back."""
        said = _SAID.sub("", text, count=1)
        if by_person and said.strip() and not said.startswith(_UNSAID):
            self.journal.prompt(self.uid("prompt"), PromptKind.TYPED, said)
            return
        kind = self.kind if self.index <= 2 and not by_person else PromptKind.META
        self.journal.prompt(self.uid("prompt"), kind, text)

    def result(self, call: bytes, extra: Record, text: str) -> None:
        """Add what a command gave back: as version 2 notes it beside the message, else as the message says."""
        found = _RETURNED.match(text)
        code = int(found[1]) if found else extra.get("returncode")
        shown = _OUTPUT.search(text)
        failed = (code not in (None, 0)) or (found is None and text.startswith(_TIMED_OUT))
        failure = Failure.ERROR if failed else None
        raised = text_at(extra, "exception_info")
        output = extra.get("raw_output")
        if raised == _NOT_RUN:
            code, failure, output = None, self.why_not_run(), text
        elif isinstance(output, str):
            output = f"{output.rstrip()}\n{raised}".lstrip() if raised else output
        else:
            output = shown[1] if found and shown else text
        self.journal.result(call, output, failure=failure, exit_code=code if type(code) is int else None)

    def why_not_run(self) -> Failure | None:
        """Return why the client did not run a command, as a later message says; None where it handed the work in."""
        for message in self.messages[self.index :]:
            extra = message.get("extra") if isinstance(message, dict) else None
            reason = text_at(extra, "interrupt_type") if isinstance(extra, dict) else None
            if reason:
                return Failure.REJECTED if reason == "UserRejection" else Failure.INTERRUPTED
            if not isinstance(message, dict) or _role_of(message) != "tool":
                break
        return None


def _role_of(message: Record) -> str:
    """Return whose message it is; those of the API's second form have a type instead."""
    if message.get("object") == "response":
        return "assistant"
    return "tool" if message.get("type") == "function_call_output" else str(message.get("role"))


def _text_of(message: Record) -> str:
    """Return a message's own words, in the forms of both APIs."""
    if message.get("object") != "response":
        return join_texts(message.get("content", message.get("output")))
    parts = [part for part in message.get("output") or () if part.get("type") == "message"]
    return "\n".join(join_texts(part.get("content")) for part in parts)


def _thought_of(message: Record, response: Record) -> str | None:
    """Return the model's reasoning, in the forms of both APIs; None where there is none."""
    if message.get("object") == "response":
        parts = [part for part in message.get("output") or () if part.get("type") == "reasoning"]
        return "\n".join(join_texts(part.get("summary")) for part in parts) or None
    choices = response.get("choices") or [{}]
    inner = choices[0].get("message") or {}
    return text_at(inner, "reasoning", "reasoning_content") or text_at(message, "reasoning_content")


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
    if message.get("object") == "response":
        return message
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
