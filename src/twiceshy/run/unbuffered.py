"""What keeps a command from holding its output back.

A program that finds a pipe instead of a terminal collects its output, so that a pattern matches late and a program
that works looks silent. Python asks its environment first; a program of the C library does so where the system's own
``libstdbuf.so`` is loaded ahead of it.
"""

from __future__ import annotations

import os
import stat
import sys

from twiceshy.run.preloading import HEAD_BYTES, accepts_library, find_script_program

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from collections.abc import Mapping

    from twiceshy.run.preloading import Reader

_PLACES = ("/usr/libexec/coreutils", "/usr/lib/coreutils", "/usr/lib64/coreutils")
"""Folders in which systems have coreutils' library (Debian's: seen; the others: guess, 2026-11-23)."""
_MOST_SCRIPTS = 4  # scripts that are run by scripts (guess, 2026-11-23: the kernel follows a few too)
_CHECKED_ORDER = "verify_asan_link_order"
"""A program with the address sanitizer, started by the command, checks that no library is ahead of it. Ours replaces
no function, so it need not."""
_REFUSES = b"ASan runtime does not come first"
"""What a program says that does not start behind a library."""
_CANNOT = b"libstdbuf.so' from LD_PRELOAD cannot be preloaded"
"""What the loader says of a program that the library does not fit, which then goes on."""
_REFUSED = "A program did not take the library that shows its lines at once: --buffered runs it without"


def choose_environment(environ: Mapping[str, str], library: str) -> dict[str, str]:
    """Return what to add to the command's environment; ``library``: the one it may get, empty for none.

    What the caller has set stands, also where it is empty.
    """
    added = {} if "PYTHONUNBUFFERED" in environ else {"PYTHONUNBUFFERED": "1"}
    if library and "_STDBUF_O" not in environ:
        added |= {"_STDBUF_O": "L", "LD_PRELOAD": _append(environ, "LD_PRELOAD", library)}
        if _CHECKED_ORDER not in environ.get("ASAN_OPTIONS", ""):
            added["ASAN_OPTIONS"] = _append(environ, "ASAN_OPTIONS", f"{_CHECKED_ORDER}=0")
    return added


def _append(environ: Mapping[str, str], name: str, value: str) -> str:
    """Return the variable's list with one more value."""
    before = environ.get(name, "")
    return f"{before}:{value}" if before else value


def ask_for_lines(path: str) -> None:
    """Prepare this process, which is about to become the program at ``path``, so that its lines come at once."""
    library = find_library(path) if os.access(path, os.X_OK) else ""
    os.environ.update(choose_environment(os.environ, library))


def find_refusal(written: bytes, status: int | None) -> str:
    """Return a sentence for a command of which a program complained that a library was ahead of it; else empty."""
    if "LD_PRELOAD" in os.environ:  # then it may be the caller's
        return ""
    return _REFUSED if _CANNOT in written or (status and _REFUSES in written) else ""


def find_library(path: str) -> str:
    """Return the system's library if that program may get it; empty where not, and elsewhere than on Linux."""
    if sys.platform != "linux":
        return ""
    for folder in _PLACES:
        library = f"{folder}/libstdbuf.so"
        head = _read_head(library)
        if head:
            return library if _takes(path, head) else ""
    return ""


def _takes(path: str | bytes, library: bytes) -> bool:
    """Tell whether the program, or what runs the script, may get the library with those first bytes."""
    for _ in range(_MOST_SCRIPTS):
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError:  # not there, or nobody may look
            return False
        try:
            head = _read_ordinary(fd)
            path = find_script_program(head)
            if not path:
                return accepts_library(head, _reader_of(fd), library)
        except OSError:
            return False
        finally:
            os.close(fd)
    return False


def _reader_of(fd: int) -> Reader:
    """Return what reads so many bytes from a place of the file."""
    return lambda size, at: os.pread(fd, size, at)


def _read_ordinary(fd: int) -> bytes:
    """Return the first bytes of a program; none where it runs as another user or group, or is no file."""
    mode = os.fstat(fd).st_mode
    return os.read(fd, HEAD_BYTES) if stat.S_ISREG(mode) and not mode & (stat.S_ISUID | stat.S_ISGID) else b""


def _read_head(path: str) -> bytes:
    """Return a file's first bytes; none where it cannot be read."""
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(fd, 32)
    finally:
        os.close(fd)
