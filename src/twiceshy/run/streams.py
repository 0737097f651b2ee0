"""Copy a stream's bytes, unchanged and at once, without ever being stuck on a reader who does not read.

The descriptors that we got are shared with whoever started us, so their mode must not change: where the system lets us,
the same file is opened a second time, non-blocking; else at most as much is written as ``poll`` promises to take.
"""

from __future__ import annotations

import os
import select
import stat
import sys
import time

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from twiceshy.run.matchers import LineSearch
    from twiceshy.run.output_log import OutputLog

_BLOCK_BYTES = 1 << 18
"""Bytes of one read, and the size asked for each pipe (measured: 64 KiB costs 1.3x the CPU, 1 MiB gains nothing)."""
_ATOMIC_BYTES = 4096
"""Bytes that a writable pipe takes at once: the kernel's PIPE_BUF, which ``poll`` promises too."""
_F_SETPIPE_SZ = 1031  # the kernel's number, <linux/fcntl.h>
_TAIL_BYTES = 16384  # last bytes of a stream that are kept (guess, 2026-11-21)
_EARLY_BYTES = 1 << 18
"""First bytes of a stream that are kept with their times, to learn from later (guess, 2026-11-21)."""
_MOST_EARLY_PIECES = 4096
"""Pieces of them that are kept, however small (guess, 2026-11-21)."""


