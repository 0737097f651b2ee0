"""Files: what a read returned, and what a successful edit changed, with whole texts where they can be rebuilt."""

import re
from typing import Any

from twiceshy.logs.claude_code.client_tags import remove_last_blocks
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
from twiceshy.logs.journal import Record

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
