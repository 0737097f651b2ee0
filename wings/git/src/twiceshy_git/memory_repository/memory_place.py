"""Where a repository's memory lies, who may change it at a moment, and what is said where the system refuses."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from twiceshy.archive.lock import hold_lock
from twiceshy.base.errors import StoreBusy, StoreUnwritable

FOLDER: Final = "twiceshy"
"""Below the git folder that all work trees share."""
BARE: Final = "memory.git"
TAIL: Final = ".tail"
_LOCK: Final = "memory"
_PATIENCE_S: Final = 20.0  # seconds to wait for another process: packing 8 MB takes 5 (guess of 2026-11-23)
_BLOCK: Final = 512  # bytes, as defined by POSIX for this count
_LOOKS_S: Final = 0.02  # seconds between two looks (guess of 2026-11-23)


def find_memory_folder(common: Path) -> Path:
    """Return the folder of ours in a repository's shared git folder."""
    return common / FOLDER


def prepare_memory_folder(folder: Path) -> None:
    """Make the folder of ours, for its owner alone.

    Raises:
        StoreUnwritable: it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise refuse_place(error, folder) from error


@contextmanager
def hold_memory(folder: Path, seconds: float = _PATIENCE_S) -> Iterator[None]:
    """Hold the memory's lock during the block, waiting for another process to let go.

    Raises:
        StoreBusy: it was not let go in time.
        StoreUnwritable: the folder or the lock cannot be made.
    """
    prepare_memory_folder(folder)
    end = time.monotonic() + seconds
    while True:
        lock = hold_lock(folder, _LOCK)
        try:
            lock.__enter__()
        except StoreBusy:
            if time.monotonic() > end:
                raise
            time.sleep(_LOOKS_S)
            continue
        break
    try:
        yield
    finally:
        with suppress(OSError):  # an empty file takes no block of the disk
            os.truncate(folder / f"{_LOCK}.lock", 0)
        lock.__exit__(None, None, None)


def refuse_place(error: OSError, path: Path) -> StoreUnwritable:
    """Return our error for what the system says about a file of the memory."""
    return StoreUnwritable(
        f"{path} cannot be used: {error.strerror or error}. Memory lies in the repository's git folder: give that room "
        "and write permission. The repository itself and what was recorded before are as they were."
    )


def measure_disk(folder: Path) -> int:
    """Return the bytes that a folder takes on the disk, as ``du`` counts; 0 where there is none."""
    found = 0
    for path in [folder, *folder.rglob("*")]:
        with suppress(OSError):
            told = path.lstat()
            found += getattr(told, "st_blocks", -(-told.st_size // _BLOCK)) * _BLOCK
    return found


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk, where a folder can be opened."""
    if os.name == "nt":
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
