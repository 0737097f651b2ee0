"""Tool calls: what each of Claude Code's tools does, and the parts of its input that every analysis needs."""

from typing import Any, Final

import orjson

from twiceshy.logs.claude_code.read_state import ReadState
from twiceshy.logs.journal import Record, text_at
from twiceshy.logs.json_lines import to_count
from twiceshy.logs.refusals import asks_person
from twiceshy.records.events import Action, MarkKind

# What the result of a subagent's call states of it: the one trace of a subagent whose own log is not there.
#
# ``usage`` is that of its last message alone, and ``totalTokens`` that message's sum: of 108 subagents whose dialogues
# were there too, it was a tenth of the cost (median; measured 2026-11-24). So it is a lower bound.

_FAMILIES: Final = {"haiku": "claude-haiku-4-5", "sonnet": "claude-sonnet-4-5"}
"""What a call's word for a model stands for: of 9 calls with one of them each ran the model, or one of the same price
(measured, 2026-11-24)."""
_HAIKU: Final = "Explore"
"""The client's own kind of subagent that ran Haiku where nobody said otherwise: 57 of 57 (measured, 2026-11-24)."""
_UNKNOWN: Final = "?"


def keep_sender(reading: ReadState, action: Action, given: Record) -> Record:
    """Return what the result of a call needs to know if the call sends off a subagent; else nothing."""
    if action is not Action.DELEGATE:
        return {}
    family = text_at(given, "model") or ("haiku" if given.get("subagent_type") == _HAIKU else "")
    return {"model": _name_model(family.lower(), reading.model or _UNKNOWN)}


def _name_model(family: str, sender: str) -> str:
    """Return the model that a subagent ran on: its sender's, unless the call named another family."""
    return sender if family in sender else _FAMILIES.get(family, _UNKNOWN)


def note_agent(reading: ReadState, call: bytes, native: object, fields: Record, index: int) -> None:
    """Add a mark of the subagent whose result this is, with its run, and the tokens that the result states.

    The mark's text is JSON: the run in hex, then input, output, written to the cache, of it for an hour, read from it.
    """
    agent = text_at(fields, "agentId")
    if agent is None or not ("prompt" in fields or "totalTokens" in fields):
        return
    known = reading.find_call(call, native if isinstance(native, str) else "")
    model = text_at(fields, "resolvedModel") or (text_at(known[1], "model") if known else None) or _UNKNOWN
    usage = fields.get("usage")
    counts = _read_counts(usage) if isinstance(usage, dict) else []
    text = orjson.dumps([reading.run_id(agent).hex(), *counts]).decode()
    reading.mark(reading.part(f"agent {index}"), MarkKind.SUBAGENT, model, text)


def _read_counts(usage: Record) -> list[int]:
    kept = usage.get("cache_creation")
    written = to_count(usage.get("cache_creation_input_tokens"))
    return [
        to_count(usage.get("input_tokens")),
        to_count(usage.get("output_tokens")),
        written,
        min(written, to_count(kept.get("ephemeral_1h_input_tokens"))) if isinstance(kept, dict) else 0,
        to_count(usage.get("cache_read_input_tokens")),
    ]


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
    "AskUserQuestion": Action.ASK,
    "BashOutput": Action.WAIT,
    "TaskOutput": Action.WAIT,
    "AgentOutputTool": Action.WAIT,
    "KillShell": Action.WAIT,
    "KillBash": Action.WAIT,
    "TaskStop": Action.WAIT,
}
ASKERS = frozenset(tool for tool, action in ACTIONS.items() if asks_person(tool, action))
"""Tools whose result is a person's answer, at times."""
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
_CONTENT_KEYS = ("content", "new_source")
"""What a large part of a call's input may be; old and new strings of an edit stay in it: a failed edit has no other
trace, and a successful one packs well beside its file."""


def add_call(reading: ReadState, record: Record, block: Record, index: int) -> None:
    """Add a call."""
    cwd, native = record.get("cwd"), block.get("name")
    tool = native if isinstance(native, str) else "?"
    given = _input_of(block)
    call = reading.call_ids.open(block.get("id"), record.get("uuid"))
    action = ACTIONS.get(tool) or _action_by_name(tool)
    changes = action is Action.EDIT or action is Action.WRITE
    kept = given if changes else keep_sender(reading, action, given)
    reading.remember_call(call, tool, kept)  # whose error a result is depends on the tool
    running = action is Action.RUN
    reading.call(
        call,
        tool,
        action,
        given,
        path=None if running else text_at(given, *PATH_KEYS),
        cwd=cwd if isinstance(cwd, str) else "",
        command=text_at(given, "command", "cmd") if running else None,
        query=text_at(given, *_QUERY_KEYS) if action is Action.SEARCH or action is Action.WEB else None,
        span=_span_of(given) if action is Action.READ else None,
        timeout_s=_to_seconds(given.get("timeout")) if running else None,
        background=given.get("run_in_background") is True,
        leave_out=_CONTENT_KEYS if changes else (),
        uid=reading.part(index),
    )


def _input_of(block: Record) -> Record:
    """Return a call's input as an object."""
    given = block.get("input")
    return given if isinstance(given, dict) else {} if given is None else {"input": given}


def _action_by_name(tool: str) -> Action:
    if not tool.startswith("mcp__"):
        return Action.OTHER
    name = tool.rpartition("__")[2].lower()
    for word in name.replace("-", "_").split("_"):
        if word in VERBS:
            return VERBS[word]
    return Action.OTHER


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
