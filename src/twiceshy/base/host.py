"""What the system, the environment and the installation give this process: mended where it can be, else named.

A closed stream, a zone that no clock has, a full disk, a limit on files or memory and a library that is not there are
nobody's bug. Each is told apart here from what only a fault in this program can raise, and gets a sentence that says
what to do. On the way of every verb: nothing is imported that Python has not loaded at its start.
"""

import errno
import io
import os
import sys
from contextlib import suppress
from typing import TextIO, cast

from twiceshy.base.errors import SystemRefusal, ToolMissing, TwiceshyError

_LONGEST_OFFSET_S = 86_400
"""Seconds; a zone is less than a day away from UTC, as ``datetime`` documents it (Python 3.11, 2026-11-22)."""
_NO_SPACE = "Free some space there"
_NO_PERMISSION = "Give back the permission that is missing"
ADVICE = {
    errno.ENOSPC: _NO_SPACE,
    errno.EDQUOT: _NO_SPACE,
    errno.EFBIG: "Raise the limit on the size of files (`ulimit -f`)",
    errno.EACCES: _NO_PERMISSION,
    errno.EPERM: _NO_PERMISSION,
    errno.EROFS: "The disk is read-only: mount it for writing",
    errno.EIO: "The disk reports a fault: save what is on it",
    errno.EMFILE: "Raise the limit on open files (`ulimit -n`)",
    errno.ENFILE: "The whole machine has too many files open: close some programs",
    errno.ENOTDIR: "A file stands where a folder should be: move it away",
    errno.EEXIST: "A file stands where a folder should be: move it away",
    errno.EISDIR: "A folder stands where a file should be: move it away",
    errno.ELOOP: "A link there leads to itself: remove it",
    errno.ENAMETOOLONG: "Name a shorter path",
    errno.ENOENT: "It is gone, or a folder above it is",
    errno.ENOMEM: "Close some programs, or raise the limit on memory (`ulimit -v`)",
    errno.EAGAIN: "Too many processes run, or it is in use: wait, or raise the limit (`ulimit -u`)",
}
"""What to do about each refusal of the system."""
LIBRARIES = {
    "google-re2": "re2",
    "hyperscan": "hyperscan",
    "orjson": "orjson",
    "platformdirs": "platformdirs",
    "ruamel.yaml": "ruamel.yaml",
    "tomlkit": "tomlkit",
    "tree-sitter": "tree_sitter",
    "tree-sitter-bash": "tree_sitter_bash",
    "tree-sitter-go": "tree_sitter_go",
    "tree-sitter-javascript": "tree_sitter_javascript",
    "tree-sitter-python": "tree_sitter_python",
    "tree-sitter-typescript": "tree_sitter_typescript",
    "zstandard": "zstandard",
}
"""What must be installed with us: the name for pip, and the module that we import."""
_EXTRAS = {
    "numpy": "meaning",
    "chromadb": "chroma",
    "regex": "perl",
    "mcp": "mcp",
    "mcp_types": "mcp",
    "anyio": "mcp",
}
"""Extra of ours by the module that it brings."""
_WING_EXTRAS = {"lightgbm": "git[train]", "pyarrow": "data[export]"}
"""Extra of a wing of ours by the module that it brings."""
_BELOW = {"data": "git", "fleet": "git"}
"""What a wing stands on, by the wing."""
REINSTALL = "in the checkout: `pipx install --force .` (or `pip install --force-reinstall .`)"


def how_to_add(wing: str) -> str:
    """Return how a wing of ours comes beside us."""
    folders = " ".join(f"./wings/{one}" for one in (_BELOW.get(wing, ""), wing) if one)
    return f"in the checkout: `pip install {folders}` (or `pipx inject twiceshy {folders}`)"


def mend_streams() -> None:
    """Put something in the place of closed standard streams, so that no file of ours is opened in their place.

    A file that got number 1 or 2 would take whatever somebody prints.
    """
    with suppress(OSError):  # no descriptor is left: then none can be opened in a stream's place either
        while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
            os.set_inheritable(number, True)
        os.close(number)
    sys.stdin = sys.stdin or _open_stream(0, "r")
    sys.stdout = sys.stdout or _open_stream(1, "w")
    sys.stderr = sys.stderr or _open_stream(2, "w")


