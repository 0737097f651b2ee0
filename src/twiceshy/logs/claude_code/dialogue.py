"""Records of the dialogue, and the table that says which function takes which type of record."""

from collections.abc import Callable, Sequence
from typing import Any

from twiceshy.logs.claude_code import prompts
from twiceshy.logs.claude_code.calls import add_call
from twiceshy.logs.claude_code.prompts import add_user_text
from twiceshy.logs.claude_code.read_state import ReadState
from twiceshy.logs.claude_code.results import add_result
from twiceshy.logs.journal import Record, text_at, to_json
from twiceshy.records.events import MarkKind

# Records that are no dialogue: the client's notices, hooks, modes, titles, the prompt queue, pull requests.
#
# Each function returns None when the record gave something, else the name under which it is counted as a non-event.

Taker = Callable[[ReadState, Record], str | None]


def _text_of(content: object) -> str:
    """Return a notice's text, whatever it is wrapped in."""
    if isinstance(content, str):
        return content
    return "" if content is None else to_json(content)


def take_system(reading: ReadState, record: Record) -> str | None:
    """Take a line of the client."""
    subtype = record.get("subtype")
    taker = _SYSTEM_TAKERS.get(subtype) if isinstance(subtype, str) else None
    if taker is None:
        reading.keep_unknown(f"system/{subtype}", record)
        return None
    return taker(reading, record)


def _take_notice(reading: ReadState, record: Record) -> str | None:
    reading.note(MarkKind.NOTICE, record["subtype"], _text_of(record.get("content")))
    return None


def _take_turn_duration(_: ReadState, __: Record) -> str | None:
    return "system/turn_duration"


def _take_stop_hooks(reading: ReadState, record: Record) -> str | None:
    errors = record.get("hookErrors")
    if not errors and not record.get("preventedContinuation"):
        return "system/stop_hook_summary"
    lines = [_text_of(error) for error in errors] if isinstance(errors, list) else []
    if reason := record.get("stopReason"):
        lines.append(_text_of(reason))
    reading.note(MarkKind.HOOK, "stop_hook_summary", "\n".join(lines))
    return None


def _take_api_error(reading: ReadState, record: Record) -> str | None:
    stated = {
        key: record[key] for key in ("error", "cause", "retryAttempt", "maxRetries", "retryInMs") if key in record
    }
    reading.note(MarkKind.API_ERROR, "api_error", to_json(stated))
    return None


def _take_compaction(reading: ReadState, record: Record) -> str | None:
    about = record.get("compactMetadata") or record.get("microcompactMetadata") or {}
    trigger = about.get("trigger") if isinstance(about, dict) else None
    name = (
        "micro" if record["subtype"] == "microcompact_boundary" else trigger if isinstance(trigger, str) else "compact"
    )
    reading.note(MarkKind.COMPACTION, name, to_json(about))
    return None


def _take_local_command(reading: ReadState, record: Record) -> str | None:
    content = _text_of(record.get("content"))
    if not content.strip():
        return "system/local_command"
    prompts.add_user_text(reading, {**record, "isMeta": False}, [content], 0)
    return None


_SYSTEM_TAKERS: dict[str, Taker] = {
    "turn_duration": _take_turn_duration,
    "stop_hook_summary": _take_stop_hooks,
    "away_summary": _take_notice,
    "informational": _take_notice,
    "bridge_status": _take_notice,
    "api_error": _take_api_error,
    "compact_boundary": _take_compaction,
    "microcompact_boundary": _take_compaction,
    "local_command": _take_local_command,
}


def take_attachment(reading: ReadState, record: Record) -> str | None:
    """Take something that the client put beside the dialogue."""
    attached = record.get("attachment")
    kind = attached.get("type") if isinstance(attached, dict) else None
    if not isinstance(attached, dict) or not isinstance(kind, str):
        reading.keep_unknown("attachment/?", attached)
    elif kind == "queued_command":
        _take_queued_command(reading, attached)
    elif kind in _HOOK_ATTACHMENTS:
        words = [
            _text_of(attached[key])
            for key in ("hookName", "command", "stderr", "content", "blockingError")
            if key in attached
        ]
        reading.note(MarkKind.HOOK, kind, "\n".join(filter(None, words)))
    elif kind in _MODE_ATTACHMENTS:
        reading.note(MarkKind.MODE, kind, "")
    elif kind in _NOTICE_ATTACHMENTS:
        reading.note(MarkKind.NOTICE, kind, to_json(attached))
    elif kind in _MEASURED_ATTACHMENTS:
        reading.note(MarkKind.ATTACHED, kind, _measure(attached))
    elif kind in _SILENT_ATTACHMENTS:
        return f"attachment/{kind}"
    else:
        reading.keep_unknown(f"attachment/{kind}", attached)
    return None


