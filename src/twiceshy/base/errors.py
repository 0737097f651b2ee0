"""Every error that twiceshy raises on purpose, with its exit code and whether trying again can help.

::

    TwiceshyError                 1
    |-- UsageError                2   the call's words are off
    |-- ConfigError               2   a setting cannot be used
    |-- StoreError               10   the data folder or a file in it
    |   |-- StoreBusy            11   another process holds it           (not permanent)
    |   |-- StoreCorrupt         12   a file is damaged
    |   |-- StoreTooNew          13   written by a newer version
    |   |-- StoreUnwritable      14   read-only, no permission, no space (not permanent)
    |   `-- StoreOnNetwork       15   SQLite's locks cannot be trusted there
    |-- SourceError              20   something we read for the user: a log, a repository, a report file
    |   `-- SourceChanged        21   replaced or cut while it was read  (not permanent)
    |-- NotFound                 30   no record has that id or name
    `-- ToolMissing              40   an outside program is not there or too old

Exit codes 0 (done), 3 (our own bug) and 130 (interrupted) belong to the command line, which is the only place where an
error becomes text. Foreign exceptions (sqlite3, OSError, zstandard ...) stop at the module that made the call.
"""

from pathlib import PurePath
from typing import ClassVar


class TwiceshyError(Exception):
    """What went wrong, to which thing, and what to do now: the message says all three."""

    slug: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    permanent: ClassVar[bool] = True


class UsageError(TwiceshyError):
    """The command's words do not make sense together."""

    slug = "usage"
    exit_code = 2


class ConfigError(TwiceshyError):
    """A configuration file or value cannot be used."""

    slug = "config"
    exit_code = 2


class StoreError(TwiceshyError):
    """The data folder, or a file in it, cannot be used as it is."""

    slug = "store"
    exit_code = 10


class StoreBusy(StoreError):
    """Another process holds the store longer than we wait."""

    slug = "store-busy"
    exit_code = 11
    permanent = False


class StoreCorrupt(StoreError):
    """A file of the store is damaged; nothing was written to it."""

    slug = "store-corrupt"
    exit_code = 12


class StoreTooNew(StoreError):
    """The store was written by a newer version; nothing was changed."""

    slug = "store-too-new"
    exit_code = 13


class StoreUnwritable(StoreError):
    """No permission, a read-only place or no space left."""

    slug = "store-unwritable"
    exit_code = 14
    permanent = False


class StoreOnNetwork(StoreError):
    """The data folder lies on a file system whose locks SQLite cannot trust."""

    slug = "store-on-network"
    exit_code = 15


class SourceError(TwiceshyError):
    """Something read on the user's behalf cannot be read: a log, a repository, a report of another tool."""

    slug = "source"
    exit_code = 20


class SourceChanged(SourceError):
    """A source was replaced, cut or rewritten while it was being read."""

    slug = "source-changed"
    exit_code = 21
    permanent = False


class NotFound(TwiceshyError):
    """No record has this id or name."""

    slug = "not-found"
    exit_code = 30


class ToolMissing(TwiceshyError):
    """An outside program or a library is missing or too old; what needs it says so and the rest goes on."""

    slug = "tool-missing"
    exit_code = 40


class SystemRefusal(TwiceshyError):
    """The system refused memory, a descriptor, space, a permission or a stream that is needed."""

    slug = "system"
    exit_code = 50
    permanent = False


def locate_fault(error: BaseException) -> str:
    """Return an error's type and the innermost place in our code that it came through.

    Its message is left out, as it may quote a log: ``KeyError at logs/pi.py:120``.
    """
    place = ""
    frame = error.__traceback__
    while frame is not None:
        parts = PurePath(frame.tb_frame.f_code.co_filename).parts
        ours = [at for at, part in enumerate(parts) if part == "twiceshy" or part.startswith("twiceshy_")]
        if ours:
            first = ours[-1] + (parts[ours[-1]] == "twiceshy")  # of a wing with its package's name
            place = f" at {'/'.join(parts[first:])}:{frame.tb_lineno}"
        frame = frame.tb_next
    return f"{type(error).__name__}{place}"
