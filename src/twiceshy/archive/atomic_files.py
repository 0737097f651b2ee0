"""Files that are written whole or not at all: models, one folder a subject, and caches.

A file is written aside and renamed, so that a reader sees the old one or the new one and a kill leaves nothing behind
that is read. Folders are 0700 and files 0600, as everything in the data folder.
"""

from pathlib import Path

from twiceshy.base.errors import StoreUnwritable
from twiceshy.base.foreign_files import read_foreign
from twiceshy.base.private_files import PRIVATE, write_draft

_LARGEST = 1 << 30
"""Bytes of a file that is read: models and indexes have some MB (guess, 2026-11-22)."""


def read(path: Path) -> bytes | None:
    """Return the file's bytes; None where there is none that can be read."""
    try:
        return read_foreign(path, _LARGEST)
    except OSError:
        return None


def read_salt(path: Path) -> bytes:
    """Return the store's salt; empty before there is a store.

    Without a store no salt is needed: the repository beside it names every author in plain text.
    """
    return (read(path) or b"")[:64]


def write(path: Path, content: bytes) -> None:
    """Write the file whole, or not at all.

    Raises:
        StoreUnwritable: it could not be written; what was there is unchanged.
    """
    try:
        _make_folder(path.parent)
        with write_draft(path, PRIVATE) as draft:
            draft.file.write(content)
            draft.take_place(replace=True)
    except OSError as error:
        raise StoreUnwritable(f"{path} cannot be written: {error.strerror}. Nothing was changed.") from error


def remove(path: Path) -> bool:
    """Remove a file or an empty folder; tell whether there was one.

    Raises:
        StoreUnwritable: it is still there.
    """
    try:
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreUnwritable(f"{path} cannot be removed: {error.strerror}.") from error
    return True


def list_names(folder: Path, ending: str) -> list[str]:
    """Return the files' names without the ending, in order; none where there is no such folder."""
    try:
        return sorted(entry.name.removesuffix(ending) for entry in folder.iterdir() if entry.name.endswith(ending))
    except OSError:
        return []


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
