"""Read the texts of a change in a plain checkout: what is staged, what a patch would do, or files as they are.

Git is only asked for contents; hooks, filters and drivers of the repository do not run.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from twiceshy.base.errors import SourceError
from twiceshy.base.foreign_files import read_foreign
from twiceshy.logs.edit_events import parse_unified_diff
from twiceshy.logs.edits import apply_patch, join_sides, list_hunk_lines
from twiceshy.logs.git import EMPTY_TREE
from twiceshy.logs.git_lines import read_contents, read_head
from twiceshy.logs.git_program import ask_git
from twiceshy.records.findings import SourceText

_LARGEST_BYTES = 1 << 22
"""Bytes of a file that is read at all; longer ones are reported as too large (guess, 2026-11-21)."""
_MOST_OTHERS = 400
"""Unchanged files that are read for the users of a definition (guess, 2026-11-21)."""
_FILE = re.compile(r"^diff --git |^(?=--- \S)", re.MULTILINE)
_TextFinder = Callable[[frozenset[str]], Iterable[SourceText]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedTexts:
    """The texts of changed files before and after a change."""

    root: Path
    """What the paths are relative to."""
    before: tuple[SourceText, ...] = ()
    after: tuple[SourceText, ...] = ()
    unread: tuple[str, ...] = ()
    """``path: reason``."""
    others: _TextFinder | None = None
    """Unchanged files that hold any of some words; None where files are judged as they are."""
    lines: int = 0

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of all files, in order."""
        return tuple(dict.fromkeys(one.path for one in (*self.after, *self.before)))


class PatchedFile(NamedTuple):
    """The old and the new name of a file that git or a patch lists as changed."""

    old: str
    """Empty for a new file."""
    new: str
    """Empty for a removed one."""


def read_staged(folder: Path) -> ChangedTexts:
    """Return the texts of what would be committed now.

    Raises:
        SourceError: there is no repository.
        ToolMissing: there is no git.
    """
    root = _find_repository(folder)
    against = "HEAD" if read_head(root) else EMPTY_TREE
    listed = ask_git(
        root,
        "diff",
        "--cached",
        "--name-status",
        "-z",
        "--ignore-submodules",
        "--find-renames",
        against,
    )
    rows = list(_parse_name_status(listed.split("\0")))
    old = {f"{against}:{row.old}": row.new or row.old for row in rows if row.old}
    new = {f":{row.new}": row.new for row in rows if row.new}
    texts = {one.name: one.text.decode("utf-8", "replace") for one in read_contents(root, [*old, *new])}
    missing = [f"{path}: too-large" for name, path in new.items() if name not in texts]
    return ChangedTexts(
        root=root,
        # The old name of a renamed file is unknown: its text is compared with that of the new one.
        before=tuple(SourceText(path=path, text=texts[name]) for name, path in old.items() if name in texts),
        after=tuple(SourceText(path=path, text=texts[name]) for name, path in new.items() if name in texts),
        unread=tuple(missing),
        others=lambda words: _read_tracked(root, words, {row.new for row in rows}),
    )


def _parse_name_status(words: Sequence[str]) -> Iterator[PatchedFile]:
    """Yield the rows of ``git diff --name-status -z``."""
    rest = iter(words)
    for status in rest:
        if not status:
            return
        first = next(rest, "")
        if status[0] in "RC":
            yield PatchedFile(first if status[0] == "R" else "", next(rest, ""))
        else:
            yield PatchedFile("" if status[0] == "A" else first, "" if status[0] == "D" else first)


def _find_repository(folder: Path) -> Path:
    """Return the top folder of the repository that the folder lies in.

    Raises:
        SourceError: there is none.
        ToolMissing: there is no git.
    """
    return Path(ask_git(folder, "rev-parse", "--show-toplevel").removesuffix("\n"))


def _read_tracked(root: Path, words: frozenset[str], changed: set[str]) -> Iterator[SourceText]:
    """Yield tracked files of the work tree that hold any of the words, without the changed ones.

    At most ``_MOST_OTHERS`` files are read.
    """
    options = [part for word in sorted(words) for part in ("-e", word)]
    listed = ask_git(root, "grep", "-l", "-z", "-I", "-w", "-F", *options, accept=(0, 1))
    found = [path for path in listed.split("\0") if path and path not in changed]
    for path in found[:_MOST_OTHERS]:
        text = _read_text(root / path, root)
        if isinstance(text, str):
            yield SourceText(path=path, text=text)


