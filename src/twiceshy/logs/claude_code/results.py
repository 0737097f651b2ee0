"""Tool results: their text without what the client added, whether they failed and why, and what they state."""

import re
from typing import Any

from twiceshy.logs.claude_code.calls import ACTIONS, ASKERS, note_agent
from twiceshy.logs.claude_code.prompts import remove_last_blocks
from twiceshy.logs.claude_code.read_state import ReadState
from twiceshy.logs.edits import (
    Hunk,
    TextChange,
    apply_patch,
    change_from_fragments,
    change_from_lines,
    change_from_patch,
    change_from_texts,
    matches_hunks,
    replace_text,
)
from twiceshy.logs.journal import Record, text_at, to_json
from twiceshy.logs.refusals import is_refusal
from twiceshy.records.events import Failure

# Files: what a read returned, and what a successful edit changed, with whole texts where they can be rebuilt.

_NUMBERED = re.compile(r"^ *\d+\u2192", re.MULTILINE)
_STARTS_NUMBERED = re.compile(r" *\d+\u2192").match
_SUCCESS_STARTS = (
    "The file ",
    "File created successfully at",
    "Applied ",
    "Updated cell ",
    "Inserted cell ",
    "Deleted cell ",
)
"""How the result of a successful edit starts; asked where the record has no structured result and the call stands
before the cursor. Of a call at hand, any text is a success that is no failure."""
_EDITORS = frozenset({"Edit", "MultiEdit", "Write", "NotebookEdit"})
_FAILURE_STARTS = (
    "<tool_use_error>",
    "Error",
    "File has not been read yet",
    "File has been modified since read",
    "File does not exist",
    "String to replace not found",
    "No changes to make",
    "InputValidationError",
    "EISDIR",
    "ENOENT",
    "EACCES",
)
_MATCHES = re.compile(r"Found \d+ matches of the string").match
"""How the result of a failed edit starts, where a version or another writer did not mark it as one."""


def note_read(reading: ReadState, fields: Record, text: str) -> tuple[str, tuple[int, int] | None]:
    """Return a read's bare text and (lines returned, lines of the file).

    Of another tool's result: the text as it is, and None. The whole text of a file is kept for later edits of it.
    """
    file = fields.get("file")
    if isinstance(file, dict) and isinstance(content := file.get("content"), str) and fields.get("type") == "text":
        returned, total = file.get("numLines"), file.get("totalLines")
        path = file.get("filePath")
        if isinstance(returned, int) and isinstance(total, int):
            if isinstance(path, str) and file.get("startLine") == 1 and returned >= total:
                reading.remember_text(path, content)
            return content, (returned, total)
        return content, None
    if _STARTS_NUMBERED(text):
        return _NUMBERED.sub("", remove_last_blocks(text, "system-reminder")), None
    return text, None


def note_change(reading: ReadState, record: Record, call: bytes, given: Record, index: int) -> None:
    """Add the edit that a successful call made, if its structured result says that it made one."""
    if not ("structuredPatch" in given or "oldString" in given or "notebook_path" in given):
        return
    path = given.get("filePath") or given.get("notebook_path")
    if not isinstance(path, str) or not path:
        return
    change, created = _build_change(reading, given, path, _read_hunks(given.get("structuredPatch")))
    reading.remember_text(path, None if change.partial else change.after)
    cwd = record.get("cwd")
    reading.edit(
        call,
        path,
        change,
        cwd=cwd if isinstance(cwd, str) else "",
        created=created,
        user_modified=given.get("userModified") is True,
        uid=reading.part(f"edit {index}"),
    )


def rebuild_fields(reading: ReadState, call: bytes, native: object, text: str) -> Record:
    """Rebuild the structured result of an edit from the call's input; empty if that is unknown or no edit."""
    if call not in reading.calls and not text.startswith(_SUCCESS_STARTS):
        return {}
    known = reading.find_call(call, native if isinstance(native, str) else "")
    if known is None:
        return {}
    tool, given = known
    if tool not in _EDITORS:
        return {}
    path = given.get("file_path") or given.get("path")
    if tool == "Write":
        return {"filePath": path, "content": given.get("content"), "structuredPatch": None}
    if tool == "MultiEdit":
        return {"filePath": path, "edits": given.get("edits"), "structuredPatch": None}
    if tool == "NotebookEdit":
        return {"notebook_path": given.get("notebook_path"), "new_source": given.get("new_source")}
    return {
        "filePath": path,
        "oldString": given.get("old_string"),
        "newString": given.get("new_string"),
        "replaceAll": given.get("replace_all"),
    }


