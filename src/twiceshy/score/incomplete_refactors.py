"""Find incomplete refactors: definitions that a recorded task changed, and uses of them that it did not.

Only files that the session knows are searched. What other files hold is not in the log: a use there is missed,
never invented. The findings belong to the task's last edit of code, as until then there was time to change the
use.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import Layer, ScannedEdit, SourceText, StoredEdit, TaskScan
from twiceshy.score.refactor import find_missed_uses, search_texts
from twiceshy.score.task_answers import FindOnce, find_anew, group_by_task, key_of_texts

CODE_ENDINGS = (".py", ".pyi", ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".go")
"""Ends of names of files whose definitions can be read."""
_MOST_FILES = 60
"""Changed files of a task that is looked at; one with more is an import or a rewrite (guess, 2026-11-21)."""
_TextOf = Callable[[bytes], str]


def add_missed_users(
    edits: Sequence[ScannedEdit],
    stored: Sequence[StoredEdit],
    text_of: _TextOf,
    say: Callable[[str], Scrubbed],
    find_once: FindOnce = find_anew,
) -> list[ScannedEdit]:
    """Return a session's edits with the uses that each of its tasks missed.

    ``stored`` are the same edits; ``find_once`` may know the answer for texts that were looked at before.
    """
    found = list(edits)
    seen: dict[str, bytes] = {}
    for places in group_by_task(edits):
        code = [place for place in places if _is_code(stored[place])]
        texts = [stored[place] for place in code]
        reason = _explain_unread(texts)
        for place in places:
            found[place] = _note_look(found[place], stored[place], reason)
        if code and not reason:
            left = find_once(_key_of(texts, seen), partial(_find_left_uses, texts, dict(seen), text_of, say))
            found[code[-1]] = _add_missed_uses(found[code[-1]], left)
        _note_texts(seen, texts)
    return found


def _is_code(edit: StoredEdit) -> bool:
    return edit.path.endswith(CODE_ENDINGS)


def _explain_unread(edits: Sequence[StoredEdit]) -> str:
    """Return why the uses that these edits missed cannot be looked for; empty where they can."""
    if any(edit.partial for edit in edits):
        return "partial"
    if not all(map(_is_readable, edits)):
        return "no-before"
    before, after = find_ends(edits)
    return "too-many" if len(before | after) > _MOST_FILES else ""


def _note_look(edit: ScannedEdit, stored: StoredEdit, unread: str) -> ScannedEdit:
    """Return the edit with its part looked at, or with the reason why not; its task's findings are its last edit's."""
    reason = unread if _is_code(stored) else "language"
    if not reason:
        return edit._replace(layers=edit.layers | {Layer.REFACTOR})
    if any(why.startswith("all: ") for why in edit.change.unknown):
        return edit
    unknown = (*edit.change.unknown, f"refactor: {reason}")
    return edit._replace(change=replace(edit.change, unknown=tuple(dict.fromkeys(unknown))))


def _key_of(texts: Sequence[StoredEdit], seen: Mapping[str, bytes]) -> bytes:
    """Return the key of all texts that the answer depends on."""
    return key_of_texts("refactor", *find_ends(texts), seen)


def _find_left_uses(
    texts: Sequence[StoredEdit], seen: Mapping[str, bytes], text_of: _TextOf, say: Callable[[str], Scrubbed]
) -> TaskScan:
    """Return the uses that a task missed in the files seen before it."""
    before, after = find_ends(texts)
    others = {path: text_of(body) for path, body in seen.items() if path not in before | after}
    return find_missed_uses(_read_sources(before, text_of), _read_sources(after, text_of), search_texts(others), say)


def _add_missed_uses(edit: ScannedEdit, left: TaskScan) -> ScannedEdit:
    """Return the edit with missed uses as findings that it introduced."""
    unknown = tuple(f"refactor: {why.rpartition(': ')[2]}" for why in left.unknown)
    change = replace(
        edit.change,
        introduced=(*edit.change.introduced, *left.findings),
        unknown=tuple(dict.fromkeys((*edit.change.unknown, *unknown))),
    )
    return edit._replace(change=change)


def _note_texts(seen: dict[str, bytes], edits: Sequence[StoredEdit]) -> None:
    """Note the files as edits left them."""
    readable = [edit for edit in edits if _is_readable(edit)]
    seen |= {edit.path: edit.after for edit in readable if edit.after is not None and not edit.deleted}
    for path in [edit.path for edit in readable if edit.deleted]:
        seen.pop(path, None)


def _is_readable(edit: StoredEdit) -> bool:
    """Tell whether this is an edit of code with the whole texts before and after."""
    return _is_code(edit) and not edit.partial and (edit.before is not None or edit.created)


def find_ends(edits: Sequence[StoredEdit]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return by path the body before the first and after the last edit; a file that did not exist has none."""
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    paths: set[str] = set()
    for edit in edits:
        if edit.path not in paths and edit.before is not None and not edit.created:
            before[edit.path] = edit.before
        paths.add(edit.path)
        after.pop(edit.path, None)
        if edit.after is not None and not edit.deleted:
            after[edit.path] = edit.after
    return before, after


def _read_sources(bodies: dict[str, bytes], text_of: _TextOf) -> list[SourceText]:
    """Return the texts of the bodies."""
    return [SourceText(path=path, text=text_of(body)) for path, body in bodies.items()]
