"""Copilot CLI's event streams as events. The format, as found in real files, is described in ``copilot_cli.md``.

Every record has an id of its own, which is all that identity needs. The editor's agent writes the same stream with
other tools.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from twiceshy.logs.base import AgentTraits, Batch, Source
from twiceshy.logs.call_ids import is_placeholder
from twiceshy.logs.edit_events import BEGIN, apply, parse_patch, replace, write
from twiceshy.logs.journal import UUID, Journal, Record, parse_input, text_at, to_json
from twiceshy.logs.json_lines import to_count
from twiceshy.logs.log_files import EarlierPart, find_sources, read_first_records, read_lines, take_line
from twiceshy.records.events import Action, Failure, MarkKind, PromptKind
from twiceshy.records.ingest import Cursor

_AGENT: Final = "copilot-cli"
_WAITS: Final = frozenset(
    {f"{verb}_{shell}" for verb in ("read", "write", "stop") for shell in ("bash", "powershell")}
    | {"get_terminal_output", "await_terminal", "kill_terminal"}
)
_ACTIONS: Final[Mapping[str, Action]] = {
    **dict.fromkeys(_WAITS, Action.WAIT),
    "bash": Action.RUN,
    "powershell": Action.RUN,
    "run_in_terminal": Action.RUN,
    "view": Action.READ,
    "read_file": Action.READ,
    "grep": Action.SEARCH,
    "rg": Action.SEARCH,
    "glob": Action.SEARCH,
    "grep_search": Action.SEARCH,
    "file_search": Action.SEARCH,
    "semantic_search": Action.SEARCH,
    "list_dir": Action.SEARCH,
    "edit": Action.EDIT,
    "str_replace_editor": Action.EDIT,
    "apply_patch": Action.EDIT,
    "replace_string_in_file": Action.EDIT,
    "multi_replace_string_in_file": Action.EDIT,
    "insert_edit_into_file": Action.EDIT,
    "create": Action.WRITE,
    "create_file": Action.WRITE,
    "web_fetch": Action.WEB,
    "web_search": Action.WEB,
    "fetch_webpage": Action.WEB,
    "task": Action.DELEGATE,
    "runSubagent": Action.DELEGATE,
    "update_todo": Action.PLAN,
    "manage_todo_list": Action.PLAN,
    "report_intent": Action.PLAN,
    "exit_plan_mode": Action.PLAN,
    "ask_user": Action.ASK,
    "vscode_askQuestions": Action.ASK,
}
_SILENT: Final = frozenset(
    {
        "session.info",
        "session.model_change",
        "session.shutdown",
        "session.permissions_changed",
        "session.truncation",
        "session.usage_info",
        "session.idle",
        "session.context_changed",
        "session.resume",
        "session.start",
        "session.title_changed",
        "session.compaction_start",
        "session.mode_changed",
        "session.task_complete",
        "assistant.turn_start",
        "assistant.turn_end",
        "assistant.usage",
        "assistant.intent",
        "system.message",
        "permission.requested",
        "permission.completed",
        "hook.start",
        "hook.end",
        "tool.execution_progress",
        "tool.execution_partial_result",
        "tool.user_requested",
        "subagent.started",
        "subagent.completed",
        "subagent.selected",
        "session.background_tasks_changed",
        "session.warning",
        "session.plan_changed",
    }
)
_DOLLARS_A_UNIT: Final = 0.01
"""Dollars of an AI credit, as GitHub bills it (guess, 2026-11-24: read in public code that reads these logs)."""
_EXIT_CODE: Final = re.compile(r"(?:exit code|exited with code|exit status):? (-?\d{1,10})>?\s*\Z")
_CALL_ID: Final = re.compile(rb'"toolCallId": ?"([^"]{1,200})"')
_OF_FILES: Final = re.compile(rb'"toolName": ?"[a-z_]*(?:edit|create|patch|replace)[a-z_]*"')
_REFUSED: Final = frozenset({"denied", "rejected", "permission_denied"})
_KNOWN_EVENT: Final = re.compile(
    r"(?:session|user|assistant|tool|system|hook|permission|subagent|skill)\.[a-z_]+|abort"
)


class CopilotCli:
    """Reads ``~/.copilot/session-state/<id>/events.jsonl``."""

    name = _AGENT
    title = "Copilot CLI"
    traits = AgentTraits(marks_people=True, waits=_WAITS, version=2)

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Return the session states below ``COPILOT_HOME``, else ``~/.copilot``."""
        return [Path(env.get("COPILOT_HOME") or home / ".copilot") / "session-state"]

    def find(self, root: Path) -> Iterator[Source]:
        """Yield every ``.jsonl`` below the root."""
        return find_sources(_AGENT, root, lambda path: path.suffix == ".jsonl")

    def recognises(self, path: Path, head: bytes) -> bool:
        """Tell whether one of the first lines is a record of this format."""
        return path.suffix != ".md" and any(
            isinstance(kind := record.get("type"), str)
            and isinstance(record.get("data"), dict)
            and "id" in record
            and _KNOWN_EVENT.fullmatch(kind)
            for record in read_first_records(head)
        )

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Return the events of the lines from the cursor on."""
        native = path.parent.name if path.name == "events.jsonl" else path.stem
        stream = _EventStream(Journal(_AGENT, salt, native))
        if cursor.offset:
            stream.go_on(EarlierPart(path, cursor.offset))
        return read_lines(path, cursor, limit_bytes, stream.journal, stream.take)


class _EventStream:
    """Takes a session's records into a journal."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.seed = b""

    def go_on(self, earlier: EarlierPart) -> None:
        """Learn what the part before the cursor said of the session and the model."""
        heads = [line for line in earlier.head() if b'"session.start"' in line]
        model = earlier.last(b'"session.model_change"')
        for line in (*heads[:1], *([model] if model else [])):
            take_line(self.journal, self.take, line)
        self.journal.events.clear()
        self.journal.session.used = False

        def recall() -> None:
            before = _EventStream(Journal(_AGENT, self.journal.salt, self.journal.session.native_id))
            before.journal.session.root = self.journal.session.root
            natives: set[bytes] = set()

            def is_wanted(line: bytes) -> bool:
                found = _CALL_ID.search(line) if b'"tool.execution_' in line else None
                if found and _OF_FILES.search(line):
                    natives.add(found[1])
                return found is not None and found[1] in natives

            for line in earlier.lines(is_wanted):
                take_line(before.journal, before.take, line)
            self.journal.learn_from(before.journal)

        self.journal.recall = recall

    def take(self, record: Record) -> str:
        """Take one record."""
        kind = str(record.get("type"))
        data = record.get("data")
        journal = self.journal
        journal.set_time(record.get("timestamp"))
        native = text_at(record, "id") or ""
        native = "" if is_placeholder(native) else native
        self.seed = native.encode() if UUID(native) else journal.uid(native, to_json(record) if not native else "")
        if not isinstance(data, dict):
            journal.keep_unknown(kind, record)
            return kind
        agent = text_at(data, "parentToolCallId") or text_at(record, "agentId")
        journal.run = journal.run_id(agent) if agent else None
        if kind in _TAKERS:
            _TAKERS[kind](self, data)
        elif kind not in _SILENT:
            journal.keep_unknown(kind, record)
        return kind

    def uid(self, part: str) -> bytes:
        """Return the identity of something in the record at hand; copies of the record share it."""
        journal = self.journal
        scope, journal.scope = journal.scope, self.seed
        found = journal.uid(part)
        journal.scope = scope
        return found

    def start(self, data: Record) -> None:
        """Take the session's own record."""
        journal = self.journal
        native = text_at(data, "sessionId")
        if native:
            journal.name_session(native)
        context = data.get("context")
        if isinstance(context, dict):
            journal.session.start_in(context.get("cwd"))
            journal.session.branch = text_at(context, "branch")
        journal.session.version = text_at(data, "copilotVersion")
        journal.session.entrypoint = "vscode" if "vscodeVersion" in data else text_at(data, "producer")
        journal.session.real = bool(native and UUID(native) and journal.session.version)

    def model_change(self, data: Record) -> None:
        """Note the model of what follows."""
        self.journal.model = text_at(data, "newModel") or self.journal.model

    def title(self, data: Record) -> None:
        """Note the session's name."""
        self.journal.session.title = text_at(data, "title") or self.journal.session.title

    def user(self, data: Record) -> None:
        """Add words of the user's side: as typed, before the client put its own around them."""
        text = text_at(data, "content") or ""
        kind = PromptKind.SUBAGENT if self.journal.run else PromptKind.TYPED
        source = text_at(data, "source") or ""
        if source and source not in ("user", "cli", "command"):
            kind = PromptKind.META
        attached = data.get("attachments")
        images = sum("image" in str(part.get("mimeType")) for part in attached) if isinstance(attached, list) else 0
        self.journal.prompt(self.uid("prompt"), kind, text, images)

    def assistant(self, data: Record) -> None:
        """Add what the model thought and said; its calls stand in records of their own."""
        journal = self.journal
        journal.model = text_at(data, "model") or journal.model
        if thought := text_at(data, "reasoningText"):
            journal.reply(self.uid("thinking"), thought, thinking=True)
        if text := text_at(data, "content"):
            journal.reply(self.uid("reply"), text)
        if output := to_count(data.get("outputTokens")):
            journal.usage(self.uid("usage"), taken=0, output=output)

    def shutdown(self, data: Record) -> None:
        """Add the input tokens, which only a session's end states; output is counted with each message."""
        self.checkpoint(data)
        metrics = data.get("modelMetrics")
        for model, stated in metrics.items() if isinstance(metrics, dict) else ():
            usage = stated.get("usage") or {}
            read, written = to_count(usage.get("cacheReadTokens")), to_count(usage.get("cacheWriteTokens"))
            taken = to_count(usage.get("inputTokens")) - read
            if taken > 0 or read:
                uid = self.uid(f"usage {model}")
                self.journal.usage(uid, taken=taken, output=0, cache_write=written, cache_read=read, model=model)

    def checkpoint(self, data: Record) -> None:
        """Add what the client itself counts as the session's cost so far, in billionths of a unit."""
        units = data.get("totalNanoAiu")
        if isinstance(units, int | float) and units > 0:
            self.journal.usage(self.uid("units"), taken=0, output=0, cost=units / 1e9 * _DOLLARS_A_UNIT)

    def call(self, data: Record) -> None:
        """Add a use of a tool."""
        journal = self.journal
        tool, given = str(data.get("toolName")), parse_input(data.get("arguments"))
        native = data.get("toolCallId")
        call = journal.call_ids.open(native)
        action = _ACTIONS.get(tool, Action.OTHER)
        if tool == "str_replace_editor":
            action = {"view": Action.READ, "create": Action.WRITE}.get(str(given.get("command")), action)
        running = action is Action.RUN
        path = None if running else text_at(given, "path", "filePath", "file_path")
        if action is Action.EDIT and path is None:
            files = parse_patch(text_at(given, "input", "patch") or "")
            path = files[0].path if files else None
        journal.remember_call(call, tool, given)
        journal.model = text_at(data, "model") or journal.model
        journal.call(
            call,
            tool,
            action,
            given,
            path=path,
            command=text_at(given, "command") if running else None,
            query=text_at(given, "pattern", "query", "url") if action in (Action.SEARCH, Action.WEB) else None,
            span=_span_of(given) if action is Action.READ else None,
            background=running and (given.get("mode") == "async" or given.get("isBackground") is True),
            leave_out=("file_text", "content"),
        )

    def result(self, data: Record) -> None:
        """Add what a call gave back, and the edits that it made."""
        journal = self.journal
        native = data.get("toolCallId")
        call = journal.call_ids.close(native)
        text, failure = _read_result(data)
        denial = text if failure is Failure.REJECTED else None
        code = None
        if found := _EXIT_CODE.search(text[-60:]):
            code = int(found[1])
            failure = Failure.ERROR if code else failure
        journal.result(call, text, failure=failure, exit_code=code, denial=denial)
        known = None if failure else journal.find_call(call)
        if known and _ACTIONS.get(known[0]) in (Action.EDIT, Action.WRITE):
            self.change(call, known[0], known[1])

    def change(self, call: bytes, tool: str, given: Record) -> None:
        """Add the edits of a call that succeeded."""
        journal = self.journal
        patch = text_at(given, "input", "patch") or ""
        if BEGIN in patch:
            apply(journal, call, parse_patch(patch))
            return
        content = text_at(given, "file_text", "content")
        path = text_at(given, "path", "filePath", "file_path")
        for part in given["replacements"] if tool.startswith("multi_") else [given]:
            where = text_at(part, "filePath") or path
            old = part.get("old_str", part.get("oldString"))
            new = part.get("new_str", part.get("newString"))
            if where and isinstance(old, str) and isinstance(new, str):
                replace(journal, call, where, [(old, new, False)])
            elif where and content is not None and given.get("command") in (None, "create"):
                write(journal, call, where, content, created=True)

    def compaction(self, data: Record) -> None:
        """Mark that the history was summarised."""
        text = text_at(data, "summaryContent", "summary") or ""
        self.journal.mark(self.uid("mark"), MarkKind.COMPACTION, "compaction", text)

    def abort(self, data: Record) -> None:
        """Mark that the user stopped the turn."""
        self.journal.mark(self.uid("mark"), MarkKind.INTERRUPT, text_at(data, "reason") or "abort", "")

    def error(self, data: Record) -> None:
        """Mark that the session could not go on."""
        text = text_at(data, "message") or to_json(data)
        self.journal.mark(self.uid("mark"), MarkKind.API_ERROR, text_at(data, "errorType") or "error", text)

    def notification(self, data: Record) -> None:
        """Add what the client said to the model."""
        self.journal.prompt(self.uid("prompt"), PromptKind.NOTIFICATION, text_at(data, "content") or "")

    def hook_end(self, data: Record) -> None:
        """Mark a hook that failed."""
        if data.get("success") is False:
            self.journal.mark(self.uid("mark"), MarkKind.HOOK, str(data.get("hookType")), to_json(data.get("error")))

    def skill(self, data: Record) -> None:
        """Add a skill's body."""
        self.journal.prompt(self.uid("prompt"), PromptKind.SKILL, text_at(data, "content", "name") or "")


