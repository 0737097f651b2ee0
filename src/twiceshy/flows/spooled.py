"""What hooks wrote, folded into the store; a spool file goes once its notes are stored and its session is over."""

import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from twiceshy.capture import spool
from twiceshy.errors import StoreUnwritable
from twiceshy.store import exposures, rules
from twiceshy.store.db import Store
from twiceshy.store.lock import held

IDLE_S = 86_400
"""After a day without an event a session counts as over (guess); one that goes on later begins a new file."""


class Folded(NamedTuple):
    """What came of a fold."""

    new: int
    torn: int
    """Lines that no hook ends with: the disk was full."""
    removed: int
    """Files."""


def fold(store: Store, home: Path, *, everything: bool = False) -> Folded:
    """What hooks wrote is in the store. May be killed at any point and run again: nothing is lost or stored twice.

    Args:
        store: writable.
        home: the data folder.
        everything: also take away the files of sessions that go on.

    Raises:
        StoreBusy: another process is at it.
        StoreError: the store or a spool file cannot be written; what was there is still there.
    """
    with held(home, "spool"):
        return _fold(store, home, everything=everything)


def _fold(store: Store, home: Path, *, everything: bool) -> Folded:
    new = torn = removed = 0
    for path in list(spool.files(home)):
        over = everything or path.name.endswith(spool.TAKEN) or is_over(path)
        if over and not path.name.endswith(spool.TAKEN):
            path = aside(path)  # noqa: PLW2901  # the same file under the name that hooks do not write to
        found = spool.read(path)
        new += exposures.put(store, found.exposures)
        if found.advice:
            with store.writing() as connection:
                new += rules.put_advice(connection, found.advice)
        torn += found.torn
        if over and path.stat().st_size == found.size:  # a hook that had it open may have come in between
            path.unlink()
            removed += 1
    return Folded(new, torn, removed)


def is_over(path: Path) -> bool:
    """Whether nothing more is to be expected in a spool file."""
    with suppress(OSError):
        return time.time() - path.stat().st_mtime > IDLE_S or spool.read(path).ended
    return False


def aside(path: Path) -> Path:
    """The file under a name of its own, so that a hook begins a new one.

    Raises:
        StoreUnwritable: it cannot be renamed.
    """
    taken = path.with_name(f"{path.stem}.{time.time_ns()}{spool.TAKEN}")
    try:
        return path.rename(taken)
    except OSError as exc:
        raise StoreUnwritable(f"{path} cannot be renamed: {exc.strerror}. Nothing in it was lost.") from exc
