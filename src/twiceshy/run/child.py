"""Start the command, and end it with everything it started.

The command stays in the caller's process group, so that Ctrl-C, Ctrl-Z, ``fg``, pipelines and prompts work as they do
without a wrapper. (GNU timeout makes a group of its own: killing is easy then, but the command cannot read the
terminal; with ``--foreground`` it can, but grandchildren survive.) What must be ended is found by kinship instead: on
Linux the wrapper is a subreaper, so whatever loses its parent becomes its child, sessions and groups notwithstanding,
and "no child left" is certain. Elsewhere kinship is read from ``ps``, which a process that daemonises escapes.
"""

from __future__ import annotations

import errno
import os
import signal
import sys

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_PR_SET_PDEATHSIG = 1  # the kernel's number, <linux/prctl.h>
_PR_SET_CHILD_SUBREAPER = 36  # the kernel's number, <linux/prctl.h>
_SIGKILLED = 137  # 128 + SIGKILL, the convention of shells
_LINUX = sys.platform == "linux"
_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")
"""What Python sets ``LC_CTYPE`` to where it finds the C locale (PEP 538)."""


class StartError(Exception):  # says what happened, as OSError's kinds do
    """The command did not start; ``number`` is the errno."""

    def __init__(self, number: int) -> None:
        super().__init__(os.strerror(number))
        self.number = number


class LibC:
    """The calls of the C library that ``os`` lacks, without ``ctypes``, whose import costs a start-up 2 ms."""

    def __init__(self) -> None:
        """Find them.

        Raises:
            ImportError: this Python was built without foreign calls.
            OSError: the library lacks one.
        """
        from _ctypes import call_cdeclfunction, dlopen, dlsym  # noqa: PLC0415  # not everywhere built

        library = dlopen(None, 0)  # type: ignore[arg-type]  # None is this program with its C library
        self.call: Callable[[int, tuple[int | bytes, ...]], int] = call_cdeclfunction
        self.of_prctl = dlsym(library, "prctl")
        self.of_signalfd = dlsym(library, "signalfd")

    def prctl(self, *words: int) -> int:
        """Tell the kernel something about this process: an option and its values."""
        return self.call(self.of_prctl, words)

    def signalfd(self, mask: bytes, flags: int) -> int:
        """Return a descriptor that yields these signals; -1 where there can be none."""
        return self.call(self.of_signalfd, (-1, mask, flags))


def load_libc() -> LibC | None:
    """Return the calls that ``os`` lacks; None where they cannot be had."""
    try:
        return LibC() if _LINUX else None
    except (ImportError, OSError):
        return None


class Family:
    """The command and all its descendants."""

    def __init__(self, library: LibC | None) -> None:
        """Start with no process.

        Children that this process had before (a shell that ``exec``-ed it) are not of the family.
        """
        self.library = library
        self.pid = 0
        """The command's process; 0 before it starts and after it was waited for."""
        self.usage = (0.0, 0.0, 0)
        """User and system seconds of all that ended and those that they waited for, and KiB of the largest."""
        self.prepare: Callable[[str], None] = lambda _: None
        """Called in the new process with the program's path, before it becomes that program."""
        self.ours = set(_list_children(os.getpid())) if _LINUX else set()
        self.known: set[int] = set()
        """Elsewhere than on Linux: who was of the family when we last looked, and so still is without its parent."""
        self.adopts = _LINUX and library is not None and library.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0

    def start(
        self, command: Iterable[str], fds: Mapping[int, int], hand_back: Callable[[], None], *, leads_session: bool
    ) -> None:
        """Run the command with its descriptors ``fds`` (number there: ours; -1 closes it).

        Raises:
            StartError: it is not there or cannot be run.
            OSError: there can be no further process.
        """
        argv = list(command)
        said, saying = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                self.become(argv, fds, hand_back, parent=parent, session=leads_session)
            except OSError as error:
                os.write(saying, str(error.errno or errno.EIO).encode())
            except BaseException:  # noqa: BLE001  # a second copy of the wrapper must not go on
                os.write(saying, str(errno.EIO).encode())
            os._exit(127)
        os.close(saying)
        number = os.read(said, 16)
        os.close(said)
        if number:
            os.waitpid(pid, 0)
            raise StartError(int(number))
        self.pid = pid

    def become(
        self, argv: list[str], fds: Mapping[int, int], hand_back: Callable[[], None], *, parent: int, session: bool
    ) -> None:
        """Become the command, in the child.

        Raises:
            OSError: it cannot.
        """
        if session:
            os.setsid()
        _place_fds(fds)
        if session:
            import fcntl  # noqa: PLC0415  # only with --pty
            import termios  # noqa: PLC0415

            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        if _LINUX and self.library is not None:
            self.library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:  # the wrapper died before we asked for its signal
                os._exit(_SIGKILLED)
        hand_back()
        _restore_locale()
        _execute(argv, self.prepare)

    def descendants(self) -> list[int]:
        """Return the living processes of the family, parents first; zombies may be among them."""
        if not _LINUX:
            self.known = set(_list_descendants({self.pid} | self.known))
            return sorted(self.known)
        found = self.list_own_children()
        for pid in found:
            found += _list_children(pid)
        return found

    def send(self, number: int) -> set[int]:
        """Send the signal to the whole family, once each, and return who got it.

        A process is signalled before its children are listed: the kernel lets no fork pass a signal, so that whoever it
        started before is on the list, and what its handler starts (a trap's cleaning up) is not, or hardly ever.
        Children of one that died of it are ours by then, hence the second look.
        """
        sent: set[int] = set()
        while fresh := [pid for pid in self.list_own_children() if pid not in sent]:
            for pid in fresh:
                sent.add(pid)
                send_signal(pid, number)
                fresh += [child for child in _list_children(pid) if child not in sent] if _LINUX else []
        return sent

    def list_own_children(self) -> list[int]:
        """Return those of the family whose parent we are; all of it where we cannot adopt."""
        if not _LINUX:
            return self.descendants()
        return [pid for pid in _list_children(os.getpid()) if pid not in self.ours]

    def reap(self) -> int | None:
        """Wait for all processes that ended, and return the command's wait status if it is among them; else None.

        What each used counts, also of those that nobody but us waited for: their parent was gone.
        """
        outcome = None
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            if pid in self.ours:
                self.ours.discard(pid)
                continue
            user_s, system_s, peak_kib = self.usage
            self.usage = user_s + usage.ru_utime, system_s + usage.ru_stime, max(peak_kib, usage.ru_maxrss)
            if pid == self.pid:
                outcome = status
        return outcome

    def is_stopped(self) -> bool:
        """Tell whether the command itself is stopped (Linux only)."""
        return bool(self.pid) and read_stat_fields(self.pid)[:1] == [b"T"]


