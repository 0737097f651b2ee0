"""The three ways in which agents' tools change a file, as edits: write it, replace parts of it, apply a patch.

The whole text before and after is known where an earlier record of the same log held it; else the edit is partial.
"""

from collections.abc import Sequence
from typing import NamedTuple

from twiceshy.logs.edits import (
    Hunk,
    TextChange,
    apply_patch,
    change_from_fragments,
    change_from_lines,
    change_from_texts,
    join_sides,
    list_hunk_lines,
    matches_hunks,
    replace_text,
)
from twiceshy.logs.journal import Journal

BEGIN = "*** Begin Patch"
_HEADS = {"*** Add File: ": "add", "*** Update File: ": "update", "*** Delete File: ": "delete"}
_MOVE = "*** Move to: "


class FilePatch(NamedTuple):
    """What a patch of the ``*** Begin Patch`` kind does to one file."""

    kind: str
    """``add``, ``update`` or ``delete``."""
    path: str
    moved_to: str | None
    hunks: list[list[str]]
    """Lines with ``+``, ``-`` or a blank before them; the patch does not say where they stand."""


def parse_patch(text: str) -> list[FilePatch]:
    """Return the files of a patch, in order; none where the text holds no patch."""
    files: list[FilePatch] = []
    _, begun, body = text.partition(BEGIN)
    for line in body.split("\n") if begun else ():
        if line.startswith("*** End Patch"):
            break
        if line[:4] == "*** ":
            _take_head(files, line)
        elif files:
            _take_hunk_line(files[-1].hunks, line)
    return [file for file in files if file.path]


def _take_head(files: list[FilePatch], line: str) -> None:
    """Begin another file, or note where the last one went."""
    head = next((head for head in _HEADS if line.startswith(head)), None)
    if head:
        files.append(FilePatch(_HEADS[head], line[len(head) :].strip(), None, []))
    elif files and line.startswith(_MOVE):
        files[-1] = files[-1]._replace(moved_to=line[len(_MOVE) :].strip())


def _take_hunk_line(hunks: list[list[str]], line: str) -> None:
    """Begin another hunk, or add to the last one."""
    if line.startswith("@@"):
        hunks.append([])
    elif line[:1] in ("+", "-", " ") and line:
        if not hunks:
            hunks.append([])
        hunks[-1].append(line)
    elif hunks and not line:  # an empty context line whose blank was lost
        hunks[-1].append(" ")


def apply(journal: Journal, call: bytes, files: Sequence[FilePatch], cwd: str = "") -> None:
    """Add the edits of a patch that was applied."""
    for file in files:
        path = journal.resolve_path(file.path, cwd)
        before = journal.text_of(path)
        if file.kind == "add":
            write(journal, call, path, "".join(f"{line[1:]}\n" for hunk in file.hunks for line in hunk), created=True)
        elif file.kind == "delete":
            delete(journal, call, path, before)
        else:
            _update(journal, call, file, path, before)


def _update(journal: Journal, call: bytes, file: FilePatch, path: str, before: str | None) -> None:
    lines = [line for hunk in file.hunks for line in hunk]
    after = None if before is None else _apply_unplaced(before, file.hunks)
    target = journal.resolve_path(file.moved_to) if file.moved_to else None
    _add_update(journal, call, path, lines, (before, after), target=target)


def _add_update(  # what a patch does to one file
    journal: Journal,
    call: bytes,
    path: str,
    lines: Sequence[str],
    texts: tuple[str | None, str | None],
    *,
    target: str | None,
) -> None:
    """Add the edit that a patch's lines state, under the new name, and the removal of the old one if there is one.

    ``texts``: the whole ones before and after, as far as they are known.
    """
    removed = [line[1:] for line in lines if line[:1] == "-"]
    added = [line[1:] for line in lines if line[:1] == "+"]
    before, after = texts
    if before is None or after is None:
        old, new = join_sides(lines)
        change = change_from_lines(None, None, removed, added, journal.salt)._replace(before=old, after=new)
    else:
        change = change_from_lines(before, after, removed, added, journal.salt)
    journal.edit(call, target or path, change)
    if target and target != path:
        journal.remember_text(path, None)
        journal.edit(call, path, TextChange(None, None, True, 0, 0, b"", b""), deleted=True)
    journal.remember_text(target or path, after)


def _apply_unplaced(text: str, hunks: list[list[str]]) -> str | None:
    """Apply each hunk at the one place where its old lines stand; None unless each has exactly one."""
    for hunk in hunks:
        old, new = join_sides(hunk)
        if not old or text.count(old) != 1:
            return None
        text = text.replace(old, new)
    return text


def update(
    journal: Journal, call: bytes, path: str, hunks: list[Hunk], *, moved_to: str | None = None, cwd: str = ""
) -> None:
    """Add the edit that a patch with line numbers states."""
    path = journal.resolve_path(path, cwd)
    before = journal.text_of(path)
    after = apply_patch(before, hunks) if before is not None and matches_hunks(before, hunks) else None
    lines = list_hunk_lines(hunks)
    target = journal.resolve_path(moved_to, cwd) if moved_to else None
    _add_update(journal, call, path, lines, (before, after), target=target)


def write(
    journal: Journal, call: bytes, path: str, content: str, *, created: bool | None = None, cwd: str = ""
) -> None:
    """Add the edit that gave a file this whole text; ``created`` is None where the log does not say."""
    path = journal.resolve_path(path, cwd)
    before = "" if created else journal.text_of(path)
    if before is None:
        change = change_from_lines(None, content, (), content.splitlines(), journal.salt)
    elif not before:
        change = change_from_lines("", content, (), content.splitlines(), journal.salt)
    else:
        change = change_from_texts(before, content, journal.salt)
    journal.edit(call, path, change, created=created is True)
    journal.remember_text(path, content)


def delete(journal: Journal, call: bytes, path: str, before: str | None, cwd: str = "") -> None:
    """Add the edit that removed a file."""
    path = journal.resolve_path(path, cwd)
    change = change_from_lines(
        before, "" if before is not None else None, (before or "").splitlines(), (), journal.salt
    )
    journal.edit(call, path, change, deleted=True)
    journal.remember_text(path, None)


def replace(journal: Journal, call: bytes, path: str, pairs: Sequence[tuple[str, str, bool]], cwd: str = "") -> None:
    """Add the edit that replaced texts, in order; a pair's third item says whether everywhere."""
    path = journal.resolve_path(path, cwd)
    before = after = journal.text_of(path)
    for old, new, everywhere in pairs:
        if after is not None:
            after = replace_text(after, old, new, everywhere=everywhere)
    if before is not None and after is not None:
        change = change_from_texts(before, after, journal.salt)
    else:
        old, new = "\n".join(pair[0] for pair in pairs), "\n".join(pair[1] for pair in pairs)
        change = change_from_fragments(old, new, journal.salt)
        after = None
    journal.edit(call, path, change)
    journal.remember_text(path, after)


def parse_unified_diff(text: str) -> list[Hunk]:
    """Return the hunks of a unified diff of one file; lines before the first are skipped."""
    hunks: list[Hunk] = []
    for line in text.split("\n"):
        if line.startswith("@@ "):
            old, new = (part.split(",")[0] for part in line.split(" ")[1:3])
            hunks.append(Hunk(abs(int(old)), int(new), []))
        elif hunks and line[:1] in ("+", "-", " ", "\\"):
            lines = hunks[-1].lines
            assert isinstance(lines, list)  # noqa: S101  # made above
            lines.append(line)
    return hunks
