"""Read and write agents' settings files as bytes, in place, keeping their permissions and following links."""

import os
import stat
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from twiceshy.base.errors import SourceChanged, StoreUnwritable
from twiceshy.base.foreign_files import read_foreign, require_inside
from twiceshy.base.private_files import PRIVATE, hold_folder, remove_abandoned, write_draft

_LARGEST = 16 << 20
"""Bytes of a settings file; such files have some KB (guess, 2026-11-22)."""


def leads_out(path: Path, project: Path) -> bool:
    """Tell whether a project's settings file is really another file of its user, by a link that came with it."""
    try:
        require_inside(path, project)
    except OSError:
        return True
    return False


def read(path: Path) -> str | None:
    """Return the file's text with every odd byte preserved; None if there is no file.

    Raises:
        OSError: it cannot be read.
    """
    try:
        return read_foreign(path, _LARGEST).decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return None


def _encode(text: str) -> bytes:
    """Return the bytes that the text has in the file."""
    return text.encode("utf-8", "surrogateescape")


def digest(text: str) -> str:
    """Return a hash that tells whether a file was changed since."""
    return blake2b(_encode(text), digest_size=16).hexdigest()


def find_obstacle(path: Path) -> str:
    """Return in words why the file may not be written; empty if it may be.

    A file that its user made read-only is not written.
    """
    real = path.resolve()
    try:
        status = real.stat()
    except FileNotFoundError:
        return "" if not path.is_symlink() else "it is a link to a file that is not there"
    except OSError as exc:
        return f"it cannot be looked at: {exc.strerror}"
    if not stat.S_ISREG(status.st_mode):
        return "it is no file"
    if not status.st_mode & 0o222 or not os.access(real, os.W_OK):
        return "it is read-only"
    return ""


def write(path: Path, before: str | None, after: str | None) -> None:
    """Write ``after`` to the file, or delete the file if ``after`` is None.

    Raises:
        SourceChanged: the file no longer holds ``before``; nothing was written.
        StoreUnwritable: it cannot be written; it is as it was.
    """
    try:
        if after is not None:
            path.parent.mkdir(mode=0o700, exist_ok=True)
        with hold_folder(path.parent):
            if read(path) != before:
                raise SourceChanged(
                    f"{path} was changed by somebody else just now. Nothing was written to it; try again."
                )
            if after is None:
                path.unlink()
            else:
                _replace(path.resolve(), _encode(after), is_new=before is None)
    except OSError as exc:
        raise StoreUnwritable(f"{path} cannot be written: {exc.strerror or exc}. It is as it was.") from exc


def _replace(real: Path, data: bytes, *, is_new: bool) -> None:
    remove_abandoned(real)
    try:
        with write_draft(real, PRIVATE) as draft:
            draft.file.write(data)
            draft.file.flush()
            os.fsync(draft.file.fileno())
            if not is_new:
                _keep_rights(real.stat(), draft.file.fileno())
            draft.take_place(replace=True)
    except PermissionError:  # a folder that takes no new file may still hold one that can be written
        with real.open("r+b") as same:
            same.write(data)
            same.truncate()


def _keep_rights(status: os.stat_result, file: int) -> None:
    """Give an opened file the rights and the owner of another."""
    if hasattr(os, "fchmod"):
        os.fchmod(file, stat.S_IMODE(status.st_mode))
    if hasattr(os, "fchown"):
        with suppress(PermissionError):  # it stays the owner's who may write it
            os.fchown(file, status.st_uid, status.st_gid)
