"""Tool calls: what each of Claude Code's tools does, and the parts of its input that every analysis needs."""

from typing import Any

import orjson

from twiceshy.capture.claude_code.read_state import ReadState, Record, to_json
from twiceshy.records.events import Action, ToolCall

ACTIONS: dict[str, Action] = {
    "Read": Action.READ,
    "NotebookRead": Action.READ,
    "ReadMcpResourceTool": Action.READ,
    "Grep": Action.SEARCH,
    "Glob": Action.SEARCH,
    "LS": Action.SEARCH,
    "LSP": Action.SEARCH,
    "ToolSearch": Action.SEARCH,
    "ListMcpResourcesTool": Action.SEARCH,
    "Edit": Action.EDIT,
    "MultiEdit": Action.EDIT,
    "NotebookEdit": Action.EDIT,
    "Write": Action.WRITE,
    "Bash": Action.RUN,
    "PowerShell": Action.RUN,
    "WebFetch": Action.WEB,
    "WebSearch": Action.WEB,
    "Task": Action.DELEGATE,
    "Agent": Action.DELEGATE,
    "Workflow": Action.DELEGATE,
    "SendMessage": Action.DELEGATE,
    "TodoWrite": Action.PLAN,
    "TodoRead": Action.PLAN,
    "TaskCreate": Action.PLAN,
    "TaskUpdate": Action.PLAN,
    "TaskGet": Action.PLAN,
    "TaskList": Action.PLAN,
    "ExitPlanMode": Action.PLAN,
    "EnterPlanMode": Action.PLAN,
    "exit_plan_mode": Action.PLAN,
}
VERBS: dict[str, Action] = {
    "read": Action.READ,
    "get": Action.READ,
    "fetch": Action.READ,
    "view": Action.READ,
    "search": Action.SEARCH,
    "find": Action.SEARCH,
    "list": Action.SEARCH,
    "query": Action.SEARCH,
    "resolve": Action.SEARCH,
    "grep": Action.SEARCH,
    "edit": Action.EDIT,
    "replace": Action.EDIT,
    "write": Action.WRITE,
    "run": Action.RUN,
    "execute": Action.RUN,
    "exec": Action.RUN,
    "navigate": Action.WEB,
    "browser": Action.WEB,
}
"""First words of MCP tool names. ``create_issue`` and the like change something elsewhere: other."""
PATH_KEYS = ("file_path", "notebook_path", "path", "filePath", "file")
_QUERY_KEYS = ("pattern", "query", "url", "symbol")
_LARGE_CONTENT = 2_048
"""Characters of a written file's content that stay in the call's input; the rest is in the edit. Old and new strings of
an edit stay: a failed edit has no other trace, and a successful one packs well beside its file."""


def add_call(reading: ReadState, block: Record, index: int, cwd: object) -> None:
    """Add a call."""
    tool, given = block.get("name"), block.get("input")
    if not isinstance(tool, str):
        tool = "?"
    if not isinstance(given, dict):
        given = {} if given is None else {"input": given}
    call = reading.call_id(block.get("id"))
    action = ACTIONS.get(tool) or _action_by_name(tool)
    path: str | None = None
    key: bytes | None = None
    command = query = timeout_s = span = None
    if action is Action.RUN:
        command = _text_at(given, "command") or _text_at(given, "cmd")
        timeout_s = _to_seconds(given.get("timeout"))
    else:
        named = _find_text(given, PATH_KEYS)
        if named:
            path, key = reading.place(named, cwd)
        if action is Action.SEARCH or action is Action.WEB:
            query = _find_text(given, _QUERY_KEYS)
        elif action is Action.READ:
            span = _span_of(given)
        elif action is Action.EDIT or action is Action.WRITE:
            reading.remember_call(call, tool, given)
    reading.events.append(
        ToolCall(
            stamp=reading.stamp(index),
            call=call,
            tool=tool,
            action=action,
            input=_encode_input(given, action),
            path=path,
            path_key=key,
            command=command,
            query=query,
            span=span,
            timeout_s=timeout_s,
            background=given.get("run_in_background") is True,
        )
    )


def _action_by_name(tool: str) -> Action:
    if not tool.startswith("mcp__"):
        return Action.OTHER
    name = tool.rpartition("__")[2].lower()
    for word in name.replace("-", "_").split("_"):
        if word in VERBS:
            return VERBS[word]
    return Action.OTHER


def _find_text(given: Record, keys: tuple[str, ...]) -> str | None:
    for key in keys:
        value = given.get(key)
        if type(value) is str and value:
            return value
    return None


def _text_at(given: Record, key: str) -> str | None:
    """Return the string at that key; None where there is none."""
    value = given.get(key)
    return value if isinstance(value, str) else None


def _span_of(given: Record) -> tuple[int, int] | None:
    first, count = given.get("offset"), given.get("limit")
    if first is None and count is None:
        return None
    return _to_count(first, 1), _to_count(count, 2_000)  # the tool's own default limit


def _to_count(value: Any, default: int) -> int:
    try:
        return max(int(value), 0) if value is not None else default
    except (TypeError, ValueError, OverflowError):
        return default


def _to_seconds(milliseconds: Any) -> float | None:
    if isinstance(milliseconds, int | float) and not isinstance(milliseconds, bool):
        return milliseconds / 1000
    return None


def _encode_input(given: Record, action: Action) -> str:
    if action is Action.WRITE or action is Action.EDIT:
        given = {
            key: value
            for key, value in given.items()
            if not (key in ("content", "new_source") and isinstance(value, str) and len(value) > _LARGE_CONTENT)
        }
    try:
        return orjson.dumps(given).decode()
    except TypeError:  # integers beyond 64 bits
        return to_json(repr(given))
