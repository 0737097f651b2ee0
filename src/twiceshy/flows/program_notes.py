"""What programs noted about their tools' calls: one file that all of them append to, until ``learn`` has folded it in.

A note is one line of JSON: ``t`` seconds since 1970, ``s`` the program's run, ``i`` the call's number in it, ``p`` the
project's name, ``tool``, and either ``failed`` with ``params`` or ``worked`` with ``after``, ``failed`` and ``of``, the
number of the failed call. Texts were redacted before.

A writer holds the system's lock on the file while it writes and looks that the file still has its name; who takes the
file away renames it under the same lock. So whatever was written under the name is there when it is read, and nothing
is written to a file that was read already. Without such a lock, on Windows, a file in use cannot be renamed.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from twiceshy.config import Config
from twiceshy.errors import StoreBusy
from twiceshy.store.lock import held

FOLDER = "programs"
SPOOL = "spool.jsonl"
TAKEN = ".taken"
LARGEST = 4 << 20
"""Bytes of one file."""
MOST_FILES = 4
"""Full files that wait for ``learn``; of more the oldest goes (guess: some 50,000 failures)."""
PATTERNS = "usage_patterns.yaml"
PATIENCE_S, LOOKS_S = 5.0, 0.01
"""For the file of patterns, which another program writes in some 20 ms; between two looks (guesses)."""


def folder_of(config: Config) -> Path:
    """Where programs' notes and patterns lie."""
    return config.home / FOLDER


def append(folder: Path, note: Mapping[str, object]) -> None:
    """Nothing; the note is on the disk.

    Raises:
        OSError: it could not be written.
    """
    line = (json.dumps(note, ensure_ascii=False, default=str) + "\n").encode("utf-8", "replace")
    path = folder / SPOOL
    while True:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            lock(file)
            if not same(file, path):
                continue
            if os.fstat(file).st_size < LARGEST:
                os.write(file, line)
                return
            renamed(path)
        finally:
            os.close(file)
        for oldest in sorted(folder.glob(f"*{TAKEN}"))[:-MOST_FILES]:
            oldest.unlink(missing_ok=True)


def lock(file: int) -> None:
    """Nothing; the file is ours until it is closed. Who holds it writes one line or renames it: that is soon over."""
    with suppress(ImportError, OSError):
        import fcntl  # noqa: PLC0415  # POSIX only

        fcntl.flock(file, fcntl.LOCK_EX)


def same(file: int, path: Path) -> bool:
    """Whether the open file still has that name."""
    try:
        there, ours = path.stat(), os.fstat(file)
    except FileNotFoundError:
        return False
    return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)


def renamed(path: Path) -> Path:
    """The file under a name that nobody writes to."""
    return path.rename(path.with_name(f"{path.stem}.{time.time_ns():020}{TAKEN}"))


def taken(folder: Path) -> list[Path]:
    """Every file of notes, out of the writers' way, the oldest first."""
    path = folder / SPOOL
    with suppress(OSError):
        file = os.open(path, os.O_WRONLY)
        try:
            lock(file)
            if same(file, path):
                renamed(path)
        finally:
            os.close(file)
    return sorted(folder.glob(f"*{TAKEN}"))


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The notes of a file; a line that a full disk cut off is left out."""
    for line in path.read_bytes().splitlines():
        with suppress(ValueError):
            note = json.loads(line)
            if isinstance(note, dict) and isinstance(note.get("tool"), str):
                yield note


def clear(config: Config) -> None:
    """Nothing; no note and no pattern of a program is left."""
    for path in [*taken(folder_of(config)), folder_of(config) / PATTERNS]:
        path.unlink(missing_ok=True)


@contextmanager
def patient(home: Path, seconds: float = PATIENCE_S) -> Iterator[None]:
    """Nothing, while the patterns are ours alone; another program is waited for.

    Raises:
        StoreBusy: it did not end in time.
        StoreUnwritable: the lock cannot be made.
    """
    end = time.monotonic() + seconds
    while True:
        lock_ = held(home, FOLDER)
        try:
            lock_.__enter__()
        except StoreBusy:
            if time.monotonic() > end:
                raise
            time.sleep(LOOKS_S)
            continue
        break
    try:
        yield
    finally:
        lock_.__exit__(None, None, None)