class Sink:
    """Where a stream's bytes go. What cannot be written now is kept, and no more is read meanwhile."""

    def __init__(self, fd: int) -> None:
        """Write to ``fd``, which is the caller's; -1: nowhere."""
        self.fd = fd
        self.own = -1
        self.pending: memoryview | None = None
        self.error: OSError | None = None
        """Why nothing can be written any more; a ``BrokenPipeError`` when the reader left."""
        self.sure = False
        self.last = 10
        """The last byte that was written; a newline before the first."""
        mode = os.fstat(fd).st_mode if fd >= 0 else 0
        self.can_break = stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
        """Whether the other end can leave, so that ``poll`` tells even while there is nothing to write."""
        self.can_block = self.can_break or stat.S_ISCHR(mode)
        if self.can_block:
            try:
                self.own = os.open(f"/proc/self/fd/{fd}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
            except OSError:  # a socket, another user's pipe, no /proc
                self.own = os.dup(fd)
                self.sure = True
        self.poll_fd = self.own if self.own >= 0 else fd

    @classmethod
    def from_own_fd(cls, fd: int) -> Sink:
        """Return a sink for a descriptor that nobody shares."""
        sink = cls(-1)
        os.set_blocking(fd, False)
        sink.fd = sink.poll_fd = fd
        return sink

    def write(self, data: bytes) -> None:
        """Write what can be written now; only called while nothing is pending."""
        if self.fd < 0 or self.error is not None:
            return
        self.last = data[-1]
        self.pending = memoryview(data)
        self.flush()

    def flush(self) -> None:
        """Write as much as can be written now of what is pending."""
        while self.pending is not None:
            if self.sure and not _is_writable(self.fd):
                return
            try:
                written = os.write(self.poll_fd, self.pending[:_ATOMIC_BYTES] if self.sure else self.pending)
            except BlockingIOError:
                return
            except OSError as error:
                self.error = error
                self.pending = None
                return
            self.pending = self.pending[written:] if written < len(self.pending) else None


def _is_writable(fd: int) -> bool:
    """Tell whether a write of a few bytes would not wait."""
    poll = select.poll()
    poll.register(fd, select.POLLOUT)
    return bool(poll.poll(0))


class OutputStream:
    """One output of the command (or our own input, in pipe mode) on its way to its sink."""

    def __init__(self, name: str, fd: int, sink: Sink, lines: LineSearch | None) -> None:
        """Read from ``fd``, the reading end."""
        self.name = name
        self.fd = fd
        self.sink = sink
        self.lines = lines
        self.log: OutputLog | None = None
        self.size = 0
        """Bytes so far."""
        self.newlines = 0
        self.tail: list[bytes] = []
        self.tail_size = 0
        self.early: list[tuple[float, bytes]] = []
        """The first bytes, by the monotonic clock."""
        self.searched_at = 0
        self.left = -1
        """Bytes still to be moved before we stop listening; -1: all there are."""

    def pump(self) -> int:
        """Move one block to the sink.

        Returns:
            Bytes moved; 0 when the stream is over (its descriptor is closed then), -1 when nothing is there yet.
        """
        try:
            data = os.read(self.fd, _BLOCK_BYTES if self.left < 0 else min(_BLOCK_BYTES, self.left))
        except BlockingIOError:
            return -1
        except OSError:  # EIO: the last program at a pseudo-terminal left
            data = b""
        if not data:
            self.close()
            return 0
        self.sink.write(data)
        if self.log is not None:
            self.log.write(data)
        if self.lines is not None:
            self.lines.feed(data)
        else:
            self.newlines += data.count(b"\n")
        self.size += len(data)
        if self.left > 0:
            self.left -= len(data)
        if self.size - len(data) < _EARLY_BYTES and len(self.early) < _MOST_EARLY_PIECES:
            self.early.append((time.monotonic(), data[: _EARLY_BYTES - self.size + len(data)]))
        self.keep(data)
        return len(data)

    def keep(self, data: bytes) -> None:
        """Remember the last bytes."""
        data = data[-_TAIL_BYTES:]
        self.tail.append(data)
        self.tail_size += len(data)
        while self.tail_size - len(self.tail[0]) >= _TAIL_BYTES:
            self.tail_size -= len(self.tail.pop(0))
        if len(self.tail) > 256:
            self.tail = [b"".join(self.tail)]

    def wants_more(self) -> bool:
        """Tell whether the next bytes should be read now."""
        return self.fd >= 0 and self.left != 0 and self.sink.pending is None

    def stop_listening(self) -> None:
        """Take only what lies in the pipe already, from now on."""
        if self.fd < 0 or self.left >= 0:
            return
        import fcntl  # noqa: PLC0415  # C modules, 0.1 ms, and only when a grandchild keeps the pipe
        import termios  # noqa: PLC0415

        waiting = fcntl.ioctl(self.fd, termios.FIONREAD, b"\0\0\0\0")
        self.left = int.from_bytes(waiting, sys.byteorder)

    def search_rest(self) -> None:
        """Search an unfinished line once it has been quiet for a moment."""
        if self.lines is not None and self.searched_at != self.size:
            self.searched_at = self.size
            self.lines.search_unfinished()

    def count_lines(self) -> int:
        """Return the lines so far, an unfinished last one included."""
        complete = self.newlines if self.lines is None else self.lines.complete
        return complete + (self.size > 0 and not self.tail[-1].endswith(b"\n"))

    def close(self) -> None:
        """Close the stream: it is over."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
            if self.lines is not None:
                self.lines.close()


def open_wide_pipe() -> tuple[int, int]:
    """Make a pipe with room for a block, so that its ends wake each other less; reading does not block."""
    import fcntl  # noqa: PLC0415  # a C module, 0.1 ms

    reading, writing = os.pipe()
    try:  # noqa: SIM105  # contextlib costs 4 ms to import
        fcntl.fcntl(writing, _F_SETPIPE_SZ, _BLOCK_BYTES)
    except OSError:  # above the user's limit, or not Linux
        pass
    os.set_blocking(reading, False)
    return reading, writing


def guard_standard_fds() -> set[int]:
    """Return which of 0, 1 and 2 the caller had closed.

    They are held open on nothing, so that no pipe lands there.
    """
    closed = set()
    for fd in (0, 1, 2):
        try:
            os.fstat(fd)
        except OSError:
            closed.add(fd)
            null = os.open(os.devnull, os.O_RDWR)
            if null != fd:
                os.dup2(null, fd, inheritable=False)
                os.close(null)
    return closed


def is_same_file(one: int, other: int) -> bool:
    """Tell whether two descriptors lead to the same file, pipe or terminal."""
    first, second = os.fstat(one), os.fstat(other)
    return (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino)
