"""Write a file whole or not at all, readable by its owner only, whatever the umask of the moment.

A file that others may read for an instant has been read, so it is made with its rights and never gets them afterwards.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

PRIVATE = 0o600
"""Rights of every file of ours (defined by PRIVACY.md, 2026-11-21)."""
SHARED = 0o644
"""Rights, less the umask, of a file that belongs into a repository (as defined by git, 2026-11-22)."""


def write_whole(path: Path, content: bytes, *, mode: int = PRIVATE) -> None:
    """Write the file aside and rename it; make its folder where there is none. A file that was there keeps its rights.

    Raises:
        OSError: it could not be written; what was there is unchanged.
    """
    path.parent.mkdir(mode=0o700 if mode == PRIVATE else 0o777, parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        mode = PRIVATE if mode == PRIVATE else path.stat().st_mode & 0o777
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that was not there, private; its folder must be there.

    Raises:
        FileExistsError: something of this name is there, if only a link that leads nowhere.
        OSError: it could not be written; nothing of it is left.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
        try:
            file.write(content)
            file.flush()
        except OSError:
            path.unlink(missing_ok=True)
            raise


@contextmanager
def open_draft(path: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """Give a private file that becomes ``path`` at the end, and vanishes if anything goes wrong before.

    Raises:
        FileExistsError: something of this name is there, and it is not to be replaced.
        OSError: it could not be written; what was there is unchanged.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
            yield file
        if replace:
            draft.replace(path)
        else:
            os.link(draft, path)  # unlike a rename, it refuses a name that is taken
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def open_draft_folder(path: Path, *, replace: bool) -> Iterator[Path]:
    """Give a private folder that becomes ``path`` at the end, and vanishes if anything goes wrong before.

    Raises:
        FileExistsError: something of this name is there, and it is not to be replaced.
        OSError: it could not be written; what was there is unchanged.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.mkdir(mode=0o700)
    try:
        yield draft
        if not os.path.lexists(path):
            draft.rename(path)
        elif replace:
            _swap_folders(draft, path)
        else:
            raise FileExistsError(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _swap_folders(draft: Path, path: Path) -> None:
    """Put the draft in the place of a folder, and remove that."""
    old = draft.with_name(f"{draft.name}.old")
    path.rename(old)
    try:
        draft.rename(path)
    except OSError:
        old.rename(path)
        raise
    shutil.rmtree(old)