def _open_stream(number: int, mode: str) -> TextIO:
    """Return a stream on the descriptor; one that leads nowhere where it cannot be opened."""
    try:
        return cast("TextIO", open(number, mode, encoding="utf-8", closefd=False))  # stays open
    except OSError:
        return io.TextIOWrapper(io.BytesIO(), encoding="utf-8")


def mend_umask() -> None:
    """Let the owner use the files that are made: a umask that takes that away leaves a store that nobody can open."""
    os.umask(os.umask(0o077) & 0o077)


def mend_zone() -> str:
    """Take UTC where ``TZ`` names a zone that no clock can have; return the sentence to say then, else nothing."""
    import time  # noqa: PLC0415  # built in

    if max(abs(time.timezone), abs(time.altzone)) < _LONGEST_OFFSET_S:
        return ""
    odd = os.environ.get("TZ", "")
    os.environ["TZ"] = "UTC"
    if hasattr(time, "tzset"):
        time.tzset()
    return f"TZ={odd!r} names no zone (an offset is less than 24 hours); times are shown in UTC."


def explain_refusal(error: BaseException) -> TwiceshyError | None:
    """Return our error for what the system or the installation did; None where that is not the cause."""
    if isinstance(error, MemoryError):
        return SystemRefusal(f"memory ran out. {ADVICE[errno.ENOMEM]}, then try again. What was stored is whole.")
    if isinstance(error, ImportError):
        return _explain_import(error)
    if isinstance(error, OSError):
        return _explain_os_error(error)
    if isinstance(error, RuntimeError):
        return _explain_runtime_error(error)
    if isinstance(error, BaseExceptionGroup):  # several tasks at once: a bug among them stays one
        known = [explain_refusal(one) for one in error.exceptions]
        return None if None in known else known[0]
    return None


def _explain_runtime_error(error: RuntimeError) -> TwiceshyError | None:
    """Return our error for what Python has no type of its own for; its words are its own."""
    if "home directory" in str(error):
        return SystemRefusal("no home folder is known for this user, or for one that a path names: set HOME.")
    if "can't start new thread" in str(error):
        return SystemRefusal(f"the system gave no thread. {ADVICE[errno.ENOMEM]}, or on processes (`ulimit -u`).")
    return None


def _explain_import(error: ImportError) -> TwiceshyError | None:
    """Return our error for a library that is missing or does not load; None for a module of ours."""
    name = error.name or ""
    top = name.split(".")[0]
    if top.startswith("twiceshy_") and name == top:
        wing = top.removeprefix("twiceshy_")
        return ToolMissing(f"this needs the {wing} wing, which is not installed here. Install it {how_to_add(wing)}.")
    if top == "twiceshy" or top.startswith("twiceshy_"):
        return None
    if extra := _WING_EXTRAS.get(top):
        return ToolMissing(f"the library {top} is missing: pip install './wings/{extra}' in the checkout.")
    if extra := _EXTRAS.get(top):
        return ToolMissing(f"the library {top} is missing: pip install '.[{extra}]' in the checkout.")
    shown = next((known for known, module in LIBRARIES.items() if module.split(".")[0] == top), name)
    if not shown:
        return ToolMissing(f"a library does not load ({error}). Install twiceshy again, {REINSTALL}.")
    return ToolMissing(f"the library {shown} is missing or does not load. Install twiceshy again, {REINSTALL}.")


def _explain_os_error(error: OSError) -> TwiceshyError:
    """Return our error for a refusal of the system: which thing, why, and what to do."""
    advice = ADVICE.get(error.errno or 0, "Try again")
    reason = error.strerror or str(error) or type(error).__name__
    if error.filename is not None:
        named = [_show_path(name) for name in (error.filename, error.filename2) if name is not None]
        return SystemRefusal(f"{' -> '.join(named)}: {reason}. {advice}, then run the same command again.")
    try:
        os.getcwd()  # noqa: PTH109  # the question, not the folder
    except OSError as gone:
        return SystemRefusal(f"the working folder is gone or may not be read ({gone.strerror}). Change to another one.")
    return SystemRefusal(f"the system refused: {reason}. {advice}, then run the same command again.")


def _show_path(name: object) -> str:
    return os.fsdecode(name) if isinstance(name, bytes | str | os.PathLike) else f"descriptor {name}"


def used_cpu() -> float:
    """Return the CPU seconds of this process and of those that it waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
