"""The files below a folder, and the folders that cannot be looked into.

A search for logs skips what cannot be listed, so that one closed folder does not hide the others; what was skipped is
asked for separately, so that it can be reported.
"""

import os
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

DEEPEST = 64
"""Folders in folders that are looked into: logs lie five deep (guess, 2026-11-22)."""
MOST_ENTRIES = 1_000_000
"""Names that are looked at below one folder: ten times what the fullest that we saw has (guess, 2026-11-22)."""
_NO_ENTRY = "Permission denied"


class ClosedFolder(NamedTuple):
    """A folder that cannot be listed."""

    path: Path
    reason: str
    """In the system's words."""


def find_files(root: Path) -> Iterator[Path]:
    """Yield the file itself, or every regular file below a folder, in a stable order.

    Links to folders are not followed.
    """
    if os.path.isfile(root):  # noqa: PTH113  # pathlib raises where a folder above is closed
        yield root
    else:
        yield from _walk_below(str(root))


def _walk_below(root: str) -> Iterator[Path]:
    """Yield every regular file below a folder, down to ``DEEPEST`` and at most ``MOST_ENTRIES`` names."""
    waiting, left = [iter(_list_entries(root, MOST_ENTRIES))], MOST_ENTRIES
    while waiting and left:
        entry = next(waiting[-1], None)
        if entry is None:
            waiting.pop()
            continue
        left -= 1
        try:
            is_file, is_folder = entry.is_file(), entry.is_dir(follow_symlinks=False)
        except OSError:  # a link to itself, or a folder that lists its names and opens nothing
            continue
        if is_file:
            yield Path(entry.path)
        elif is_folder and len(waiting) < DEEPEST:
            waiting.append(iter(_list_entries(entry.path, left)))


def _list_entries(folder: str, most: int) -> list["os.DirEntry[str]"]:
    """Return what stands in a folder by name; of more than ``most`` entries some; nothing where it cannot be listed."""
    try:
        with os.scandir(folder) as listed:
            return sorted(islice(listed, most), key=lambda entry: entry.name)
    except OSError:
        return []


def find_closed_folders(root: Path) -> list[ClosedFolder]:
    """Return the folders at or below one that cannot be looked into; none for a file or what is gone."""
    found: list[ClosedFolder] = []

    def note(error: OSError) -> None:
        if isinstance(error, PermissionError):
            found.append(ClosedFolder(Path(error.filename), error.strerror or _NO_ENTRY))

    for place, folders, names in os.walk(root, onerror=note):
        if place.count(os.sep) - str(root).count(os.sep) >= DEEPEST:
            folders.clear()
        if names and not os.access(place, os.X_OK):
            found.append(ClosedFolder(Path(place), _NO_ENTRY))
    return found


# Logs that are part of a project's own tests: fixtures, mocks and examples, told by where they lie.
#
# Programs that read agents' logs keep some beside their code. Read as a person's sessions they would bend every figure,
# so that a walk through a folder leaves them out; one that is named is read and marked as not real.

VERSION: Final = 1
"""Of the rule. Raise it when the rule becomes another: stored sessions are then looked through again."""
NOTE: Final = "fixture rule"
"""Note of a store: the version of the rule by which its sessions were looked through."""

_HOLDERS: Final = frozenset({"test", "tests", "spec", "specs", "__tests__", "e2e"})
"""Folders that hold a project's tests."""
_STORES: Final = frozenset(
    {
        "fixture",
        "fixtures",
        "__fixtures__",
        "testdata",
        "test-data",
        "test_data",
        "mock",
        "mocks",
        "__mocks__",
        "golden",
        "transcripts",
        "samples",
        "examples",
    }
)
"""Folders in which tests find what they read."""
_PLAIN: Final = _STORES - {"transcripts"}
"""Those that say enough alone, inside a work tree."""


def is_fixture(path: Path, trees: Collection[str] = ()) -> bool:
    """Tell whether a log lies among a project's tests or examples.

    Below a folder of tests a store of texts is enough; either of them alone counts inside a git work tree only, as a
    person's own folder may be called so. ``trees`` are folders that were in one, should they be gone by now.
    """
    parts = [part.lower() for part in path.parts[:-1]]
    holder = next((place for place, part in enumerate(parts) if part in _HOLDERS), None)
    if holder is not None and not _STORES.isdisjoint(parts[holder + 1 :]):
        return True
    marked = [place for place, part in enumerate(parts) if part in _HOLDERS or part in _PLAIN]
    return bool(marked) and _is_in_work_tree(path, marked[-1], trees)


def _is_in_work_tree(path: Path, place: int, trees: Collection[str]) -> bool:
    """Tell whether a folder above that part of the path is the top of a git work tree, or lies in a known one."""
    above = (Path(*path.parts[:end]) for end in range(place, 0, -1))
    return any(str(folder) in trees or (folder / ".git").exists() for folder in above)
