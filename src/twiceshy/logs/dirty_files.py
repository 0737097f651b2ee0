"""Which files of a work tree differ from the last commit, asked without running the repository's filters.

Git itself converts ends of lines and encodings, so that these are compared right. A filter is a program that settings
name, and none is run: such a file is compared as it lies, and only where its time or size says that it was touched.
What git-lfs stores of a file is its hash, which is computed here. A file of any other filter counts as changed once it
was touched: whether its filter would make the same bytes of it cannot be known without running that.
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.base.foreign_files import require_inside, stream_foreign
from twiceshy.logs.git_lines import read_contents
from twiceshy.logs.git_program import ask_git

_POINTER: Final = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize (\d+)\n?"
)
"""What git-lfs stores instead of a file (as defined by its specification, version 1)."""
_NO_FILTER: Final = ("unspecified", "unset")
_AT_ONCE: Final = 250
"""Names given to one git (guess, 2026-11-24: the longest have 4 kB each, and a command line takes 2 MB)."""
_PIECE: Final = 1 << 20  # bytes read at once (guess, 2026-11-24)
_MOST_HASHED: Final = 4 << 30
"""Bytes that are hashed for one answer: 8 s of a slow disk (guess, 2026-11-24)."""


def read_dirty_files(folder: Path) -> frozenset[str] | None:
    """Return the files that differ from the last commit, relative to the folder; None where git cannot say."""
    if not folder.is_dir():
        return None
    try:
        prefix, top = ask_git(folder, "rev-parse", "--show-prefix", "--show-toplevel").split("\n")[:2]
        answer = ask_git(folder, "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames")
        rows = [(row[:2], row[3:]) for row in answer.split("\0") if row]
        same = _find_stored_alike(Path(top), [path for state, path in rows if state == " M"])
    except (SourceError, ToolMissing, OSError):
        return None
    return frozenset(path.removeprefix(prefix) for _, path in rows if path not in same)


def _find_stored_alike(top: Path, paths: Iterable[str]) -> set[str]:
    """Return those files of git-lfs that are what their pointer says."""
    names = _list_filtered(top, paths)
    left = _MOST_HASHED
    same = set()
    for one in read_contents(top, [f":{path}" for path in names]):
        pointer, path = _POINTER.fullmatch(one.text), one.name[1:]
        if pointer is None or (size := int(pointer[2])) > left:
            continue
        left -= size
        if _hash_file(top, path, size) == pointer[1].decode():
            same.add(path)
    return same


def _list_filtered(top: Path, paths: Iterable[str]) -> list[str]:
    """Return those that a filter is set for."""
    wanted, found = list(paths), []
    for start in range(0, len(wanted), _AT_ONCE):
        said = ask_git(top, "check-attr", "-z", "filter", "--", *wanted[start : start + _AT_ONCE]).split("\0")
        found += [path for path, value in zip(said[::3], said[2::3], strict=False) if value not in _NO_FILTER]
    return found


def _hash_file(top: Path, path: str, size: int) -> str:
    """Return the SHA-256 of a file of this size; empty where it has another, or is no file of the project."""
    try:
        require_inside(top / path, top)
        with stream_foreign(top / path) as file:
            if (top / path).stat().st_size != size:
                return ""
            hashed = hashlib.sha256()
            while piece := file.read(_PIECE):
                hashed.update(piece)
            return hashed.hexdigest()
    except OSError:
        return ""
