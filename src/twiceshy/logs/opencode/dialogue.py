"""A session's messages and parts as events, however OpenCode stores them: as files, rows or one export.

Ids are OpenCode's own, so that a session has the same events from each of the three.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from twiceshy.logs.call_ids import is_placeholder
from twiceshy.logs.edit_events import apply, parse_patch, parse_unified_diff, replace, update, write
from twiceshy.logs.edits import change_from_texts
from twiceshy.logs.journal import Journal, Record, parse_input, text_at, to_json
from twiceshy.logs.json_lines import to_count
from twiceshy.records.events import Action, Failure, MarkKind, PromptKind

AGENT: Final = "opencode"
ACTIONS: Final[Mapping[str, Action]] = {
    "bash": Action.RUN,
    "read": Action.READ,
    "edit": Action.EDIT,
    "multiedit": Action.EDIT,
    "patch": Action.EDIT,
    "apply_patch": Action.EDIT,
    "write": Action.WRITE,
    "grep": Action.SEARCH,
    "glob": Action.SEARCH,
    "list": Action.SEARCH,
    "codesearch": Action.SEARCH,
    "lsp": Action.SEARCH,
    "webfetch": Action.WEB,
    "websearch": Action.WEB,
    "task": Action.DELEGATE,
    "todowrite": Action.PLAN,
    "todoread": Action.PLAN,
    "plan_exit": Action.PLAN,
    "plan_enter": Action.PLAN,
    "question": Action.ASK,
}
_SILENT: Final = frozenset({"step-start", "step-finish", "snapshot", "patch", "file", "agent", "retry"})
OF_MODEL: Final = frozenset({"tool", "reasoning", "step-start", "step-finish"})
"""Kinds of parts that no message of the user's side has."""
_REFUSED: Final = re.compile(r"(?:\w*Error: )?(?:The user )?rejected permission", re.IGNORECASE)
_LONG_ID: Final = 26
"""Characters of an id that the agent itself made; imitations use shorter ones (guess, 2026-11-21)."""


class Dialogue:
    """Takes messages and parts of sessions into a journal."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    def begin(self, native: str, info: Record, *, several: bool = False) -> None:
        """Note whose the next messages are: a session, or a run of the session that started it.

        ``several``: the source holds more than one session, so that the journal keeps each.
        """
        journal = self.journal
        parent = text_at(info, "parentID")
        name_session = journal.switch_session if several else journal.name_session
        name_session(parent or native)
        journal.run = journal.run_id(native) if parent else None
        session = journal.session
        session.real = native.startswith("ses_") and len(native) >= _LONG_ID
        session.start_in(info.get("directory"))
        if parent:
            return
        session.title = text_at(info, "title") or session.title
        session.version = text_at(info, "version") or session.version
        journal.set_time(time_of(info, "created"))
        session.first = journal.at or session.first

    def message(self, message: Record) -> str:
        """Add tokens and errors of a message; its words are parts."""
        journal = self.journal
        journal.set_time(time_of(message, "created"))
        journal.model = _model_of(message)
        native = str(message.get("id"))
        self.tokens(native, message)
        error = message.get("error")
        if isinstance(error, dict):
            name = text_at(error, "name") or "error"
            kind = MarkKind.INTERRUPT if "Abort" in name else MarkKind.API_ERROR
            data = error.get("data")
            text = text_at(data, "message") if isinstance(data, dict) else None
            journal.mark(journal.uid("error", native), kind, name, text or to_json(data))
        journal.session.used = True
        return f"message/{message.get('role')}"

    def tokens(self, message: str, said: Record) -> None:
        """Add the tokens of a message, and what it cost."""
        tokens = said.get("tokens")
        if not isinstance(tokens, dict):
            return
        cache = tokens.get("cache") or {}
        output = to_count(tokens.get("output")) + to_count(tokens.get("reasoning"))
        taken, read = to_count(tokens.get("input")), to_count(cache.get("read"))
        if taken or output or read:
            uid = self.journal.uid("usage", message)
            written = to_count(cache.get("write"))
            stated = said.get("cost") or None  # a model without a price, and a plan, state 0
            self.journal.usage(uid, taken=taken, output=output, cache_write=written, cache_read=read, cost=stated)

    def part(self, part: Record, message: Record) -> str:
        """Take a part of a message."""
        journal = self.journal
        kind = str(part.get("type"))
        journal.model = _model_of(message)
        journal.set_time(time_of(part, "start") or time_of(message, "created"))
        uid = journal.uid(kind, str(part.get("id")))
        text = text_at(part, "text")
        if kind in ("text", "reasoning"):
            if text and kind == "text" and message.get("role") == "user":
                self.user(uid, part, text)
            elif text:
                journal.reply(uid, text, thinking=kind == "reasoning")
        elif kind == "tool":
            self.tool(part)
        elif kind == "compaction":
            journal.mark(uid, MarkKind.COMPACTION, "auto" if part.get("auto") else "manual", "")
        elif kind == "subtask":
            self.subtask(uid, part)
        elif kind not in _SILENT:
            journal.keep_unknown(f"part/{kind}", part)
        return f"part/{kind}"

    def user(self, uid: bytes, part: Record, text: str) -> None:
        """Add words of the user's side."""
        kind = PromptKind.SUBAGENT if self.journal.run else PromptKind.TYPED
        if part.get("synthetic") is True or part.get("ignored") is True:
            kind = PromptKind.META
        self.journal.prompt(uid, kind, text)

    def subtask(self, uid: bytes, part: Record) -> None:
        """Add a command that the client carries out by a subagent, and apart from it the filled template that it sends.

        The part names the command. What was written behind its name is told in the template alone.
        """
        journal = self.journal
        template = text_at(part, "prompt", "description") or ""
        if command := text_at(part, "command"):
            journal.prompt(uid, PromptKind.BARE_COMMAND, f"/{command}")
            uid = journal.uid("template", str(part.get("id")))
        if template:
            journal.prompt(uid, PromptKind.META, template)

    def tool(self, part: Record) -> None:
        """Add a use of a tool with what came of it; one that has not begun yet is left for later."""
        journal = self.journal
        state = part.get("state") or {}
        status = state.get("status")
        if status not in ("running", "completed", "error"):
            return
        tool, given = str(part.get("tool")), parse_input(state.get("input"))
        native = part.get("callID")
        call = journal.call_ids.open(part.get("id") if is_placeholder(native) else native)
        action = ACTIONS.get(tool, Action.OTHER)
        running = action is Action.RUN
        journal.set_time(time_of(state, "start") or time_of(part, "start"))
        journal.call(
            call,
            tool,
            action,
            given,
            path=None if running else _path_of(given, action),
            cwd=text_at(given, "workdir") or "",
            command=text_at(given, "command") if running else None,
            query=text_at(given, "pattern", "query", "url") if action in (Action.SEARCH, Action.WEB) else None,
            span=_span_of(given) if action is Action.READ else None,
            timeout_s=_timeout_of(given) if running else None,
            leave_out=("content",),
        )
        if status != "running":
            journal.set_time(time_of(state, "end"))
            self.result(call, tool, given, state)

    def result(self, call: bytes, tool: str, given: Record, state: Record) -> None:
        """Add what the call gave back, and the edits that it made."""
        journal = self.journal
        metadata = state.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        code = metadata.get("exit")
        code = code if type(code) is int else None
        text = text_at(state, "error" if state["status"] == "error" else "output") or ""
        denial = text if state["status"] == "error" and tool in ACTIONS else None  # others word their errors themselves
        failure = _find_failure(state, denial, code)
        began, ended = (state.get("time") or {}).get("start"), (state.get("time") or {}).get("end")
        seconds = (ended - began) / 1000 if type(began) is int and type(ended) is int else None
        journal.result(call, text, failure=failure, exit_code=code, duration_s=seconds, denial=denial)
        if failure is None and ACTIONS.get(tool) in (Action.EDIT, Action.WRITE):
            self.change(call, given, metadata)

    def change(self, call: bytes, given: Record, metadata: Record) -> None:
        """Add the edits of a call that succeeded: from whole texts if noted, else a diff, else its input."""
        journal = self.journal
        path = text_at(given, "filePath", "path")
        noted, diff = metadata.get("filediff"), text_at(metadata, "diff")
        files = parse_patch(text_at(given, "patchText", "patch") or "")
        if files:
            apply(journal, call, files)
        elif path is None:
            return
        elif isinstance(noted, dict) and isinstance(noted.get("before"), str) and isinstance(noted.get("after"), str):
            change = change_from_texts(noted["before"], noted["after"], journal.salt)
            journal.edit(call, path, change, created=not noted["before"])
        elif isinstance(given.get("content"), str):
            created = None if "exists" not in metadata else metadata["exists"] is False
            write(journal, call, path, given["content"], created=created)
        elif diff:
            update(journal, call, path, parse_unified_diff(diff))
        else:
            pairs = _read_replacements(given)
            if pairs:
                replace(journal, call, path, pairs)