_HOOK_ATTACHMENTS = {
    "hook_non_blocking_error",
    "hook_blocking_error",
    "hook_cancelled",
    "hook_system_message",
    "hook_additional_context",
    "hook_error_during_execution",
    "hook_stopped_continuation",
}
_MODE_ATTACHMENTS = {
    "plan_mode",
    "plan_mode_exit",
    "plan_mode_reentry",
    "auto_mode",
    "auto_mode_exit",
    "ultra_effort_enter",
}
_NOTICE_ATTACHMENTS = {"edited_text_file", "diagnostics"}
_MEASURED_ATTACHMENTS = {
    "deferred_tools_delta",
    "skill_listing",
    "mcp_instructions_delta",
    "agent_listing_delta",
    "directory",
    "file",
    "invoked_skills",
    "nested_memory",
}
_SILENT_ATTACHMENTS = {
    "task_reminder",
    "todo_reminder",
    "hook_success",
    "command_permissions",
    "date_change",
    "opened_file_in_ide",
    "selected_lines_in_ide",
    "compact_file_reference",
    "todo",
    "critical_system_reminder",
}
_TOLD_KEYS = ("content", "addedLines", "addedBlocks", "skills", "memory", "file", "text")
"""What of an attachment is told to the model; other keys repeat it or say where it is from."""
_MOST_SERVERS = 50  # named of one attachment (guess, 2026-11-25)


def _measure(attached: Record) -> str:
    """Return the characters that an attachment put into the context, the file it is of, and servers it names."""
    found: dict[str, object] = {"size": sum(_count_text(attached.get(key)) for key in _TOLD_KEYS)}
    if path := _text_of(attached.get("filename") or attached.get("path")):
        found["path"] = path
    if servers := _list_servers(attached):
        found["servers"] = servers
    return to_json(found)


def _count_text(value: object) -> int:
    """Return the characters of all texts in a value that are told."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list):
        return sum(map(_count_text, value))
    if isinstance(value, dict):
        return sum(_count_text(value.get(key)) for key in _TOLD_KEYS)
    return 0


def _list_servers(attached: Record) -> list[str]:
    """Return the servers whose tools or instructions an attachment adds."""
    names = attached.get("addedNames")
    given = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    if attached.get("type") == "deferred_tools_delta":
        given = [server for name in given if name.startswith("mcp__") and (server := name.split("__")[1])]
    elif attached.get("type") != "mcp_instructions_delta":
        return []
    return sorted({*given})[:_MOST_SERVERS]


def _take_queued_command(reading: ReadState, attached: Record) -> None:
    asked = attached.get("prompt")
    images = 0
    if isinstance(asked, list):
        blocks = [block for block in asked if isinstance(block, dict)]
        images = sum(block.get("type") == "image" for block in blocks)
        asked = "\n\n".join(_text_of(block.get("text")) for block in blocks if block.get("type") == "text")
    prompts.enqueue(reading, _text_of(asked), images)


def take_queue_operation(reading: ReadState, record: Record) -> str | None:
    """Take what was typed while the agent worked."""
    content = record.get("content")
    if record.get("operation") != "enqueue" or not isinstance(content, str) or not content.strip():
        return f"queue-operation/{record.get('operation')}"
    prompts.enqueue(reading, content)
    return None


def take_mode(reading: ReadState, record: Record) -> str | None:
    """Take the permission mode.

    The record is repeated through the file; one mark for each mode and session is kept.
    """
    name = _text_of(record.get("permissionMode") or record.get("mode"))
    stamp_uid = reading.uid("mode", _text_of(record.get("type")), name)
    reading.mark(stamp_uid, MarkKind.MODE, name, "")
    return None


def take_title(reading: ReadState, record: Record) -> str | None:
    """Take the session's title; one that a person gave wins."""
    custom = record.get("customTitle")
    text = custom if isinstance(custom, str) else record.get("aiTitle")
    if not isinstance(text, str) or not text:
        return _text_of(record.get("type"))
    if isinstance(custom, str):
        reading.titled.add(reading.session.uid)
    if isinstance(custom, str) or reading.session.uid not in reading.titled:
        reading.session.title = text
    return None


def take_pull_request(reading: ReadState, record: Record) -> str | None:
    """Take a pull request that the session opened."""
    url = _text_of(record.get("prUrl"))
    uid = reading.uid("pr", url)
    reading.mark(uid, MarkKind.PULL_REQUEST, _text_of(record.get("prRepository")), url)
    return None


def skip_record(_: ReadState, record: Record) -> str | None:
    """Return the name of a known record that holds nothing to keep."""
    return _text_of(record.get("type"))


_SILENT_PROGRESS = {
    "hook_progress",
    "bash_progress",
    "mcp_progress",
    "waiting_for_task",
    "query_update",
    "search_results_received",
}


