"""What ``codex exec --json`` prints, as events: the stream of one run, in each of the three forms that versions had.

It says less than the rollout of the same thread: no prompt, no times, files that changed without their texts. A stream
is a session of its own, since its items have no id that the rollout knows: read one of the two.
"""

import shlex
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from twiceshy.logs.codex.calls import COMMIT, command_of, read_token_counts
from twiceshy.logs.edit_events import delete, parse_unified_diff, update, write
from twiceshy.logs.edits import TextChange
from twiceshy.logs.journal import UUID, Journal, Record, join_texts, parse_input, text_at, to_json
from twiceshy.logs.json_lines import to_count
from twiceshy.logs.log_files import EarlierPart, take_line
from twiceshy.records.events import Action, Failure, MarkKind, PromptKind

_HEADS: Final[Mapping[str, str]] = {"thread.started": "thread_id", "session.created": "session_id"}
"""Records that begin a run, by type, with the key of its id: the present form, and that of autumn 2025."""
_SILENT: Final = frozenset({"turn.started", "item.updated", "item.plan.delta"})
_HEAD_BYTES: Final = 400
"""Bytes of a line in which its type stands (guess, 2026-11-22)."""
_TELLING: Final = (
    *(name.encode() for name in _HEADS),
    b'"item.started"',
    b'"session_configured"',
    b'"workdir"',
    b'"patch_apply_begin"',
)
_FAILURES: Final = {"failed": Failure.ERROR, "declined": Failure.REJECTED}
_NO_TEXT: Final = TextChange(None, None, True, 0, 0, b"", b"")
_SILENT_MESSAGES: Final = frozenset(
    {"agent_message_delta", "agent_reasoning_delta", "exec_command_output_delta", "agent_reasoning_section_break"}
    | {"task_started", "task_complete", "turn_diff", "plan_update", "web_search_begin", "background_event"}
)


def _tells_of_run(line: bytes) -> bool:
    """Tell whether a line says whose run it is and where, or begins a call that a later one may end."""
    start = line[:_HEAD_BYTES]
    return any(word in start for word in _TELLING)


def is_exec_record(record: Record) -> bool:
    """Tell whether a line is one of such a stream."""
    kind, item, inner = record.get("type"), record.get("item"), record.get("msg")
    if isinstance(kind, str) and kind in _HEADS:
        return isinstance(record.get(_HEADS[kind]), str)
    if isinstance(kind, str) and kind.startswith("item.") and isinstance(item, dict):
        return isinstance(item.get("id"), str) and isinstance(_kind_of(item), str)
    return record.keys() == {"id", "msg"} and isinstance(inner, dict) and isinstance(inner.get("type"), str)