def is_failed_edit(reading: ReadState, call: bytes, text: str) -> bool:
    """Tell whether the text of a result without a mark says that the edit was not made."""
    if not (text.startswith(_FAILURE_STARTS) or _MATCHES(text)):
        return False
    known = reading.calls.get(call)
    return known is not None and known[0] in _EDITORS


def _build_change(reading: ReadState, given: Record, path: str, hunks: list[Hunk]) -> tuple[TextChange, bool]:
    """Return the change, and whether the file is new."""
    salt = reading.salt
    content = given.get("content")
    original = given.get("originalFile", given.get("originalFileContents", given.get("original_file")))
    if isinstance(content, str):
        return _build_written(reading, given, path, hunks, content)
    updated = given.get("updated_file")
    if isinstance(original, str) and isinstance(updated, str):
        return change_from_texts(original, updated, salt), original == ""
    pairs = _read_replacements(given)
    before = original if isinstance(original, str) else _find_text(reading, path, hunks)
    after = (
        None
        if before is None
        else _rebuild_after(before, pairs, hunks, user_modified=given.get("userModified") is True)
    )
    created = not before and bool(pairs) and pairs[0][0] == ""
    if before is not None and after is not None:
        return (
            change_from_patch(before, after, hunks, salt) if hunks else change_from_texts(before, after, salt)
        ), created
    old, new = "\n".join(pair[0] for pair in pairs), "\n".join(pair[1] for pair in pairs)
    if created:
        return change_from_texts("", new, salt), True
    fragments = change_from_fragments(old, new, salt)
    if hunks:
        stated = change_from_patch(None, None, hunks, salt)
        return stated._replace(before=fragments.before, after=fragments.after), False
    return fragments, False


def _build_written(
    reading: ReadState, given: Record, path: str, hunks: list[Hunk], content: str
) -> tuple[TextChange, bool]:
    original = given.get("originalFile")
    if isinstance(original, str):
        before: str | None = original
    elif given.get("type") == "create":
        before = ""
    else:
        before = apply_patch(content, hunks, backwards=True) if hunks else None
        before = _find_text(reading, path, hunks) if before is None else before
    created = given.get("type") == "create"
    if before is None:
        return change_from_patch(None, content, hunks, reading.salt), created
    if before == "":
        return change_from_lines("", content, (), content.splitlines(), reading.salt), created
    if hunks:
        return change_from_patch(before, content, hunks, reading.salt), created
    return change_from_texts(before, content, reading.salt), created


def _find_text(reading: ReadState, path: str, hunks: list[Hunk]) -> str | None:
    """Return the file's text as earlier records left it, if the patch fits it; else None."""
    text = reading.text_of(path)
    return text if text is not None and matches_hunks(text, hunks) else None


def _rebuild_after(
    before: str, pairs: list[tuple[str, str, bool]], hunks: list[Hunk], *, user_modified: bool
) -> str | None:
    if user_modified and hunks:
        return apply_patch(before, hunks)
    text: str | None = before
    for old, new, everywhere in pairs:
        if text is None:
            break
        text = new if not old and not text else replace_text(text, old, new, everywhere=everywhere)
    if text is None and hunks:
        return apply_patch(before, hunks)
    return text if pairs else None


def _read_replacements(given: Record) -> list[tuple[str, str, bool]]:
    """Return (old, new, everywhere) of each replacement of an edit, in order."""
    if isinstance(source := given.get("new_source"), str):
        return [("", source, False)]
    edits = given.get("edits")
    if isinstance(edits, list):
        return [
            (edit["old_string"], edit["new_string"], edit.get("replace_all") is True)
            for edit in edits
            if isinstance(edit, dict)
            and isinstance(edit.get("old_string"), str)
            and isinstance(edit.get("new_string"), str)
        ]
    old, new = given.get("oldString"), given.get("newString")
    if isinstance(old, str) and isinstance(new, str):
        return [(old, new, given.get("replaceAll") is True)]
    return []


def _read_hunks(patch: Any) -> list[Hunk]:
    if not isinstance(patch, list):
        return []
    return [
        Hunk(hunk["oldStart"], hunk["newStart"], hunk["lines"])
        for hunk in patch
        if isinstance(hunk, dict) and isinstance(hunk.get("lines"), list)
    ]


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
