"""Find the faults that an agent's edit brings in, by the scanner's own lines, before a file has them.

``check_call`` runs it, and the gate: copied beside ``hook.py`` and imported only at an edit where patterns speak.
A look for a rule's words comes first: most edits end there, without ``re``. Else the file's whole text before the edit
and after it is compared, as ``score_diff`` does, so that both say the same. Where the file cannot be had, the edit's
own texts stand for it.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from twiceshy.commands.keys.call_keys import RuleRow

if __name__ != "edit_faults":
    from twiceshy.base.foreign_files import read_foreign
    from twiceshy.commands.keys import gate_keys
else:  # the scripts beside this one; the hook has the keys in it
    import hook as gate_keys  # type: ignore[import-not-found,no-redef]

    read_foreign = gate_keys.read_foreign  # type: ignore[attr-defined]  # as above

Payload = dict[str, "Any"]
"""The input of a call, or what came back of it."""
PATH_KEYS = ("file_path", "notebook_path", "path", "filePath", "file")
"""Under which of these names a call has its file; the hook has them too."""
_PATCH_MARKS = ("*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: ")

_LARGEST = 256 << 10
"""Bytes of a file, and characters of an edit, that are looked at (guess, 2026-11-22: a tenth of a second)."""
_AROUND = 400
"""Characters beside a changed place in which a rule's words may stand: some lines (guess, 2026-11-22)."""
_MOST_CHANGES = 64
"""Changed places of one edit that are looked at (guess, 2026-11-22)."""
_MOST_FOLDERS = 40
"""Folders above a file that are asked for (guess, 2026-11-22)."""
Replaced = tuple[str, str, bool]
"""An old text, its new one, and whether it takes the place of every one."""


def find_faults(asked: Payload, cwd: str, names: list[str], *, after: Payload | None = None) -> list[str]:
    """Return which of these rules find a fault that an edit brings in.

    ``asked``: the input of the call. ``after``: what came back where the edit is made already, else None.
    """
    found: list[str] = []
    for path, replaced in list_changes(asked):
        language = _load_part("source.languages").pattern_language_of(path)
        rows = [row for row in _load_part("gate_patterns").PATTERNS if row[0] in names and language in row[1]]
        words = {word for row in rows for word in row[2]}
        texts = _find_texts(path, cwd, replaced, after) if words else None
        if texts is not None and _has_word(words, texts[1], replaced):
            place = gate_keys.make_relative(gate_keys.make_absolute(path, cwd), gate_keys.make_absolute(cwd, ""))
            found += _load_part("gate_search").find_introduced(place, *texts, names)
    return found


def list_changes(asked: Payload) -> "Iterator[tuple[str, list[Replaced]]]":
    """Yield each file that a call changes, and what it replaces there; nothing in the list stands for a whole new text.

    >>> list(list_changes({"file_path": "a.py", "old_string": "1", "new_string": "2"}))
    [('a.py', [('1', '2', False)])]
    """
    path = next((path for key in PATH_KEYS if (path := _text_of(asked, key))), "")
    edits = asked.get("edits")
    if "content" in asked:
        yield path, [("", _text_of(asked, "content")[: _LARGEST + 1], False)]
    elif "new_string" in asked:
        yield path, [_read_replaced(asked)]
    elif type(edits) is list:
        yield path, [_read_replaced(one) for one in edits[:_MOST_CHANGES] if type(one) is dict]
    else:
        yield from _read_patch(_patch_of(asked))


def name_files(asked: Payload) -> list[str]:
    """Return the files that an edit names, those of a patch that it deletes among them."""
    paths = [path for key in PATH_KEYS if (path := _text_of(asked, key))][:1]
    rows = [] if paths else _patch_of(asked).split("\n")
    return paths or [row[len(mark) :].strip() for row in rows for mark in _PATCH_MARKS if row.startswith(mark)]


def _patch_of(asked: Payload) -> str:
    texts = [text for key in ("command", "cmd", "input", "patch") if (text := _text_of(asked, key))]
    return texts[0] if texts else ""


def _text_of(asked: Payload, key: str) -> str:
    value = asked.get(key)
    return value if type(value) is str else ""


def _read_replaced(asked: Payload) -> Replaced:
    """Return what one edit replaces."""
    return _text_of(asked, "old_string"), _text_of(asked, "new_string"), asked.get("replace_all") is True