def _model_of(message: Record) -> str | None:
    """Return a message's model; messages of the user's side name the one that was asked."""
    asked = message.get("model")
    return text_at(message, "modelID") or (text_at(asked, "modelID") if isinstance(asked, dict) else None)


def _path_of(given: Record, action: Action) -> str | None:
    """Return the file that a call is about; of a patch its first one."""
    path = text_at(given, "filePath", "path")
    if path is None and action is Action.EDIT:
        path = next((file.path for file in parse_patch(text_at(given, "patchText", "patch") or "")), None)
    return path


def _timeout_of(given: Record) -> float | None:
    """Return the seconds that a command is given; None where the call does not say."""
    timeout = given.get("timeout")
    return timeout / 1000 if isinstance(timeout, int | float) else None


def _find_failure(state: Record, denial: str | None, code: int | None) -> Failure | None:
    """Return why a call failed, by the client's words where it has some; None where it did not."""
    if denial is None:
        return Failure.ERROR if state["status"] == "error" or code else None
    if "abort" in denial.lower():
        return Failure.INTERRUPTED
    return Failure.REJECTED if _REFUSED.match(denial) else Failure.ERROR


def _read_replacements(given: Record) -> list[tuple[str, str, bool]]:
    """Return (old, new, everywhere) of each replacement of an edit, in order."""
    edits = given.get("edits")
    return [
        (edit["oldString"], edit["newString"], edit.get("replaceAll") is True)
        for edit in (edits if isinstance(edits, list) else [given])
        if isinstance(edit, dict) and "oldString" in edit and "newString" in edit
    ]


def time_of(record: Record, key: str) -> Any:
    """Return one of an object's times; None where it has none."""
    times = record.get("time")
    return times.get(key) if isinstance(times, dict) else None


def _span_of(given: Record) -> tuple[int, int] | None:
    """Return first line and number of lines of a partial read; offsets count from 0."""
    if given.get("offset") is None and given.get("limit") is None:
        return None
    return to_count(given.get("offset")) + 1, to_count(given.get("limit")) or 2_000