def read_files(folder: Path, names: Sequence[str]) -> ChangedTexts:
    """Return the texts of files as they are; everything found in them counts as introduced.

    Raises:
        SourceError: a file is not there.
    """
    after, unread = [], []
    for name in names:
        path = folder / name
        if not path.is_file():
            raise SourceError(f"{name} is not a file. Name files, or use `--staged` for what is staged.")
        text = _read_text(path)
        shown = Path(os.path.relpath(path, folder)).as_posix()
        if text is None:
            unread.append(f"{shown}: too-large")
        else:
            after.append(SourceText(path=shown, text=text))
    return ChangedTexts(root=folder, after=tuple(after), unread=tuple(unread))


def _read_text(path: Path, inside: Path | str = "") -> str | None:
    """Return the file's text; None where it is too large, not a plain file, elsewhere or cannot be read."""
    try:
        return read_foreign(path, _LARGEST_BYTES, inside).decode("utf-8", "replace")
    except OSError:
        return None


def read_patch(folder: Path, text: str) -> ChangedTexts:
    """Return the texts before and after a unified diff.

    The files here may be as before the patch or as after it; where one is neither, only the diff's lines are used.

    Raises:
        SourceError: it holds no change.
    """
    before, after, unread = [], [], []
    for row, body in split_patch(text):
        path = row.new or row.old
        sides = _apply_patch(folder, path, body)
        if sides is None:
            unread.append(f"{path}: the patch does not fit the file here; only its lines were looked at")
            old, new = join_sides(list_hunk_lines(parse_unified_diff(body)))
            before.append(SourceText(path=path, text=old, partial=True))
            after.append(SourceText(path=path, text=new, partial=True))
            continue
        if row.old:
            before.append(SourceText(path=path, text=sides[0]))
        if row.new:
            after.append(SourceText(path=path, text=sides[1]))
    if not before and not after:
        raise SourceError("the patch changes no text. It has to be a unified diff, as `git diff` writes it.")
    return ChangedTexts(root=folder, before=tuple(before), after=tuple(after), unread=tuple(unread))


def _apply_patch(folder: Path, path: str, body: str) -> tuple[str, str] | None:
    """Return the file's text before and after the patch; None where the file here is neither."""
    target = (folder / path).resolve()
    if not target.is_relative_to(folder.resolve()):
        return None  # a patch from elsewhere must not have other files read
    try:
        hunks = parse_unified_diff(body)
    except (ValueError, IndexError):
        return None
    here = _read_text(target, folder) if target.exists() else ""
    if here is None:
        return None
    hunks = [hunk._replace(lines=[line for line in hunk.lines if line[:1] != "\\"]) for hunk in hunks]
    if (later := apply_patch(here, hunks)) is not None:
        return here, later
    earlier = apply_patch(here, hunks, backwards=True)
    return None if earlier is None else (earlier, here)


def split_patch(text: str) -> Iterator[tuple[PatchedFile, str]]:
    """Yield each file of a unified diff with its hunks; binary files and bare renames are skipped."""
    for block in _FILE.split(text):
        old = re.search(r"^--- (.+)$", block, re.MULTILINE)
        new = re.search(r"^\+\+\+ (.+)$", block, re.MULTILINE)
        if old and new and "\n@@ " in block:
            yield PatchedFile(_strip_prefix(old[1]), _strip_prefix(new[1])), block[block.index("\n@@ ") + 1 :]


def _strip_prefix(name: str) -> str:
    r"""Return a file's name without the prefix and suffix that git or diff add; empty for no file.

    >>> _strip_prefix("a/src/x.py"), _strip_prefix("/dev/null"), _strip_prefix("x.py\t2026-11-21")
    ('src/x.py', '', 'x.py')
    """
    name = name.split("\t", maxsplit=1)[0].strip().strip('"')
    return "" if name == "/dev/null" else name[2:] if name[:2] in {"a/", "b/", "i/", "w/", "c/"} else name
