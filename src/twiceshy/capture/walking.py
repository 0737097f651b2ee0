"""The files below a folder, and the folders that cannot be looked into.

Whoever looks for logs passes over what cannot be listed, so that one closed folder does not hide the others; what was
passed over is asked for separately, so that it can be told.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

NO_ENTRY = "Permission denied"


class Closed(NamedTuple):
    """A folder that cannot be listed."""

    path: Path
    reason: str
    """In the system's words."""


def files(root: Path) -> Iterator[Path]:
    """The file itself, or every regular file below a folder, in a stable order; links to folders are not followed."""
    if os.path.isfile(root):  # noqa: PTH113  # pathlib raises where a folder above is closed
        yield root
    else:
        yield from below(str(root))


def below(folder: str) -> Iterator[Path]:
    """Every regular file below a folder."""
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        try:
            is_file, is_folder = entry.is_file(), entry.is_dir(follow_symlinks=False)
        except OSError:  # a link to itself, or a folder that lists its names and opens nothing
            continue
        if is_file:
            yield Path(entry.path)
        elif is_folder:
            yield from below(entry.path)


def closed(root: Path) -> list[Closed]:
    """The folders at or below one that cannot be looked into; none where it is a file or is not there."""
    found: list[Closed] = []

    def note(error: OSError) -> None:
        if isinstance(error, PermissionError):
            found.append(Closed(Path(error.filename), error.strerror or NO_ENTRY))

    for place, _, names in os.walk(root, onerror=note):
        if names and not os.access(place, os.X_OK):
            found.append(Closed(Path(place), NO_ENTRY))
    return found