class ExecStream:
    """Takes the records of a stream into a journal."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.runs = 0
        """Runs so far: each counts its items from 0."""
        self.turns = 0
        self.totals = (0, 0, 0)
        """Tokens so far, as ``read_token_counts`` has them."""
        self.cwd = ""
        self.begun: set[bytes] = set()
        """Calls that were added when they began."""

    def state(self) -> Record:
        """Return what the cursor keeps: numbers only."""
        return {"runs": self.runs, "turns": self.turns, "totals": self.totals}

    def go_on(self, earlier: EarlierPart, state: Record) -> None:
        """Learn what the part before the cursor said of the thread."""
        for line in earlier.lines(_tells_of_run):
            take_line(self.journal, self.take, line)
        self.journal.events.clear()
        self.journal.session.used = False
        self.runs, self.turns = to_count(state.get("runs")), to_count(state.get("turns"))
        totals = state.get("totals") or (0, 0, 0)
        self.totals = (totals[0], totals[1], totals[2])

    def take(self, record: Record) -> str:
        """Take one line."""
        kind = record.get("type")
        if isinstance(record.get("msg"), dict):
            return self.message(record["msg"])
        if "prompt" in record and kind is None:
            self.journal.prompt(self.uid("prompt"), PromptKind.SDK, str(record["prompt"]))
            return "prompt"
        if "workdir" in record and kind is None:
            self.begin_in(record)
            return "settings"
        if kind in _HEADS:
            self.runs += 1
            self.name_thread(text_at(record, _HEADS[str(kind)]))
        elif isinstance(record.get("item"), dict):
            if kind not in _SILENT:
                self.item(record["item"], done=kind == "item.completed")
        elif kind == "turn.completed":
            self.turns += 1
            self.tokens(record.get("usage"))
        elif kind in ("turn.failed", "error"):
            held = record.get("error")
            text = text_at(held if isinstance(held, dict) else record, "message") or ""
            self.journal.mark(self.uid("error", str(self.turns), text), MarkKind.API_ERROR, str(kind), text)
        elif kind not in _SILENT:
            self.journal.keep_unknown(str(kind), record)
        return str(kind)

    def uid(self, *parts: str) -> bytes:
        """Return the identity of something in the run at hand."""
        return self.journal.uid(str(self.runs), *parts)

    def name_thread(self, native: str | None) -> None:
        """Note whose run this is; a thread's own id tells when it began."""
        journal = self.journal
        if native is None or journal.session.real is not None:
            return
        journal.name_session(f"exec {native}")
        journal.session.real = bool(UUID(native))
        journal.session.entrypoint = "codex_exec"
        if UUID(native) and native[14] == "7":
            journal.session.first = datetime.fromtimestamp(int(native[:8] + native[9:13], 16) / 1000, UTC)
            journal.session.last = journal.session.first

    def begin_in(self, settings: Record) -> None:
        """Note folder and model of what follows."""
        self.cwd = text_at(settings, "workdir", "cwd") or self.cwd
        self.journal.model = text_at(settings, "model") or self.journal.model
        self.journal.session.start_in(self.cwd)

    def tokens(self, usage: Any) -> None:
        """Add the growth of the thread's tokens: each turn states them from the thread's start."""
        counted = read_token_counts(usage)
        if counted is None:
            return
        grown = tuple(now - before for now, before in zip(counted, self.totals, strict=True))
        taken, cached, output = counted if min(grown) < 0 else grown
        self.totals = counted
        if taken or output:
            uid = self.uid("usage", str(self.turns))
            self.journal.usage(uid, taken=taken - cached, output=output, cache_read=cached)

    def item(self, item: Record, *, done: bool) -> None:
        """Take one thing that the model said or did; a call stands there when it begins and when it ends."""
        kind, native = str(_kind_of(item)), str(item.get("id"))
        text = text_at(item, "text") or ""
        if kind in ("agent_message", "assistant_message", "plan") and done:
            self.journal.reply(self.uid("reply", native), text)
        elif kind == "reasoning" and done:
            self.journal.reply(self.uid("thinking", native), text, thinking=True)
        elif kind == "error" and done:
            words = text_at(item, "message") or ""
            self.journal.mark(self.uid("notice", native), MarkKind.NOTICE, kind, words)
        elif kind in _ITEMS:
            call = self.uid("call", native)
            _ITEMS[kind](self, call, item, done=done)
            self.begun.add(call)
        elif kind not in ("agent_message", "assistant_message", "plan", "reasoning", "error"):
            self.journal.keep_unknown(f"item/{kind}", item)

    def command(self, call: bytes, item: Record, *, done: bool) -> None:
        """Add a command."""
        command = _script_of(text_at(item, "command") or "")
        if call not in self.begun:
            given = {"command": command}
            self.journal.call(call, "exec_command", Action.RUN, given, cwd=self.cwd, command=command)
        if done:
            code = item.get("exit_code")
            self.end(call, text_at(item, "aggregated_output") or "", code, _failure_of(item))

    def end(
        self, call: bytes, text: str, code: object, failure: Failure | None = None, duration_s: float | None = None
    ) -> None:
        """Add what a command gave back."""
        status = code if type(code) is int else None
        found = COMMIT.search(text) if status == 0 and " changed" in text else None
        self.journal.result(
            call,
            text,
            failure=failure or (Failure.ERROR if status else None),
            exit_code=status,
            duration_s=duration_s,
            commit=found[1] if found else None,
        )

    def files(self, call: bytes, item: Record, *, done: bool) -> None:
        """Add a patch: which files it changed, and nothing of their texts."""
        changes = [change for change in item.get("changes") or () if text_at(change, "path")]
        path = changes[0]["path"] if changes else None
        if call not in self.begun:
            self.journal.call(call, "apply_patch", Action.EDIT, {"changes": changes}, path=path)
        if not done:
            return
        failure = _failure_of(item)
        self.journal.result(call, "", failure=failure)
        for change in changes if failure is None else ():
            created, deleted = change.get("kind") == "add", change.get("kind") == "delete"
            self.journal.edit(call, change["path"], _NO_TEXT, created=created, deleted=deleted)

    def tool(self, call: bytes, item: Record, *, done: bool) -> None:
        """Add a use of a tool of a server, or of another agent."""
        tool = text_at(item, "tool") or "?"
        server = text_at(item, "server")
        action = Action.OTHER if server else Action.DELEGATE
        given = parse_input(item.get("arguments") if server else text_at(item, "prompt"))
        if call not in self.begun:
            self.journal.call(call, f"{server}.{tool}" if server else tool, action, given)
        if done:
            error, result = item.get("error"), item.get("result")
            words = text_at(error, "message") if isinstance(error, dict) else None
            content = result.get("content") if isinstance(result, dict) else None
            self.journal.result(call, words or join_texts(content), failure=_failure_of(item))

    def search(self, call: bytes, item: Record, *, done: bool) -> None:
        """Add a search of the web, once its words are known."""
        if done:
            query = text_at(item, "query")
            self.journal.call(call, "web_search", Action.WEB, {"query": query}, query=query)
            self.journal.result(call, "", failure=_failure_of(item))

    def plan(self, call: bytes, item: Record, *, done: bool) -> None:
        """Add the list of things to do, as it was at its end."""
        if done:
            self.journal.call(call, "update_plan", Action.PLAN, {"items": item.get("items")})
            self.journal.result(call, "")

    def message(self, message: Record) -> str:
        """Take a record of the form of summer 2025: the client's own messages, unchanged."""
        kind = str(message.get("type"))
        journal = self.journal
        native = message.get("call_id")
        if kind == "session_configured":
            self.runs += 1
            self.name_thread(text_at(message, "session_id"))
            journal.model = text_at(message, "model") or journal.model
        elif kind in ("agent_message", "agent_reasoning"):
            self.turns += 1
            text = text_at(message, "message", "text") or ""
            journal.reply(self.uid("reply", str(self.turns), text), text, thinking=kind == "agent_reasoning")
        elif kind == "token_count":
            info = message.get("info")
            self.tokens(info.get("total_token_usage") if isinstance(info, dict) else message)
        elif kind == "error":
            text = text_at(message, "message") or ""
            journal.mark(self.uid("error", text), MarkKind.API_ERROR, kind, text)
        elif kind in _MESSAGES and native is not None:
            find = journal.call_ids.open if kind.endswith("_begin") else journal.call_ids.close
            _MESSAGES[kind](self, find(native), message)
        elif kind not in _SILENT_MESSAGES:
            journal.keep_unknown(f"msg/{kind}", message)
        return f"msg/{kind}"

    def command_begins(self, call: bytes, message: Record) -> None:
        """Add a command that was started."""
        command = command_of(message)
        cwd = text_at(message, "cwd") or self.cwd
        self.journal.call(call, "shell", Action.RUN, {"command": command}, cwd=cwd, command=command)

    def command_ends(self, call: bytes, message: Record) -> None:
        """Add what it gave back."""
        spent = message.get("duration")
        seconds = spent.get("secs", 0) + spent.get("nanos", 0) / 1e9 if isinstance(spent, dict) else None
        streams = [text_at(message, "stdout"), text_at(message, "stderr")]
        text = text_at(message, "aggregated_output") or "\n".join(stream for stream in streams if stream)
        self.end(call, text, message.get("exit_code"), duration_s=seconds)

    def patch_begins(self, call: bytes, message: Record) -> None:
        """Add a patch with the edits that it states; the end says whether it was applied."""
        changes = message.get("changes") or {}
        self.journal.remember_call(call, "apply_patch", changes)
        self.journal.call(call, "apply_patch", Action.EDIT, {"changes": changes}, path=next(iter(changes), None))

    def patch_ends(self, call: bytes, message: Record) -> None:
        """Add what came of it."""
        worked = message.get("success") is True
        text = text_at(message, "stdout" if worked else "stderr") or ""
        self.journal.result(call, text, failure=None if worked else Failure.ERROR)
        known = self.journal.find_call(call)
        for path, change in (known[1] if known and worked else {}).items():
            self.change(call, path, change)

    def change(self, call: bytes, path: str, change: Record) -> None:
        """Add one file's edit; the kind is the only key, with what belongs to it."""
        [(kind, held)] = change.items()
        if kind == "add":
            write(self.journal, call, path, text_at(held, "content") or "", created=True, cwd=self.cwd)
        elif kind == "delete":
            delete(self.journal, call, path, text_at(held, "content"), cwd=self.cwd)
        else:
            hunks = parse_unified_diff(text_at(held, "unified_diff") or "")
            update(self.journal, call, path, hunks, moved_to=text_at(held, "move_path"), cwd=self.cwd)

    def tool_begins(self, call: bytes, message: Record) -> None:
        """Add a use of a server's tool."""
        asked = message.get("invocation") or {}
        name = f"{text_at(asked, 'server')}.{text_at(asked, 'tool')}"
        self.journal.call(call, name, Action.OTHER, parse_input(asked.get("arguments")))

    def tool_ends(self, call: bytes, message: Record) -> None:
        """Add what it gave back."""
        result = message.get("result") or {}
        failed = "Err" in result or (result.get("Ok") or {}).get("isError") is True
        held = result.get("Err") or join_texts((result.get("Ok") or {}).get("content"))
        text = held if isinstance(held, str) else to_json(held)
        self.journal.result(call, text, failure=Failure.ERROR if failed else None)


