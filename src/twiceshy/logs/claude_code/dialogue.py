"""Records of the dialogue, and the table that says which function takes which type of record."""

from collections.abc import Sequence
from typing import Any

from twiceshy.logs.claude_code import notices
from twiceshy.logs.claude_code.calls import add_call
from twiceshy.logs.claude_code.prompts import add_user_text
from twiceshy.logs.claude_code.read_state import ReadState
from twiceshy.logs.claude_code.results import add_result
from twiceshy.logs.journal import Record, text_at
from twiceshy.records.events import MarkKind

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


TAKERS: dict[str, notices.Taker] = {
    "assistant": _take_assistant,
    "user": _take_user,
    "progress": _take_progress,
    "system": notices.take_system,
    "attachment": notices.take_attachment,
    "queue-operation": notices.take_queue_operation,
    "permission-mode": notices.take_mode,
    "mode": notices.take_mode,
    "ai-title": notices.take_title,
    "custom-title": notices.take_title,
    "pr-link": notices.take_pull_request,
    "summary": notices.skip_record,
    "last-prompt": notices.skip_record,
    "file-history-snapshot": notices.skip_record,
    "file-history-delta": notices.skip_record,
    "agent-name": notices.skip_record,
    "bridge-session": notices.skip_record,
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