def _place_fds(fds: Mapping[int, int]) -> None:
    """Put each descriptor at its number, whatever stands there now.

    Raises:
        OSError: a number is beyond the process's limit.
    """
    import fcntl  # noqa: PLC0415  # a C module, 0.1 ms

    above = max(fds, default=2) + 1
    moved = {number: fcntl.fcntl(ours, fcntl.F_DUPFD_CLOEXEC, above) for number, ours in fds.items() if ours >= 0}
    for number, ours in moved.items():
        os.dup2(ours, number)
    for number, ours in fds.items():
        if ours < 0:
            os.close(number)


def _restore_locale() -> None:
    """Give this process the ``LC_CTYPE`` back that our caller gave us: in the C locale Python sets its own (PEP 538).

    The kernel keeps the environment that a program began with; elsewhere Python's mode tells what it did.
    """
    ours = os.environ.get("LC_CTYPE")
    if ours not in _COERCED or os.environ.get("LC_ALL"):  # then Python leaves it alone
        return
    try:
        fd = os.open("/proc/self/environ", os.O_RDONLY)
    except OSError:
        theirs = None if sys.flags.utf8_mode and "PYTHONUTF8" not in os.environ else ours
    else:
        given = b""
        while more := os.read(fd, 1 << 16):
            given += more
        os.close(fd)
        found = [line[9:] for line in given.split(b"\0") if line.startswith(b"LC_CTYPE=")]
        theirs = os.fsdecode(found[0]) if found else None
    if theirs is None:
        os.environ.pop("LC_CTYPE")
    elif theirs != ours:
        os.environ["LC_CTYPE"] = theirs


def _execute(argv: list[str], prepare: Callable[[str], None]) -> None:
    """Replace this process by the command, as execvp(3) does, scripts without ``#!`` included.

    ``prepare`` gets the program's path before.

    Raises:
        OSError: it cannot be done.
    """
    name = argv[0]
    if not name:  # else the first folder of the PATH would be "found", and could not be run
        raise FileNotFoundError(errno.ENOENT, "")
    folders = os.environ.get("PATH", os.defpath).split(":")
    refused: OSError | None = None
    for path in [name] if "/" in name else [f"{folder or '.'}/{name}" for folder in folders]:
        try:
            prepare(path)
            os.execv(path, argv)  # noqa: S606  # the whole point
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            if error.errno == errno.ENOEXEC:
                prepare("/bin/sh")
                os.execv("/bin/sh", ["/bin/sh", path, *argv[1:]])  # noqa: S606
            refused = refused or error
    raise refused or FileNotFoundError(errno.ENOENT, "")


def send_signal(pid: int, number: int) -> None:
    """Send one signal, if that process is there and ours to signal."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _list_children(pid: int) -> list[int]:
    """Return the direct children of a process on Linux.

    They come from the whole process table where the kernel keeps no list.
    """
    found: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  # pathlib costs 5 ms
            fd = os.open(f"/proc/{pid}/task/{task}/children", os.O_RDONLY)
            try:
                data = b""
                while more := os.read(fd, 65536):
                    data += more
                found += map(int, data.split())
            finally:
                os.close(fd)
    except FileNotFoundError:
        if not os.path.exists("/proc/self/task") or os.path.exists(f"/proc/self/task/{os.getpid()}/children"):  # noqa: PTH110
            return found  # it ended while we looked
        return [
            other
            for other in map(int, filter(str.isdigit, os.listdir("/proc")))  # noqa: PTH208
            if read_stat_fields(other)[1:2] == [str(pid).encode()]
        ]
    except OSError:
        return found
    return found


def read_stat_fields(pid: int) -> list[bytes]:
    """Return the fields of ``/proc/PID/stat`` from the third (state, parent, ...); empty for no such process."""
    try:
        fd = os.open(f"/proc/{pid}/stat", os.O_RDONLY)
    except OSError:
        return []
    try:
        return os.read(fd, 4096).rpartition(b")")[2].split()
    except OSError:
        return []
    finally:
        os.close(fd)


def _list_descendants(roots: set[int]) -> list[int]:
    """Return the living among these processes, and all their descendants.

    They come from ``ps``, for systems without ``/proc``.
    """
    import subprocess  # noqa: PLC0415  # only to end a run elsewhere than on Linux

    listing = subprocess.run(["/bin/ps", "-axo", "pid=,ppid="], capture_output=True, check=False).stdout
    parents = [tuple(map(int, line.split())) for line in listing.splitlines() if len(line.split()) == 2]
    found = [pid for pid, _ in parents if pid and pid in roots]
    for pid in found:
        found += [child for child, parent in parents if parent == pid and child not in found]
    return found
