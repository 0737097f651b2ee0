"""One way to read a file that somebody else made: regular, inside its folder, at most so many bytes, never waiting.

A cloned repository, a folder of logs or a report can hold a link to a device, a pipe that nobody writes to, or a file
without end. The name is looked at first, since a device may act on being opened; then it is opened without waiting, and
what was *opened* is looked at again, so that nothing is gained by swapping the file in between. Where a file really
lies is asked of the opened file, too: links are fine as long as they do not lead out of the folder that was named.

Part of the hook's own copy, so only what is built in is imported here. What this cannot bound is one single call of a
file system that never answers; whoever must not wait for that sets a clock of its own, as the hook does.
"""

from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import PathLike
    from typing import IO

try:
    import posix as system
except ImportError:  # Windows
    import nt as system  # type: ignore[import-not-found,no-redef,unused-ignore]  # the branch of the other platform

PATIENCE_S = 5.0
"""Seconds for one file; one of some MB on a slow disk takes a tenth of it (guess, 2026-11-22)."""
_PIECE = 1 << 20  # bytes read at once, between two looks at the clock (guess, 2026-11-22)
_KIND, _REGULAR = 0o170000, 0o100000
"""The bits of a mode that say what a file is, and their value for a regular one (defined by POSIX systems)."""
_INVALID = 22
"""Number of the error for what cannot be done with a file: ``EINVAL``, defined by all systems alike."""
_FLAGS = system.O_RDONLY
for _name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(system, _name, 0)
WORDS = {
    "not-a-file": "it is no regular file",
    "outside": "it is a link that leads out of its project",
    "too-large": "it is larger than is read of such a file",
    "too-slow": "it could not be read in time",
    "not-utf-8": "it is not UTF-8",
    "bad-name": "no file can have such a name",
}
"""Each reason for which a file is not read, in words."""


class ForeignFileError(OSError):
    """A file that is there and is not read; ``reason`` is a key of ``WORDS``."""

    def __init__(self, reason: str) -> None:
        """Take the reason."""
        super().__init__(_INVALID, WORDS[reason])
        self.reason = reason


def read_foreign(path: "str | PathLike[str]", most: int, inside: "str | PathLike[str]" = "") -> bytes:
    """Return the bytes of a file of at most ``most``; with ``inside`` it must really lie in that folder.

    Raises:
        ForeignFileError: it is not read, and why.
        OSError: it is not there, or the system does not let us.
    """
    until = monotonic() + PATIENCE_S
    file = open_foreign(path, inside)
    try:
        if system.fstat(file).st_size > most:
            raise ForeignFileError("too-large")
        parts, left = [], most + 1
        while part := system.read(file, min(_PIECE, left)):
            parts.append(part)
            left -= len(part)
            if not left:  # a file may grow while it is read, and some say that they are empty
                raise ForeignFileError("too-large")
            if monotonic() > until:
                raise ForeignFileError("too-slow")
    finally:
        system.close(file)
    return b"".join(parts)


def read_foreign_text(path: "str | PathLike[str]", most: int, inside: "str | PathLike[str]" = "") -> str:
    """Return the text of a file as ``read_foreign`` does, without a mark of UTF-8 at its start.

    Raises:
        ForeignFileError: it is not read, and why.
        OSError: it is not there, or the system does not let us.
    """
    try:
        return read_foreign(path, most, inside).removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError:
        raise ForeignFileError("not-utf-8") from None


def read_named(path: "str | PathLike[str]", most: int) -> bytes:
    """Return the bytes of at most ``most`` that a person named: what another command writes is fine, too.

    Raises:
        ForeignFileError: there is more.
        OSError: it is not there, or the system does not let us.
    """
    with open(path, "rb", 0) as file:  # noqa: PTH123  # part of the hook, which has no pathlib
        parts, left = [], most + 1
        while left and (part := file.read(min(_PIECE, left))):
            parts.append(part)
            left -= len(part)
    if not left:
        raise ForeignFileError("too-large")
    return b"".join(parts)


def stream_foreign(path: "str | PathLike[str]", buffering: int = -1) -> "IO[bytes]":
    """Open a file to be read piece by piece.

    Raises:
        ForeignFileError: it is not read, and why.
        OSError: it is not there, or the system does not let us.
    """
    return open(open_foreign(path), "rb", buffering)  # a number; who asked closes it


def open_foreign(path: "str | PathLike[str]", inside: "str | PathLike[str]" = "") -> int:
    """Open a regular file for reading, and return its number.

    Raises:
        ForeignFileError: it is no regular file, or does not lie inside.
        OSError: it is not there, or the system does not let us.
    """
    try:
        require_regular(path)
        file: int = system.open(path, _FLAGS)
    except ValueError:  # a zero byte, or half a surrogate pair
        raise ForeignFileError("bad-name") from None
    try:
        _require_fit(file, path, inside)
    except BaseException:
        system.close(file)
        raise
    return file


def _require_fit(file: int, path: "str | PathLike[str]", inside: "str | PathLike[str]") -> None:
    """Refuse an opened file that is no regular one, or lies outside."""
    if system.fstat(file).st_mode & _KIND != _REGULAR:
        raise ForeignFileError("not-a-file")
    if inside and not _contains(_find_place(inside), _find_place(path, file)):
        raise ForeignFileError("outside")


def require_regular(path: "str | PathLike[str]") -> None:
    """Make sure that a file is a regular one, for a library that opens it by its name.

    Raises:
        ForeignFileError: it is not.
        OSError: it is not there, or may not be looked at.
    """
    if system.stat(path).st_mode & _KIND != _REGULAR:
        raise ForeignFileError("not-a-file")


def require_inside(path: "str | PathLike[str]", inside: "str | PathLike[str]") -> None:
    """Make sure that a file that is to be written, there or not, would really lie in that folder.

    Raises:
        ForeignFileError: a link leads out of it.
    """
    from os.path import realpath  # noqa: PLC0415  # the hook writes nothing there

    if not _contains(realpath(inside), realpath(path)):
        raise ForeignFileError("outside")


def _find_place(path: "str | PathLike[str]", file: int = -1) -> str:
    """Return where a folder, or an opened file, really lies."""
    own = file < 0 and hasattr(system, "O_PATH")
    try:
        if own:  # looks at the folder and opens nothing
            file = system.open(path, system.O_PATH | system.O_CLOEXEC)
        place: str = system.readlink(f"/proc/self/fd/{file}")
    except (OSError, AttributeError):  # no Linux
        from os.path import realpath  # noqa: PLC0415  # twice the hook's time

        place = realpath(path)
        if not own and file >= 0:
            _require_same(system.stat(place), system.fstat(file))
    finally:
        if own and file >= 0:
            system.close(file)
    return place


def _require_same(named: "system.stat_result", opened: "system.stat_result") -> None:
    """Refuse a file whose name leads elsewhere by now."""
    if (named.st_dev, named.st_ino) != (opened.st_dev, opened.st_ino):
        raise ForeignFileError("outside")


def _contains(folder: str, place: str) -> bool:
    """Tell whether a place lies in a folder."""
    return place.startswith(folder.rstrip("/\\") + ("\\" if "\\" in folder else "/"))
