"""Tool results: their text without what the client added, whether they failed and why, and what they state."""

import re
from typing import Any

from twiceshy.logs.claude_code.agent_results import note_agent
from twiceshy.logs.claude_code.calls import ACTIONS, ASKERS
from twiceshy.logs.claude_code.changes import is_failed_edit, note_change, note_read, rebuild_fields
from twiceshy.logs.claude_code.client_tags import remove_last_blocks
from twiceshy.logs.claude_code.read_state import ReadState
from twiceshy.logs.journal import Record, text_at, to_json
from twiceshy.logs.refusals import is_refusal
from twiceshy.records.events import Failure

_CASCADES = ("Sibling tool call errored", "Cancelled: parallel tool call")
_MARKED = ("User rejected tool use", *_CASCADES)
"""How the field beside a result begins where the client did not run the call: no tool's error stands there bare."""
_INTERRUPTED = "[Request interrupted by user"
_ENDED_BY_PERSON = re.compile(r"Exit code 137\n\[Request interrupted by user").match
"""The client kills the command, and puts its note before the output."""
_EXIT_CODE = re.compile(r"(?:Error: )?Exit code (-?\d{1,10})\b").match
_CHANGED = re.compile(r"\n \d+ files? changed")
_COMMIT = re.compile(r"^\[[^\]\n]{1,200} ([0-9a-f]{7,40})\] ", re.MULTILINE)
_BEFORE_CHANGED = 1_000
"""Characters between git's line with the hash and the one with the counts: a long subject (guess, 2026-11-21)."""
_TASK_END = re.compile(r"<retrieval_status>(?:.{0,2000}?)<exit_code>(-?\d{1,4})</exit_code>", re.DOTALL).match
"""What waiting for a command in the background says of its end."""
_DURATIONS = (("durationMs", 1000), ("totalDurationMs", 1000), ("durationSeconds", 1), ("duration_ms", 1000))


def add_result(reading: ReadState, record: Record, block: Record, index: int, structured: Any) -> None:
    """Add a result, the words said while rejecting, and the edit that the call made.

    ``structured`` is the record's ``toolUseResult``, None where the record holds several results.
    """
    native = block.get("tool_use_id")
    call = reading.call_ids.close(native, _name_maker(record))
    text = _content_text(block.get("content"))
    fields: Record = structured if isinstance(structured, dict) else {}
    lines = words = exit_code = denial = None
    failure: Failure | None
    if block.get("is_error") is True:
        text, failure = _read_error(reading, record, call, native, text)
        if failure is Failure.REJECTED:
            denial, words = text, _read_feedback(record)
            _note_asking(reading, call, native)
        found = _EXIT_CODE(text) if failure is Failure.ERROR else None
        exit_code = int(found[1]) if found else None
    else:
        failure, exit_code = _classify_success(text, fields)
        failure = failure or _find_unmarked(reading, call, text, fields)
        text, lines = note_read(reading, fields, text)
        if not lines:
            text = remove_last_blocks(text, "system-reminder")
    reading.result(
        call,
        text,
        failure=failure,
        exit_code=exit_code,
        duration_s=_read_duration(fields) if fields else None,
        denial=denial,
        words=words,
        commit=_find_commit(fields, text),
        lines=lines,
        uid=reading.part(index),
        words_uid=reading.part(f"words {index}"),
    )
    note_agent(reading, call, native, fields, index)
    if failure is None:
        note_change(reading, record, call, fields or rebuild_fields(reading, call, native, text), index)


def _name_maker(record: Record) -> object:
    """Return the id of the record that made the call: named since 2.1.1, before mostly the one before."""
    return record.get("sourceToolAssistantUUID") or record.get("parentUuid")


def _find_unmarked(reading: ReadState, call: bytes, text: str, fields: Record) -> Failure | None:
    """Return the failure of an edit that is told by its text alone, as older versions and other writers log it."""
    return Failure.ERROR if not fields and is_failed_edit(reading, call, text) else None


def _note_asking(reading: ReadState, call: bytes, native: object) -> None:
    """Note that a refused call asked a person, also where it stands before the cursor."""
    known = reading.find_call(call, native if isinstance(native, str) else "")
    if known is not None and known[0] in ASKERS:
        reading.asking.add(call)


def _content_text(content: Any) -> str:
    """Return a result's text; images are named, not kept."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return "" if content is None else to_json(content)
    return "\n".join(map(_block_text, content))


def _block_text(block: Any) -> str:
    """Return the text of one block of a result."""
    if not isinstance(block, dict):
        return block if isinstance(block, str) else to_json(block)
    kind = block.get("type")
    if kind == "text":
        return text_at(block, "text") or ""
    if kind in ("image", "document"):
        return f"[{kind}]"
    return str(block.get("tool_name") or block.get("name") or "") if kind == "tool_reference" else to_json(block)


def _read_error(reading: ReadState, record: Record, call: bytes, native: object, text: str) -> tuple[str, Failure]:
    """Return a failed result's text without what the client put around it, and why it failed."""
    bare = remove_last_blocks(
        text.removeprefix("<tool_use_error>").removesuffix("</tool_use_error>"), "system-reminder"
    )
    failure = _classify_failure(bare, record)
    if failure is not Failure.ERROR and not _is_said_by_client(reading, record, call, native):
        failure = Failure.ERROR
    return bare, failure


def _is_said_by_client(reading: ReadState, record: Record, call: bytes, native: object) -> bool:
    """Tell whether the client worded an error: of its own tools each, of others those that its own fields mark.

    An error that a server of the user's or the repository's gave is stored with ``Error: `` before it.
    """
    structured = record.get("toolUseResult")
    if "toolDenialKind" in record or (isinstance(structured, str) and structured.startswith(_MARKED)):
        return True
    known = reading.find_call(call, native if isinstance(native, str) else "")
    return known is not None and known[0] in ACTIONS


def _classify_failure(text: str, record: Record) -> Failure:
    """Return why a call failed, by what the client says of it."""
    if is_refusal(text) or "toolDenialKind" in record:
        return Failure.REJECTED
    if text.startswith(_CASCADES):
        return Failure.CASCADE
    if text.startswith(_INTERRUPTED) or _ENDED_BY_PERSON(text):
        return Failure.INTERRUPTED
    return Failure.ERROR


def _classify_success(text: str, fields: Record) -> tuple[Failure | None, int | None]:
    """Return whether a result without an error was cut short, and the exit status where it is certain."""
    if fields.get("interrupted") is True:
        return Failure.INTERRUPTED, None
    if task := _TASK_END(text):
        return None, int(task[1])
    certain = "stdout" in fields and not (fields.get("returnCodeInterpretation") or fields.get("backgroundTaskId"))
    return None, 0 if certain else None


def _read_feedback(record: Record) -> str | None:
    """Return what the person said while refusing, where the record states it apart."""
    feedback = record.get("userFeedback")
    return feedback.strip() or None if isinstance(feedback, str) else None


def _read_duration(fields: Record) -> float | None:
    for key, unit in _DURATIONS:
        value = fields.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value / unit
    return None


def _find_commit(fields: Record, text: str) -> str | None:
    operation = fields.get("gitOperation")
    if isinstance(operation, dict) and isinstance(operation.get("commit"), dict):
        sha = operation["commit"].get("sha")
        if isinstance(sha, str) and sha:
            return sha
    if "stdout" in fields and " changed" in text and (changed := _CHANGED.search(text)):
        found = _COMMIT.search(text, max(changed.start() - _BEFORE_CHANGED, 0), changed.start())
        return found[1] if found else None
    return None
