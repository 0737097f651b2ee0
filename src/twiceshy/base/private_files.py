"""Write a file whole or not at all, readable by its owner only, whatever the umask of the moment.

A file that others may read for an instant has been read, so it is made with its rights and never gets them afterwards.
What is being written has no name as long as it is not whole, where the system can do that (Linux): whoever is killed,
by whatever signal, leaves nothing. Elsewhere, and for folders, it has a name that says who writes it, and the next who
writes to the same place removes it when that writer is gone.
"""

import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

PRIVATE = 0o600
"""Rights of every file of ours (defined by PRIVACY.md, 2026-11-21)."""
SHARED = 0o644
"""Rights, less the umask, of a file that belongs into a repository (as defined by git, 2026-11-22)."""
_LONGEST_WAIT_S, _LOOK_AGAIN_S = 10.0, 0.01
"""Seconds to wait for another process of ours that writes into a folder, and between looks (guess, 2026-11-24: a
change of a file takes milliseconds)."""
_UNNAMED = getattr(os, "O_TMPFILE", 0)
_OPENED = "/proc/self/fd"


class FileDraft:
    """A file that is being written, and takes its place only when it is whole."""

    def __init__(self, path: Path, mode: int) -> None:
        """Open it in the folder of its place, without a name where that is possible."""
        self.path = path
        self.name: Path | None = None
        number = _open_unnamed(path.parent, mode)
        if number is None:
            self.name = _make_name(path)
            number = os.open(self.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        self.file: BinaryIO = os.fdopen(number, "wb")

    def take_place(self, *, replace: bool) -> None:
        """Give the file its name, whole as it is.

        Raises:
            FileExistsError: something of this name is there, and it is not to be replaced.
            OSError: the system refuses; what was there is unchanged.
        """
        self.file.flush()
        if self.name is None and not replace:
            self._give_name(self.path)
            return
        if self.name is None:
            name = _make_name(self.path)
            self._give_name(name)
            self.name = name
        self.file.close()
        if replace:
            self.name.replace(self.path)
        else:
            os.link(self.name, self.path)  # unlike a rename, it refuses a name that is taken

    def _give_name(self, name: Path) -> None:
        """Give the opened file a name; the folder's number is for Python, which follows a link only with one."""
        number = self.file.fileno()
        os.link(f"{_OPENED}/{number}", name, src_dir_fd=number, follow_symlinks=True)

    def close(self) -> None:
        """Close the file; without a place it vanishes."""
        with suppress(OSError):  # a full disk, which was told when it was flushed
            self.file.close()
        if self.name is not None:
            self.name.unlink(missing_ok=True)


@contextmanager
def write_draft(path: Path, mode: int) -> Iterator[FileDraft]:
    """Give a draft of a file, which vanishes at the end unless it took its place.

    Raises:
        OSError: it could not be written; what was there is unchanged.
    """
    draft = FileDraft(path, mode)
    try:
        yield draft
    finally:
        draft.close()


def _open_unnamed(folder: Path, mode: int) -> int | None:
    """Open a file that has no name; None where the system or the disk cannot do that."""
    if not _UNNAMED or not os.path.isdir(_OPENED):  # noqa: PTH112  # a system's own place
        return None
    try:
        return os.open(folder, os.O_WRONLY | _UNNAMED, mode)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        raise
    except OSError:
        return None


def _make_name(path: Path) -> Path:
    """Return the name of a draft, which says who writes it."""
    return path.with_name(f".{path.name}.twiceshy-{_name_machine()}-{os.getpid()}-{secrets.token_hex(4)}")


def _name_machine() -> str:
    """Return 4 letters of the machine: a number of a process means something on its own machine only."""
    machine = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return blake2b(machine.encode(), digest_size=2).hexdigest()


def remove_abandoned(path: Path) -> None:
    """Remove drafts for this place that nobody writes any more; it looks through the whole folder, so not in ours."""
    form = re.compile(rf"\.{re.escape(path.name)}\.twiceshy-{_name_machine()}-(\d+)-[0-9a-f]{{8}}(?:\.old)?")
    with suppress(OSError):
        for name in os.listdir(path.parent):  # noqa: PTH208  # names are enough
            if (found := form.fullmatch(name)) and not _is_alive(int(found[1])):
                there = path.with_name(name)
                if there.is_dir() and not there.is_symlink():
                    shutil.rmtree(there, ignore_errors=True)
                else:
                    there.unlink(missing_ok=True)


def _is_alive(number: int) -> bool:
    """Tell whether a process is there; where that cannot be asked, it is."""
    if os.name == "nt":  # asking would end it
        return True
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def write_whole(path: Path, content: bytes, *, mode: int = PRIVATE) -> None:
    """Write the file aside and rename it; make its folder where there is none. A file that was there keeps its rights.

    Raises:
        OSError: it could not be written; what was there is unchanged.
    """
    path.parent.mkdir(mode=0o700 if mode == PRIVATE else 0o777, parents=True, exist_ok=True)
    if mode != PRIVATE:
        remove_abandoned(path)
    with suppress(FileNotFoundError):
        mode = PRIVATE if mode == PRIVATE else path.stat().st_mode & 0o777
    with write_draft(path, mode) as draft:
        draft.file.write(content)
        draft.take_place(replace=True)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that was not there, private; its folder must be there.

    Raises:
        FileExistsError: something of this name is there, if only a link that leads nowhere.
        OSError: it could not be written; nothing of it is left.
    """
    with open_draft(path, replace=False) as file:
        file.write(content)


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Let one process at a time read a file of a folder, change it and write it; the others wait for it.

    The folder itself is locked, so that nothing is put into it; where it cannot be (Windows, some network disks), a
    change that another makes between reading and writing is lost.

    Raises:
        OSError: the folder cannot be opened, or another holds it for longer than any of ours does.
    """
    try:
        import fcntl  # noqa: PLC0415  # not on Windows
    except ImportError:  # pragma: no cover  # the branch of the other platform
        yield
        return
    number = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))  # nothing that would block
    try:
        until = time.monotonic() + _LONGEST_WAIT_S
        while True:
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > until:
                    raise OSError(errno.EBUSY, "another process is writing there; try again", str(folder)) from error
                time.sleep(_LOOK_AGAIN_S)
            except OSError:  # a disk without locks
                break
        yield
    finally:
        os.close(number)


@contextmanager
def open_draft(path: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """Give a private file that becomes ``path`` at the end, and vanishes if anything goes wrong before.

    Raises:
        FileExistsError: something of this name is there, and it is not to be replaced.
        OSError: it could not be written; what was there is unchanged.
    """
    remove_abandoned(path)
    with write_draft(path, PRIVATE) as draft:
        yield draft.file
        draft.take_place(replace=replace)


@contextmanager
def open_draft_folder(path: Path, *, replace: bool) -> Iterator[Path]:
    """Give a private folder that becomes ``path`` at the end, and vanishes if anything goes wrong before.

    Raises:
        FileExistsError: something of this name is there, and it is not to be replaced.
        OSError: it could not be written; what was there is unchanged.
    """
    remove_abandoned(path)
    draft = _make_name(path)
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
