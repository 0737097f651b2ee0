"""The texts of a change in a plain checkout: what is staged, what a patch would do, or files as they are.

Git is only asked for contents; hooks, filters and drivers of the repository do not run.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from twiceshy.capture.changing import unified
from twiceshy.capture.edits import patched
from twiceshy.capture.git_lines import contents, head
from twiceshy.capture.git_program import ask_git
from twiceshy.errors import SourceError
from twiceshy.records.scores import Source

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""What the first commit is compared with: git's name for a tree without files."""
LARGEST = 1 << 22
"""Bytes of a file that is read at all; longer ones are told as too large. Guess."""
MOST_OTHERS = 400
"""Unchanged files that are read for the users of a definition. Guess."""
FILE = re.compile(r"^diff --git |^(?=--- \S)", re.MULTILINE)
Others = Callable[[frozenset[str]], Iterable[Source]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """A change."""

    root: Path
    """What the paths are relative to."""
    before: tuple[Source, ...] = ()
    after: tuple[Source, ...] = ()
    unread: tuple[str, ...] = ()
    """``path: reason``."""
    others: Others | None = None
    """Unchanged files that hold any of some words; None where files are judged as they are."""
    lines: int = 0

    @property
    def paths(self) -> tuple[str, ...]:
        """Of all files, in order."""
        return tuple(dict.fromkeys(one.path for one in (*self.after, *self.before)))


class Row(NamedTuple):
    """A file that git calls changed."""

    old: str
    """Empty for a new file."""
    new: str
    """Empty for a removed one."""


def staged(folder: Path) -> Texts:
    """What would be committed now.

    Raises:
        SourceError: there is no repository.
        ToolMissing: there is no git.
    """
    root = repository(folder)
    against = "HEAD" if head(root) else EMPTY_TREE
    listed = ask_git(
        root, "diff", "--cached", "--name-status", "-z", "--no-ext-diff", "--no-textconv", "--ignore-submodules",
        "--find-renames", against,
    )  # fmt: skip
    rows = list(named(listed.split("\0")))
    old = {f"{against}:{row.old}": row.new or row.old for row in rows if row.old}
    new = {f":{row.new}": row.new for row in rows if row.new}
    texts = {one.name: one.text.decode("utf-8", "replace") for one in contents(root, [*old, *new])}
    missing = [f"{path}: too-large" for name, path in new.items() if name not in texts]
    return Texts(
        root=root,
        # An old name of a renamed file is not told: its text is compared with that of the new one.
        before=tuple(Source(path=path, text=texts[name]) for name, path in old.items() if name in texts),
        after=tuple(Source(path=path, text=texts[name]) for name, path in new.items() if name in texts),
        unread=tuple(missing), others=lambda words: tracked(root, words, {row.new for row in rows}),
    )  # fmt: skip


def named(words: Sequence[str]) -> Iterator[Row]:
    """The rows of ``--name-status -z``."""
    rest = iter(words)
    for status in rest:
        if not status:
            return
        first = next(rest, "")
        if status[0] in "RC":
            yield Row(first if status[0] == "R" else "", next(rest, ""))
        else:
            yield Row("" if status[0] == "A" else first, "" if status[0] == "D" else first)


def repository(folder: Path) -> Path:
    """The top of the repository that the folder lies in.

    Raises:
        SourceError: there is none.
        ToolMissing: there is no git.
    """
    return Path(ask_git(folder, "rev-parse", "--show-toplevel").removesuffix("\n"))


def tracked(root: Path, words: frozenset[str], changed: set[str]) -> Iterator[Source]:
    """Tracked files, as they lie in the work tree, that hold any of the words; some of them where they are many."""
    options = [part for word in sorted(words) for part in ("-e", word)]
    listed = ask_git(root, "grep", "-l", "-z", "-I", "-w", "-F", *options, accept=(0, 1))
    found = [path for path in listed.split("\0") if path and path not in changed]
    for path in found[:MOST_OTHERS]:
        text = read(root / path)
        if isinstance(text, str):
            yield Source(path=path, text=text)


def files(folder: Path, names: Sequence[str]) -> Texts:
    """Files as they are; all that is found in them counts as brought in.

    Raises:
        SourceError: a file is not there.
    """
    after, unread = [], []
    for name in names:
        path = folder / name
        if not path.is_file():
            raise SourceError(f"{name} is no file. Name files, or say `--staged` for what is staged.")
        text = read(path)
        shown = Path(os.path.relpath(path, folder)).as_posix()
        if text is None:
            unread.append(f"{shown}: too-large")
        else:
            after.append(Source(path=shown, text=text))
    return Texts(root=folder, after=tuple(after), unread=tuple(unread))


def read(path: Path) -> str | None:
    """The file's text; None where it is too long, no plain file or cannot be read."""
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            return None
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return None


def patch(folder: Path, text: str) -> Texts:
    """What a unified diff does to the files here: those that are as before it or as after it; else its lines alone.

    Raises:
        SourceError: it holds no change.
    """
    before, after, unread = [], [], []
    for row, body in parts(text):
        path = row.new or row.old
        sides = both_sides(folder, path, body)
        if sides is None:
            unread.append(f"{path}: the patch does not fit the file here; only its lines were looked at")
            hunks = [line for hunk in unified(body) for line in hunk.lines]
            old = "\n".join(line[1:] for line in hunks if line[:1] in {"-", " "})
            new = "\n".join(line[1:] for line in hunks if line[:1] in {"+", " "})
            before.append(Source(path=path, text=old, partial=True))
            after.append(Source(path=path, text=new, partial=True))
            continue
        before += [Source(path=path, text=sides[0])] if row.old else []
        after += [Source(path=path, text=sides[1])] if row.new else []
    if not before and not after:
        raise SourceError("the patch changes no text. It has to be a unified diff, as `git diff` writes it.")
    return Texts(root=folder, before=tuple(before), after=tuple(after), unread=tuple(unread))


def both_sides(folder: Path, path: str, body: str) -> tuple[str, str] | None:
    """The file's text before and after the patch; None where the file here is neither."""
    target = (folder / path).resolve()
    if not target.is_relative_to(folder.resolve()):
        return None  # a patch from elsewhere must not have other files read
    try:
        hunks = unified(body)
    except (ValueError, IndexError):
        return None
    here = read(target) if target.exists() else ""
    if here is None:
        return None
    hunks = [hunk._replace(lines=[line for line in hunk.lines if line[:1] != "\\"]) for hunk in hunks]
    if (later := patched(here, hunks)) is not None:
        return here, later
    earlier = patched(here, hunks, backwards=True)
    return None if earlier is None else (earlier, here)


def parts(text: str) -> Iterator[tuple[Row, str]]:
    """Each file of a unified diff with its hunks; binary files and bare renames are passed over."""
    for block in FILE.split(text):
        old = re.search(r"^--- (.+)$", block, re.MULTILINE)
        new = re.search(r"^\+\+\+ (.+)$", block, re.MULTILINE)
        if old and new and "\n@@ " in block:
            yield Row(bare(old[1]), bare(new[1])), block[block.index("\n@@ ") + 1 :]


def bare(name: str) -> str:
    r"""A file's name without what git or diff put before and behind it; empty for no file.

    >>> bare("a/src/x.py"), bare("/dev/null"), bare("x.py\t2026-11-21")
    ('src/x.py', '', 'x.py')
    """
    name = name.split("\t", maxsplit=1)[0].strip().strip('"')
    return "" if name == "/dev/null" else name[2:] if name[:2] in {"a/", "b/", "i/", "w/", "c/"} else name
