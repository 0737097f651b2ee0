"""A lock that only one process holds at a time, let go by the system when the process dies however it dies.

SQLite's own locks keep the data whole; this one keeps two ingests from reading the same logs side by side, where every
count of lines and replacements would be added twice.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from twiceshy.archive.storage_errors import translate_os_error
from twiceshy.base.errors import StoreBusy, StoreUnwritable


@contextmanager
def hold_lock(home: Path, name: str) -> Iterator[None]:
    """Hold the lock ``name`` of the data folder during the block; no other process has it then.

    Raises:
        StoreBusy: another process holds it; the message names its process id.
        StoreUnwritable: the lock file cannot be made.
    """
    path = home / f"{name}.lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as exc:
        raise StoreUnwritable(f"{path} cannot be made: {exc.strerror}. Give {home} back its write permission.") from exc
    try:
        _take_lock(handle, path, name)
        yield
    finally:
        os.close(handle)


def _take_lock(handle: int, path: Path, name: str) -> None:
    """Take the lock, and write our process id into its file.

    Raises:
        StoreBusy: another process holds it.
        StoreUnwritable: the file cannot be locked; its contents are for people, so they may fail.
    """
    try:
        ours = _try_lock(handle)
    except OSError as exc:
        raise translate_os_error(exc, path) from exc
    if not ours:
        holder = ""
        with suppress(OSError, AttributeError):  # AttributeError: Windows
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
        who = f"process {holder}" if holder else "another process"
        raise StoreBusy(
            f"{who} is at work on {path.parent} ({name}). Nothing was changed; try again when it has ended."
        )
    with suppress(OSError):
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())


def _try_lock(handle: int) -> bool:
    """Try to take the lock and tell whether it is ours now; never wait."""
    if os.name == "nt":  # pragma: no cover  # the branch of the other platform
        import msvcrt  # noqa: PLC0415  # exists on Windows only

        # Far behind the process id, which others must be able to read: Windows' locks are not advisory.
        os.lseek(handle, 1 << 30, os.SEEK_SET)
        with suppress(OSError):
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]  # Windows only
            os.lseek(handle, 0, os.SEEK_SET)
            return True
        os.lseek(handle, 0, os.SEEK_SET)
        return False
    import fcntl  # noqa: PLC0415  # exists on POSIX only

    with suppress(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
