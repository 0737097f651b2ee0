"""Programs' notes on their tool calls: one file that all of them append to, until ``learn`` folds it in.

A note is one line of JSON (``lessons.program_calls``). Texts were redacted before.

A writer holds the system's lock on the file while it writes, and checks that the file still has its name. A reader
renames the file under the same lock. So whatever was written under the name is there when it is read, and nothing
is written to a file that was read already. Where there is no such lock, on Windows, a file in use cannot be
renamed.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from twiceshy.archive.lock import hold_lock
from twiceshy.base.config import Config
from twiceshy.base.errors import StoreBusy

_FOLDER = "programs"
SPOOL = "spool.jsonl"
_TAKEN = ".taken"
LARGEST = 4 << 20
"""Bytes of one file (guess of 2026-11-21)."""
MOST_FILES = 4
"""Full files that wait for ``learn``; of more the oldest goes (guess of 2026-11-21: some 50,000
failures)."""
PATTERNS = "usage_patterns.yaml"
_PATIENCE_S, _LOOKS_S = 5.0, 0.01
"""For the file of patterns, which another program writes in some 20 ms; between two looks
(seconds; guesses of 2026-11-21)."""


def folder_of(config: Config) -> Path:
    """Return the folder of programs' notes and patterns."""
    return config.home / _FOLDER


def append(folder: Path, note: Mapping[str, object]) -> None:
    """Append the note to the spool on disk.

    Raises:
        OSError: it could not be written.
    """
    line = (json.dumps(note, ensure_ascii=False, default=str) + "\n").encode("utf-8", "replace")
    path = folder / SPOOL
    while True:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            _lock_file(file)
            if not is_same_file(file, path):
                continue
            if os.fstat(file).st_size < LARGEST:
                os.write(file, line)
                return
            _rename_aside(path)
        finally:
            os.close(file)
        for oldest in sorted(folder.glob(f"*{_TAKEN}"))[:-MOST_FILES]:
            oldest.unlink(missing_ok=True)


def _lock_file(file: int) -> None:
    """Lock the open file until it is closed.

    Another holder only writes one line or renames the file, so the wait is short.
    """
    with suppress(ImportError, OSError):
        import fcntl  # noqa: PLC0415  # POSIX only

        fcntl.flock(file, fcntl.LOCK_EX)


def is_same_file(file: int, path: Path) -> bool:
    """Tell whether the open file still has that name."""
    try:
        there, ours = path.stat(), os.fstat(file)
    except FileNotFoundError:
        return False
    return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)


def _rename_aside(path: Path) -> Path:
    """Rename the file to a name that nobody writes to; return its new path."""
    return path.rename(path.with_name(f"{path.stem}.{time.time_ns():020}{_TAKEN}"))


def take_files(folder: Path) -> list[Path]:
    """Move the current spool out of the writers' way; return all such files, oldest first."""
    path = folder / SPOOL
    with suppress(OSError):
        file = os.open(path, os.O_WRONLY)
        try:
            _lock_file(file)
            if is_same_file(file, path):
                _rename_aside(path)
        finally:
            os.close(file)
    return sorted(folder.glob(f"*{_TAKEN}"))


def read_notes(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the notes of a file, skipping a line that a full disk cut off."""
    for line in path.read_bytes().splitlines():
        with suppress(ValueError):
            note = json.loads(line)
            if isinstance(note, dict) and isinstance(note.get("tool"), str):
                yield note


def clear(config: Config) -> None:
    """Delete all notes and patterns of programs."""
    for path in [*take_files(folder_of(config)), folder_of(config) / PATTERNS]:
        path.unlink(missing_ok=True)


@contextmanager
def lock_patterns(home: Path, seconds: float = _PATIENCE_S) -> Iterator[None]:
    """Hold the lock on the patterns, waiting for another program to release it.

    Raises:
        StoreBusy: it was not released in time.
        StoreUnwritable: the lock cannot be made.
    """
    end = time.monotonic() + seconds
    while True:
        lock_ = hold_lock(home, _FOLDER)
        try:
            lock_.__enter__()
        except StoreBusy:
            if time.monotonic() > end:
                raise
            time.sleep(_LOOKS_S)
            continue
        break
    try:
        yield
    finally:
        lock_.__exit__(None, None, None)