_TAKERS: Final[Mapping[str, Any]] = {
    "session.start": _EventStream.start,
    "session.model_change": _EventStream.model_change,
    "session.title_changed": _EventStream.title,
    "session.shutdown": _EventStream.shutdown,
    "session.usage_checkpoint": _EventStream.checkpoint,
    "session.error": _EventStream.error,
    "session.compaction_complete": _EventStream.compaction,
    "user.message": _EventStream.user,
    "assistant.message": _EventStream.assistant,
    "tool.execution_start": _EventStream.call,
    "tool.execution_complete": _EventStream.result,
    "system.notification": _EventStream.notification,
    "skill.invoked": _EventStream.skill,
    "hook.end": _EventStream.hook_end,
    "abort": _EventStream.abort,
}


def _read_result(data: Record) -> tuple[str, Failure | None]:
    """Return what a call gave back, and why it failed: the client's own code says whether a person refused it."""
    result, error = data.get("result"), data.get("error")
    held = result if isinstance(result, dict) else {}
    text = text_at(held, "content", "text_result_for_llm", "detailedContent") or ""
    kind = held.get("result_type")
    failed = data.get("success") is False or kind in ("failure", "rejected", "denied")
    refused = kind in ("rejected", "denied")
    if isinstance(error, dict):
        text = text_at(error, "message") or to_json(error)
        refused = refused or error.get("code") in _REFUSED
    return text, Failure.REJECTED if refused else Failure.ERROR if failed else None


def _span_of(given: Record) -> tuple[int, int] | None:
    """Return first line and number of lines of a partial read; a last line of -1 means the end."""
    lines = given.get("view_range")
    if isinstance(lines, list) and len(lines) == 2:
        first, last = to_count(lines[0]) or 1, lines[1]
    elif "startLine" in given:
        first, last = to_count(given["startLine"]) or 1, given.get("endLine")
    else:
        return None
    return first, max(to_count(last) - first + 1, 0) or 2_000