def _kind_of(item: Record) -> object:
    """Return an item's kind; the form of autumn 2025 has it under another key."""
    return item.get("type", item.get("item_type"))


def _failure_of(item: Record) -> Failure | None:
    """Return why an item did not do what was asked; None where it did."""
    return _FAILURES.get(str(item.get("status")))


def _script_of(command: str) -> str:
    """Return the command line: of ``bash -lc 'SCRIPT'`` the script."""
    try:
        words = shlex.split(command)
    except ValueError:  # an open quotation mark
        return command
    return command_of({"command": words}) or command if len(words) == 3 and words[1] in ("-lc", "-c") else command


_ITEMS: Final[Mapping[str, Callable[..., None]]] = {
    "command_execution": ExecStream.command,
    "file_change": ExecStream.files,
    "mcp_tool_call": ExecStream.tool,
    "collab_tool_call": ExecStream.tool,
    "web_search": ExecStream.search,
    "todo_list": ExecStream.plan,
}
_MESSAGES: Final[Mapping[str, Callable[[ExecStream, bytes, Record], None]]] = {
    "exec_command_begin": ExecStream.command_begins,
    "exec_command_end": ExecStream.command_ends,
    "patch_apply_begin": ExecStream.patch_begins,
    "patch_apply_end": ExecStream.patch_ends,
    "mcp_tool_call_begin": ExecStream.tool_begins,
    "mcp_tool_call_end": ExecStream.tool_ends,
}
