"""Tool results: their text without what the client added, whether they failed and why, and what they state."""

import re
from typing import Any

from twiceshy.capture.claude_code.changes import note_change, note_read
from twiceshy.capture.claude_code.reading import Reading, Record, capped, compact
from twiceshy.capture.claude_code.wrapping import without
from twiceshy.records.events import Failure, PromptKind, ToolResult

CLARIFY = "The user wants to clarify these questions"
"""The client's own words for a press of a button."""
REJECTED = ("The user doesn't want to ", "User rejected tool use", CLARIFY)
DENIED = re.compile(r"Permission to use \S+ (?:with command .{0,200} )?has been denied", re.DOTALL).match
CASCADES = ("Sibling tool call errored", "Cancelled: parallel tool call")
INTERRUPTED = "[Request interrupted by user"
SAID = "the user said:\n"
NOTE = "\n\nNote: The user's next message may contain a correction"
EXIT_CODE = re.compile(r"(?:Error: )?Exit code (-?\d{1,10})\b").match
CHANGED = re.compile(r"\n \d+ files? changed")
COMMIT = re.compile(r"^\[[^\]\n]{1,200} ([0-9a-f]{7,40})\] ", re.MULTILINE)
BEFORE_CHANGED = 1_000  # characters between git's line with the hash and the one with the counts: a long subject
DURATIONS = (("durationMs", 1000), ("totalDurationMs", 1000), ("durationSeconds", 1), ("duration_ms", 1000))


def tool_result(reading: Reading, record: Record, block: Record, index: int, structured: Any) -> None:
    """Add a result, the words said while rejecting, and the edit that the call made.

    ``structured`` is the record's ``toolUseResult``, None where the record holds several results.
    """
    call = reading.call_id(block.get("tool_use_id"))
    text = content_text(block.get("content"))
    fields: Record = structured if isinstance(structured, dict) else {}
    lines = None
    failure = words = exit_code = None
    if block.get("is_error") is True:
        text, failure = _failure(text, record)
        if failure is Failure.REJECTED:
            words = _words(text, record)
        elif failure is Failure.ERROR and (found := EXIT_CODE(text)):
            exit_code = int(found[1])
    else:
        if fields.get("interrupted") is True or text.startswith(INTERRUPTED):
            failure = Failure.INTERRUPTED
        elif "stdout" in fields and not (fields.get("returnCodeInterpretation") or fields.get("backgroundTaskId")):
            exit_code = 0
        text, lines = note_read(reading, fields, text)
        if not lines:
            text = without(text, "system-reminder")
    result = ToolResult(
        stamp=reading.stamp(index),
        call=call,
        text=capped(text),
        failure=failure,
        exit_code=exit_code,
        duration_s=_duration(fields) if fields else None,
        words=words,
        commit=_commit(fields, text),
        lines=lines,
    )
    reading.events.append(result)
    if words:
        reading.prompt(PromptKind.REJECTION, words, 0, part=f"words {index}")
    if failure is None:
        note_change(reading, record, fields, result, index)


def content_text(content: Any) -> str:
    """A result's text; images are named, not kept."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return "" if content is None else compact(content)
    parts = []
    for block in content:
        if not isinstance(block, dict):
            parts.append(block if isinstance(block, str) else compact(block))
        elif block.get("type") == "text":
            text = block.get("text")
            parts.append(text if isinstance(text, str) else "")
        elif block.get("type") in ("image", "document"):
            parts.append(f"[{block['type']}]")
        elif block.get("type") == "tool_reference":
            parts.append(str(block.get("tool_name") or block.get("name") or ""))
        else:
            parts.append(compact(block))
    return "\n".join(parts)


def _failure(text: str, record: Record) -> tuple[str, Failure]:
    """A failed result's text without its wrapper, and why it failed."""
    text = without(text.removeprefix("<tool_use_error>").removesuffix("</tool_use_error>"), "system-reminder")
    if text.startswith(REJECTED) or "toolDenialKind" in record or DENIED(text):
        return text, Failure.REJECTED
    if text.startswith(CASCADES):
        return text, Failure.CASCADE
    if text.startswith(INTERRUPTED):
        return text, Failure.INTERRUPTED
    return text, Failure.ERROR


def _words(text: str, record: Record) -> str | None:
    feedback = record.get("userFeedback")
    if isinstance(feedback, str) and feedback.strip():
        return feedback.strip()
    words = text.partition(SAID)[2].partition(NOTE)[0].strip()
    return None if words.startswith(CLARIFY) else words or None


def _duration(fields: Record) -> float | None:
    for key, unit in DURATIONS:
        value = fields.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value / unit
    return None


def _commit(fields: Record, text: str) -> str | None:
    operation = fields.get("gitOperation")
    if isinstance(operation, dict) and isinstance(operation.get("commit"), dict):
        sha = operation["commit"].get("sha")
        if isinstance(sha, str) and sha:
            return sha
    if "stdout" in fields and " changed" in text and (changed := CHANGED.search(text)):
        found = COMMIT.search(text, max(changed.start() - BEFORE_CHANGED, 0), changed.start())
        return found[1] if found else None
    return None
