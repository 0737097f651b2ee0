"""The git repositories below a folder, and a stamp of each that changes when its branches do; no git process.

The stamp is a hash of every reference with the commit that it names, loose ones before packed ones, so that packing and
collecting garbage change nothing. A repository's own content is not looked through: a clone inside of a work tree is
found only where it is named itself.
"""

import os
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from twiceshy.base.foreign_files import read_foreign

DEEPEST = 16
"""Folders in folders that are looked into for repositories: servers have four, owner and group before a name (guess,
2026-11-23)."""
_MOST_BYTES = 64 << 20
"""Bytes of packed references: some 800,000 of them (guess, 2026-11-23)."""
_MOST_FILES = 100_000
"""Loose references or objects that are looked at: git packs them long before (guess, 2026-11-23)."""
_LONGEST = 4_096
"""Bytes of a loose reference: it has 41, or names another (guess, 2026-11-23)."""


class FoundRepository(NamedTuple):
    """A repository, as it lies there."""

    path: Path
    """Its work tree, or itself where it is bare."""
    size: int
    """Bytes of its objects, packed and loose."""
    stamp: str


class UnreadableRepository(NamedTuple):
    """A repository that is there and cannot be used, and why."""

    path: Path
    reason: str


def find_repositories(root: Path) -> Iterator[FoundRepository | UnreadableRepository]:
    """Yield each repository at or below a folder, by name; links are not followed, and nothing in one is looked at."""
    yield from _walk(root, DEEPEST)


def _walk(folder: Path, left: int) -> Iterator[FoundRepository | UnreadableRepository]:
    try:
        with os.scandir(folder) as listed:
            entries = {entry.name: entry for entry in listed}
    except OSError as error:
        yield UnreadableRepository(folder, f"cannot be listed: {error.strerror}")
        return
    inner = entries.get(".git")
    if inner is not None and inner.is_dir(follow_symlinks=False):
        yield _measure(folder, folder / ".git")
    elif inner is not None:
        yield UnreadableRepository(folder, "a work tree of a repository that lies elsewhere: name that one")
    elif {"HEAD", "objects", "refs"} <= entries.keys():
        yield _measure(folder, folder)
    elif left:
        for name in sorted(entries):
            if entries[name].is_dir(follow_symlinks=False):
                yield from _walk(folder / name, left - 1)


def _measure(path: Path, git: Path) -> FoundRepository | UnreadableRepository:
    try:
        size = sum(one.size for one in _list_files(git / "objects"))
        return FoundRepository(path, size, _stamp(git))
    except OSError as error:
        return UnreadableRepository(path, f"cannot be read: {error.strerror}")


def _stamp(git: Path) -> str:
    """Return the hash of all references, as hex.

    Raises:
        OSError: one cannot be read.
    """
    found = blake2b(read_foreign(git / "HEAD", _LONGEST, git), digest_size=16)
    if (git / "reftable").is_dir():  # the newer form, in a few binary files that are written anew at each change
        for name, size, changed in _list_files(git / "reftable"):
            found.update(f"{name}\0{size}\0{changed}\n".encode("utf-8", "surrogatepass"))
        return found.hexdigest()
    references = _read_packed(git)
    for name, _, _ in _list_files(git / "refs"):
        references[os.fsencode(f"refs/{name}")] = read_foreign(git / "refs" / name, _LONGEST, git).strip()
    for key, value in sorted(references.items()):
        found.update(key + b"\0" + value + b"\n")
    return found.hexdigest()


def _read_packed(git: Path) -> dict[bytes, bytes]:
    """Return the commit of each packed reference.

    Raises:
        OSError: they cannot be read.
    """
    try:
        text = read_foreign(git / "packed-refs", _MOST_BYTES, git)
    except FileNotFoundError:
        return {}
    pairs = (line.split(b" ", 1) for line in text.splitlines() if line[:1] not in (b"#", b"^", b""))
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}


class _ListedFile(NamedTuple):
    name: str
    size: int
    changed_ns: int


def _list_files(folder: Path) -> list[_ListedFile]:
    """Return the regular files below a folder, with ``/`` in their names.

    Raises:
        OSError: the folder or one in it cannot be listed.
    """
    found: list[_ListedFile] = []
    waiting = [("", folder)]
    while waiting and len(found) < _MOST_FILES:
        above, place = waiting.pop()
        with os.scandir(place) as listed:
            for entry in listed:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((f"{above}{entry.name}/", place / entry.name))
                elif entry.is_file(follow_symlinks=False):
                    state = entry.stat(follow_symlinks=False)
                    found.append(_ListedFile(f"{above}{entry.name}", state.st_size, state.st_mtime_ns))
    return sorted(found)
