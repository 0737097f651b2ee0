"""Fold what hooks wrote into the store; a spool file is deleted once its notes are stored and its session is over."""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive import note_rows, rule_rows
from twiceshy.archive.db import Store
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.rows import hash_body
from twiceshy.base.errors import StoreUnwritable
from twiceshy.logs import spool
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.logs.local_paths import spell_path

_IDLE_S = 86_400
"""Seconds without an event after which a session counts as over (guess, 2026-11-21); one that goes on later begins a
new file."""


class SpoolFoldCounts(NamedTuple):
    """The counts of one fold."""

    new: int
    torn: int
    """Lines that no hook ends with: the disk was full."""
    removed: int
    """Files."""


def fold(store: Store, home: Path, *, everything: bool = False) -> SpoolFoldCounts:
    """Store what hooks wrote. May be killed at any point and run again: nothing is lost or stored twice.

    Args:
        store: writable.
        home: the data folder.
        everything: also delete the files of sessions that go on.

    Raises:
        StoreBusy: another process is folding.
        StoreError: the store or a spool file cannot be written; what was there is still there.
    """
    with hold_lock(home, "spool"):
        return _fold(store, home, everything=everything)


def _fold(store: Store, home: Path, *, everything: bool) -> SpoolFoldCounts:
    total = SpoolFoldCounts(0, 0, 0)
    faults = StepFaults(store, "spool")
    for path in list(spool.find_files(home)):
        key, name = hash_body(os.fsencode(path.name)), spell_path(path.name)
        with faults.guard(key, name):
            found, removed = _fold_file(store, path, everything=everything)
            total = SpoolFoldCounts(total.new + found.new, total.torn + found.torn, total.removed + removed)
            if found.fault:
                faults.add(key, found.fault, name)
    return total


class _FoldedFile(NamedTuple):
    """The counts of one file."""

    new: int
    torn: int
    fault: str


def _fold_file(store: Store, path: Path, *, everything: bool) -> tuple[_FoldedFile, bool]:
    """Store the notes of one file; return the counts, and whether the file is removed."""
    over = everything or path.name.endswith(spool.TAKEN_SUFFIX) or _is_over(path)
    if over and not path.name.endswith(spool.TAKEN_SUFFIX):
        path = rename_aside(path, spool.TAKEN_SUFFIX)
    found = spool.read(path)
    new = note_rows.put(store, found.exposures)
    if found.advice:
        with store.begin_writing() as connection:
            new += rule_rows.put_advice(connection, found.advice)
    removed = over and path.stat().st_size == found.size  # a hook that had it open may have come in between
    if removed:
        path.unlink()
    return _FoldedFile(new, found.torn, found.fault), removed


def _is_over(path: Path) -> bool:
    """Tell whether a spool file will get no more notes."""
    with suppress(OSError):
        idle_s = abs(time.time() - path.stat().st_mtime)  # a file of the future is of a clock that was set back
        return idle_s > _IDLE_S or spool.read(path).has_ended
    return False


def rename_aside(path: Path, suffix: str) -> Path:
    """Rename the file to a name of its own with that end, so that a hook begins a new one; return its new path.

    Raises:
        StoreUnwritable: it cannot be renamed.
    """
    taken = path.with_name(f"{path.stem}.{time.time_ns()}{suffix}")
    try:
        return path.rename(taken)
    except OSError as exc:
        raise StoreUnwritable(f"{path} cannot be renamed: {exc.strerror}. Nothing in it was lost.") from exc
