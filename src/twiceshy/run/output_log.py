"""The user's own copy of a command's output: as it is, secrets included, in a file only they can read.

An earlier file of that name is kept, compressed, as ``FILE.1.gz`` and so on; a long run's file is turned over too. The
compressing is done by a process of its own, as it would hold up the command's output for a second or two.
"""

from __future__ import annotations

import os
import signal

_LARGEST_BYTES = 64 << 20
"""Bytes after which a new file begins (guess, 2026-11-21: what an editor still opens)."""
_MOST_OLDER_FILES = 5
"""Older files that are kept (guess, 2026-11-21)."""


class OutputLog:
    """The file being written."""

    def __init__(self, path: str) -> None:
        """Rotate what is there and begin the file.

        Raises:
            OSError: it cannot be written.
        """
        self.path = path
        self.size = 0
        self.error = ""
        self.helpers: set[int] = set()
        """Processes that compress; not the command's family."""
        self.fd = -1
        self.begin()

    def begin(self) -> None:
        """Begin a new file.

        Raises:
            OSError: it cannot be written.
        """
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
        if os.path.exists(self.path) and os.path.isfile(self.path) and os.path.getsize(self.path):  # noqa: PTH110, PTH113, PTH202  # pathlib costs 5 ms
            self.rotate()
        self.fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self.size = 0

    def rotate(self) -> None:
        """Make room: FILE becomes FILE.1, to be compressed, and the older ones move up."""
        for number in range(_MOST_OLDER_FILES - 1, 0, -1):
            older = f"{self.path}.{number}.gz"
            if os.path.exists(older):  # noqa: PTH110
                os.replace(older, f"{self.path}.{number + 1}.gz")  # noqa: PTH105
        plain = f"{self.path}.1"
        os.replace(self.path, plain)  # noqa: PTH105
        pid = os.fork()
        if pid:
            self.helpers.add(pid)
            return
        try:
            _compress(plain)
        finally:
            os._exit(0)

    def write(self, data: bytes) -> None:
        """Add to the file. A full disk ends the log, not the command."""
        if self.error:
            return
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self.fd, rest) :]
            self.size += len(data)
            if self.size >= _LARGEST_BYTES:
                self.begin()
        except OSError as error:
            self.error = f"--log {self.path}: {error.strerror}; the log is not complete"


def _compress(path: str) -> None:
    """Compress ``path`` to ``path.gz``, in a process of its own."""
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):  # or a reader would wait for us
        os.dup2(null, fd)
    os.closerange(3, 256)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    os.setsid()
    os.nice(10)
    import gzip  # noqa: PLC0415  # not in the wrapper's own process
    import shutil  # noqa: PLC0415

    with open(path, "rb") as plain, gzip.open(f"{path}.gz.part", "wb", 6) as packed:  # noqa: PTH123
        shutil.copyfileobj(plain, packed, 1 << 20)
    os.chmod(f"{path}.gz.part", 0o600)  # noqa: PTH101
    os.replace(f"{path}.gz.part", f"{path}.gz")  # noqa: PTH105
    os.remove(path)  # noqa: PTH107
