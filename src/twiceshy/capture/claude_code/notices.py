"""Records that are no dialogue: the client's notices, hooks, modes, titles, the prompt queue, progress of subagents.

Each function returns None when the record gave something, else the name under which it is counted as a non-event.
"""

from collections.abc import Callable

from twiceshy.capture.claude_code import prompts
from twiceshy.capture.claude_code.reading import Reading, Record, capped, compact
from twiceshy.records.events import MarkKind

Taker = Callable[[Reading, Record], str | None]


def words_of(content: object) -> str:
    """A notice's text, whatever it is wrapped in."""
    if isinstance(content, str):
        return content
    return "" if content is None else compact(content)


def system(reading: Reading, record: Record) -> str | None:
    """A line of the client."""
    subtype = record.get("subtype")
    taker = SYSTEM.get(subtype) if isinstance(subtype, str) else None
    if taker is None:
        reading.keep_unknown(f"system/{subtype}", record)
        return None
    return taker(reading, record)


def _notice(reading: Reading, record: Record) -> str | None:
    reading.mark(MarkKind.NOTICE, record["subtype"], capped(words_of(record.get("content"))))
    return None


def _turn_duration(_: Reading, __: Record) -> str | None:
    return "system/turn_duration"


def _stop_hooks(reading: Reading, record: Record) -> str | None:
    errors = record.get("hookErrors")
    if not errors and not record.get("preventedContinuation"):
        return "system/stop_hook_summary"
    lines = [words_of(error) for error in errors] if isinstance(errors, list) else []
    if reason := record.get("stopReason"):
        lines.append(words_of(reason))
    reading.mark(MarkKind.HOOK, "stop_hook_summary", "\n".join(lines))
    return None


def _api_error(reading: Reading, record: Record) -> str | None:
    told = {key: record[key] for key in ("error", "cause", "retryAttempt", "maxRetries", "retryInMs") if key in record}
    reading.mark(MarkKind.API_ERROR, "api_error", compact(told))
    return None


def _compaction(reading: Reading, record: Record) -> str | None:
    told = record.get("compactMetadata") or record.get("microcompactMetadata") or {}
    trigger = told.get("trigger") if isinstance(told, dict) else None
    name = (
        "micro" if record["subtype"] == "microcompact_boundary" else trigger if isinstance(trigger, str) else "compact"
    )
    reading.mark(MarkKind.COMPACTION, name, compact(told))
    return None


def _local_command(reading: Reading, record: Record) -> str | None:
    content = words_of(record.get("content"))
    if not content.strip():
        return "system/local_command"
    prompts.user_text(reading, {**record, "isMeta": False}, [content], 0)
    return None


SYSTEM: dict[str, Taker] = {
    "turn_duration": _turn_duration,
    "stop_hook_summary": _stop_hooks,
    "away_summary": _notice,
    "informational": _notice,
    "bridge_status": _notice,
    "api_error": _api_error,
    "compact_boundary": _compaction,
    "microcompact_boundary": _compaction,
    "local_command": _local_command,
}


def attachment(reading: Reading, record: Record) -> str | None:
    """Something the client put beside the dialogue."""
    attached = record.get("attachment")
    kind = attached.get("type") if isinstance(attached, dict) else None
    if not isinstance(attached, dict) or not isinstance(kind, str):
        reading.keep_unknown("attachment/?", attached)
    elif kind == "queued_command":
        _queued_command(reading, attached)
    elif kind in HOOK_ATTACHMENTS:
        told = [
            words_of(attached[key])
            for key in ("hookName", "command", "stderr", "content", "blockingError")
            if key in attached
        ]
        reading.mark(MarkKind.HOOK, kind, capped("\n".join(filter(None, told))))
    elif kind in MODE_ATTACHMENTS:
        reading.mark(MarkKind.MODE, kind, "")
    elif kind in NOTICE_ATTACHMENTS:
        reading.mark(MarkKind.NOTICE, kind, capped(compact(attached)))
    elif kind in SILENT_ATTACHMENTS:
        return f"attachment/{kind}"
    else:
        reading.keep_unknown(f"attachment/{kind}", attached)
    return None


HOOK_ATTACHMENTS = {
    "hook_non_blocking_error", "hook_blocking_error", "hook_cancelled", "hook_system_message",
    "hook_additional_context", "hook_error_during_execution", "hook_stopped_continuation",
}  # fmt: skip
MODE_ATTACHMENTS = {
    "plan_mode",
    "plan_mode_exit",
    "plan_mode_reentry",
    "auto_mode",
    "auto_mode_exit",
    "ultra_effort_enter",
}
NOTICE_ATTACHMENTS = {"edited_text_file", "diagnostics"}
SILENT_ATTACHMENTS = {
    "task_reminder", "todo_reminder", "hook_success", "deferred_tools_delta", "skill_listing", "mcp_instructions_delta",
    "command_permissions", "date_change", "opened_file_in_ide", "selected_lines_in_ide", "agent_listing_delta",
    "directory", "file", "compact_file_reference", "invoked_skills", "nested_memory", "todo",
    "critical_system_reminder",
}  # fmt: skip


def _queued_command(reading: Reading, attached: Record) -> None:
    asked = attached.get("prompt")
    images = 0
    if isinstance(asked, list):
        blocks = [block for block in asked if isinstance(block, dict)]
        images = sum(block.get("type") == "image" for block in blocks)
        asked = "\n\n".join(words_of(block.get("text")) for block in blocks if block.get("type") == "text")
    prompts.enqueue(reading, words_of(asked), images)


def queue_operation(reading: Reading, record: Record) -> str | None:
    """What was typed while the agent worked."""
    content = record.get("content")
    if record.get("operation") != "enqueue" or not isinstance(content, str) or not content.strip():
        return f"queue-operation/{record.get('operation')}"
    prompts.enqueue(reading, content)
    return None


def mode(reading: Reading, record: Record) -> str | None:
    """The permission mode; the record is repeated through the file, one mark a mode and session is kept."""
    name = words_of(record.get("permissionMode") or record.get("mode"))
    stamp_uid = reading.scoped("mode", words_of(record.get("type")), name)
    reading.mark_with(stamp_uid, MarkKind.MODE, name, "")
    return None


def title(reading: Reading, record: Record) -> str | None:
    """The session's title; one that a person gave wins."""
    custom = record.get("customTitle")
    text = custom if isinstance(custom, str) else record.get("aiTitle")
    if not isinstance(text, str) or not text:
        return words_of(record.get("type"))
    rank = 2 if isinstance(custom, str) else 1
    if rank >= reading.session.title_rank:
        reading.session.title, reading.session.title_rank = text, rank
    return None


def pull_request(reading: Reading, record: Record) -> str | None:
    """A pull request that the session opened."""
    url = words_of(record.get("prUrl"))
    uid = reading.scoped("pr", url)
    reading.mark_with(uid, MarkKind.PULL_REQUEST, words_of(record.get("prRepository")), url)
    return None


def silent(_: Reading, record: Record) -> str | None:
    """A known record that says nothing to keep."""
    return words_of(record.get("type"))