def _take_assistant(reading: ReadState, record: Record) -> str | None:
    """Take what the model said and the tools it called."""
    reading.judge(record)
    message = record["message"]
    model = message.get("model")
    reading.model = model if isinstance(model, str) else None
    content = message.get("content")
    if model == "<synthetic>":
        return _take_synthetic(reading, record, content)
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    before = len(reading.events)
    for index, block in enumerate(content or ()):
        kind = block.get("type")
        if kind == "tool_use":
            add_call(reading, record, block, index)
        elif kind in {"text", "thinking"}:
            if text := text_at(block, kind):
                reading.reply(reading.part(index), text, thinking=kind == "thinking")
        elif kind != "redacted_thinking":
            reading.keep_unknown(f"assistant/{kind}", block)
    usage = message.get("usage")
    noted = isinstance(usage, dict) and reading.note_usage(record, message, usage)
    return None if noted or len(reading.events) > before else "assistant"


def _take_synthetic(reading: ReadState, record: Record, content: Any) -> str | None:
    """Take words that the client put into the model's mouth: an API error, a notice, or nothing."""
    text = (
        content
        if isinstance(content, str)
        else "\n".join(
            block["text"] for block in content or () if isinstance(block, dict) and isinstance(block.get("text"), str)
        )
    )
    if record.get("isApiErrorMessage") or text.startswith("API Error"):
        error = record.get("error")
        reading.note(MarkKind.API_ERROR, error if isinstance(error, str) else "api_error", text)
    elif text:
        reading.note(MarkKind.NOTICE, "synthetic", text)
    else:
        return "assistant/synthetic"
    return None


def _take_user(reading: ReadState, record: Record) -> str | None:
    """Take results of tools, and the user's side of the dialogue."""
    reading.judge(record)
    before = len(reading.events)
    content = record["message"].get("content")
    if isinstance(content, str):
        add_user_text(reading, record, [content], 0)
        return None if len(reading.events) > before else "user"
    texts: list[str] = []
    images = 0
    blocks = content or ()
    structured = _structured_of(record, blocks)
    for index, block in enumerate(blocks):
        kind = block.get("type")
        if kind == "tool_result":
            add_result(reading, record, block, index, structured)
        elif kind == "text":
            texts.append(block["text"])
        elif kind in {"image", "document"}:
            images += 1
        else:
            reading.keep_unknown(f"user/{kind}", block)
    if texts or images:
        add_user_text(reading, record, texts or [""], images)
    return None if len(reading.events) > before else "user"


def _structured_of(record: Record, blocks: Sequence[Record]) -> object:
    """Return what the record says of its one result; None where it holds several."""
    structured = record.get("toolUseResult")
    if structured is None or len(blocks) < 2:
        return structured
    return structured if sum(block.get("type") == "tool_result" for block in blocks) < 2 else None


def _take_progress(reading: ReadState, record: Record) -> str | None:
    """Take news of something under way; some versions embed a subagent's dialogue here."""
    data = record.get("data")
    kind = data.get("type") if isinstance(data, dict) else None
    if kind in _SILENT_PROGRESS:
        return f"progress/{kind}"
    if kind != "agent_progress" or not isinstance(data, dict):
        reading.keep_unknown(f"progress/{kind}", record)
        return None
    inner = data.get("message")
    if not isinstance(inner, dict) or inner.get("type") not in {"user", "assistant"}:
        return "progress/agent_progress"
    taker = _take_user if inner["type"] == "user" else _take_assistant
    envelope = {"sessionId": record.get("sessionId"), "cwd": record.get("cwd"), "version": record.get("version")}
    embedded = {**envelope, **inner}
    if "timestamp" in inner:
        reading.set_time(inner["timestamp"])
    reading.set_identity(embedded)
    agent = data.get("agentId")
    reading.run = reading.run_id(agent if isinstance(agent, str) else str(record.get("parentToolUseID")))
    return "progress/agent_progress" if taker(reading, embedded) else None


TAKERS: dict[str, Taker] = {
    "assistant": _take_assistant,
    "user": _take_user,
    "progress": _take_progress,
    "system": take_system,
    "attachment": take_attachment,
    "queue-operation": take_queue_operation,
    "permission-mode": take_mode,
    "mode": take_mode,
    "ai-title": take_title,
    "custom-title": take_title,
    "pr-link": take_pull_request,
    "summary": skip_record,
    "last-prompt": skip_record,
    "file-history-snapshot": skip_record,
    "file-history-delta": skip_record,
    "agent-name": skip_record,
    "bridge-session": skip_record,
}


def take(reading: ReadState, record: Record) -> str | None:
    """Give the record to its function; return None if it gave an event, else its name as a non-event."""
    kind = record.get("type")
    reading.open(record)
    taker = TAKERS.get(kind) if isinstance(kind, str) else None
    if taker is None:
        reading.keep_unknown(str(kind), record)
        name = None
    else:
        name = taker(reading, record)
    session = reading.session
    if name is None and (reading.at is not session.last or not session.used):
        session.note_use(reading.at)
    return name
