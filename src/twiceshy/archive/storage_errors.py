"""What SQLite and the file system complain about, as our own errors, each saying what to do now.

Every call of ``sqlite3`` in this room runs inside ``translate_errors``: no foreign exception leaves it.
"""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from twiceshy.base.errors import StoreBusy, StoreCorrupt, StoreError, StoreUnwritable, TwiceshyError, UsageError
from twiceshy.base.host import ADVICE
from twiceshy.records.codec import DamagedValue

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_REFUSED = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_AUTH,
    }
)


WHAT_TO_DO = (
    "Move it and its -wal and -shm files aside, or put back a copy, then run `twiceshy ingest`: it reads again "
    "whatever logs the agents still have."
)
"""About a damaged file of the store."""
_SHOWN = 60
"""Characters of an odd text in a sentence (guess of 2026-11-22)."""
_NO_FOLDER = frozenset({errno.EEXIST, errno.ENOTDIR})
_OWN_ADVICE = frozenset(ADVICE) - _NO_FOLDER - {errno.ENOENT, errno.EACCES, errno.EPERM, errno.ENOSPC}
"""Refusals about which the data folder needs no words of its own."""


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Turn what sqlite3 or the system raises in the block into a ``StoreError`` that names ``path``."""
    try:
        yield
    except (sqlite3.Error, DamagedValue, UnicodeDecodeError, OSError) as exc:
        ours = translate_storage_error(exc, path)
        if ours is None:
            raise
        raise ours from exc


def translate_storage_error(exc: BaseException, path: Path) -> TwiceshyError | None:
    """Return our error for what reading or writing a file of the store raises; None where it was no such fault."""
    if isinstance(exc, sqlite3.Error):
        return translate_sqlite_error(exc, path)
    if isinstance(exc, OSError):
        return translate_os_error(exc, path)
    if isinstance(exc, DamagedValue):
        return StoreCorrupt(f"{path} is damaged ({exc}). {WHAT_TO_DO}")
    if isinstance(exc, UnicodeEncodeError):
        return UsageError(f"{_cut(exc.object)} has a byte that is no UTF-8 text, and the store holds only such text.")
    if isinstance(exc, UnicodeDecodeError):  # SQLite quotes the damaged name, which Python cannot read
        return StoreCorrupt(f"{path} is damaged (a name in it is not UTF-8). Nothing was written to it. {WHAT_TO_DO}")
    return None


def _cut(text: str) -> str:
    return f"{text[:_SHOWN]!r}"


def translate_sqlite_error(exc: sqlite3.Error, path: Path) -> StoreError:
    """Return our error for one of SQLite's."""
    code = getattr(exc, "sqlite_errorcode", None)
    primary = code & 0xFF if code is not None else None  # the upper bits only say which call of the system failed
    if primary in _BUSY:
        return StoreBusy(
            f"another process is writing to {path} and did not end within 5 s. "
            "Nothing of this step was stored and nothing is lost; try again when it has ended."
        )
    if primary in _DAMAGED:
        return StoreCorrupt(f"{path} is damaged ({exc}). Nothing was written to it. {WHAT_TO_DO}")
    if primary in _REFUSED:
        return StoreUnwritable(
            f"{path} cannot be written or opened ({exc}). What was stored before is whole; free some space or give the "
            "folder back its permissions, then run the same command again."
        )
    if primary is None and "UTF-8" in str(exc):
        return StoreCorrupt(f"{path} is damaged ({exc!s:.200}). Nothing was written to it. {WHAT_TO_DO}")
    if primary == sqlite3.SQLITE_NOMEM:
        return StoreUnwritable(f"memory ran out while {path} was in use. Close some programs, then try again.")
    return StoreError(f"{path} did not accept a statement ({exc}). Nothing of this step was stored.")


def is_refusal_of_data(exc: Exception) -> bool:
    """Tell whether an error means that a value cannot be stored: no trouble of the database, disk or program."""
    if isinstance(exc, sqlite3.Error):
        return type(translate_sqlite_error(exc, Path())) is StoreError
    return isinstance(exc, OverflowError | TypeError | ValueError | LookupError)


def may_be_refusal(exc: Exception) -> bool:
    """Tell whether what a transaction raised, translated or not, may be due to a row alone."""
    return type(exc) is StoreError if isinstance(exc, StoreError) else is_refusal_of_data(exc)


def translate_os_error(exc: OSError, path: Path) -> StoreUnwritable:
    """Return our error for one of the operating system's."""
    advice = "Give it back its permissions or free some space, or point TWICESHY_HOME at another folder."
    if exc.errno in _OWN_ADVICE:
        advice = f"{ADVICE[exc.errno]}, then run the same command again."
    elif exc.errno in _NO_FOLDER:
        advice = "A file stands where the data folder should be: move it away, or point TWICESHY_HOME at a folder."
    elif exc.errno == errno.ENOENT:
        advice = "It cannot be made there: point TWICESHY_HOME at another folder."
    return StoreUnwritable(f"{path} cannot be used: {exc.strerror or exc}. {advice} What was stored before is whole.")


def is_present(path: Path) -> bool:
    """Tell whether the file is there.

    Raises:
        StoreUnwritable: nobody can tell, for want of permission or because a file stands where its folder should.
    """
    try:
        path.stat()
    except FileNotFoundError:
        return False
    except OSError as exc:
        raise translate_os_error(exc, path.parent) from exc
    return True
