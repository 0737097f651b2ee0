"""The files below a folder, and the folders that cannot be looked into.

A search for logs skips what cannot be listed, so that one closed folder does not hide the others; what was skipped is
asked for separately, so that it can be reported.
"""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

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