def _read_patch(patch: str) -> "Iterator[tuple[str, list[Replaced]]]":
    r"""Yield the files of a patch that names them behind ``***``; what it deletes is left out.

    >>> list(_read_patch("*** Begin Patch\n*** Update File: a.py\n@@\n x\n-1\n+2\n*** End Patch"))
    [('a.py', [('x\n1', 'x\n2', False)])]
    """
    if len(patch) > _LARGEST:
        return
    for part in f"\n{patch}".split("\n*** ")[1:]:
        head, _, body = part.partition("\n")
        hunks = [_read_hunk(hunk) for hunk in f"\n{body}".split("\n@@")]
        hunks = [one for one in hunks if one[0] or one[1]][:_MOST_CHANGES]
        if hunks:
            yield head.partition(" File: ")[2].strip(), hunks


def _read_hunk(hunk: str) -> Replaced:
    """Return what a hunk of a patch replaces; its first row says where it is."""
    rows = [row for row in hunk.split("\n")[1:] if row]
    old, new = [row[1:] for row in rows if row[0] != "+"], [row[1:] for row in rows if row[0] != "-"]
    return "\n".join(old), "\n".join(new), False


def _find_texts(path: str, cwd: str, replaced: list[Replaced], after: Payload | None) -> tuple[str, str] | None:
    """Return a file's text before an edit and after it; None where it is too long or one is not known."""
    old, new = "\n".join([one[0] for one in replaced]), "\n".join([one[1] for one in replaced])
    if len(new) > _LARGEST:
        return None
    here = _read_file(gate_keys.make_absolute(path, cwd), cwd)
    if not old:
        was = here if after is None else _text_before(after)
        return None if was is None else (was, new)
    back = [(later, earlier, every) for earlier, later, every in replaced]
    there = _replace_all(here, replaced if after is None else back)
    texts = (here, there) if after is None else (there, here)
    return texts if there else (old, new)


def _text_before(answer: Payload) -> str | None:
    """Return what a written file held before, as the agent's answer says it; None where it does not."""
    was = "" if answer.get("type") == "create" else answer.get("originalFile")
    return was if type(was) is str else None


def _read_file(path: str, cwd: str) -> str:
    """Return a file's text; empty where it is not there, too large, or no plain file of the working folder."""
    try:
        return read_foreign(path, _LARGEST, cwd).decode("utf-8", "replace").replace("\r\n", "\n") if cwd else ""
    except (OSError, ValueError):
        return ""


def _replace_all(text: str, replaced: list[Replaced]) -> str:
    """Return a text after all replacements; empty where one does not fit."""
    for old, new, everywhere in replaced:
        if not old or old not in text:
            return ""
        text = text.replace(old, new) if everywhere else text.replace(old, new, 1)
    return text


def _has_word(words: set[str], after: str, replaced: list[Replaced]) -> bool:
    """Tell whether one of a rule's words stands in a changed place or beside it."""
    for _, new, _ in replaced:
        at = after.find(new)
        near = after[max(0, at - _AROUND) : at + len(new) + _AROUND] if at >= 0 else new
        if any([word in near for word in words]):  # noqa: C419  # a list is faster for few
            return True
    return False


def keep_here(rows: "list[RuleRow]", paths: list[str], salt: bytes) -> "list[RuleRow]":
    """Return the rules that hold for these files: of one fault that of their project, else that of all projects.

    A project's rule has as its condition ``in:`` and the keys of its folders.
    """
    places = _keys_of_folders(paths, salt)
    here = [row for row in rows if row[4][:3] == "in:" and not places.isdisjoint(row[4][3:].split(","))]
    known = {row[0] for row in here}
    wide = [row for row in rows if row[0][:1] == b"x" and not row[4] and row[0] not in known]
    return [(key, rule, level, sure, "", pattern, text) for key, rule, level, sure, _, pattern, text in here] + wide


def _keys_of_folders(paths: list[str], salt: bytes) -> set[str]:
    """Return the keys of all folders in which these files lie."""
    found = set()
    for path in paths:
        folder = path
        for _ in range(_MOST_FOLDERS):
            folder = folder.rpartition("/")[0]
            if not folder:
                break
            found.add(gate_keys.key_of_folder(gate_keys.last_parts(folder), salt)[1:].hex())
    return found


def _load_part(name: str) -> "Any":
    """Import a part of the scanner, beside this script or from its package."""
    if __name__ == "edit_faults":
        return __import__(name.rpartition(".")[2])
    return __import__(f"twiceshy.score.{name}", fromlist=["*"])
