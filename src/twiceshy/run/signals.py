r"""Signals as something to read, with who sent them.

On Linux they are blocked and read from a signalfd: no handler ever interrupts a write half-way, and the kernel says
whether the terminal sent the signal (then the command, in the same foreground group, has it already; sending it again
would be the second Ctrl-C that means "now!" to many programs) or a process did. Elsewhere Python's own wake-up
descriptor stands in, and Ctrl-C, Ctrl-\ and Ctrl-Z are taken to come from the terminal where there is one.
"""

from __future__ import annotations

import os
import signal
import sys

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from twiceshy.run.child import LibC

ENDING = frozenset({signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP})
STOPPING = frozenset({signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU})
_FORWARDED = frozenset({signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH})
_FROM_KERNEL = 0x80  # SI_KERNEL of the kernel's <signal.h>: no process sent it
_RECORD_BYTES = 128  # sizeof(struct signalfd_siginfo), the kernel's layout
_SIGSET_BYTES = 128  # sizeof(sigset_t): the layout of glibc and musl
_SFD_FLAGS = 0o2000000 | 0o4000  # the kernel's SFD_CLOEXEC | SFD_NONBLOCK


class Signals:
    """The signals of this process from now on."""

    def __init__(self, libc: LibC | None, *, has_terminal: bool) -> None:
        """Start to collect them. What the caller set to be ignored (nohup, a background job) stays ignored."""
        self.has_terminal = has_terminal
        self.typed = False
        """Whether somebody typed Ctrl-C, for certain: the terminal sent the interrupt, and no process did."""
        wanted = ENDING | STOPPING | _FORWARDED | {signal.SIGCONT, signal.SIGCHLD}
        self.caught = {number for number in wanted if signal.getsignal(number) is not signal.SIG_IGN}
        self.child_ignored = signal.getsignal(signal.SIGCHLD) is signal.SIG_IGN
        if self.child_ignored:  # then nobody could be waited for
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.caught.add(signal.SIGCHLD)
        self.mask_before = signal.pthread_sigmask(signal.SIG_BLOCK, self.caught)
        self.from_signalfd = False
        self.fd = self.signalfd(libc) if libc is not None and sys.platform == "linux" else -1
        if self.fd < 0:
            self.fd = self.open_wakeup_pipe()

    def signalfd(self, libc: LibC) -> int:
        """Return a descriptor that yields the blocked signals; -1 where the system has none."""
        mask = bytearray(_SIGSET_BYTES)
        for number in self.caught:
            mask[(number - 1) // 8] |= 1 << (number - 1) % 8
        if sys.byteorder == "big":
            return -1
        fd = libc.signalfd(bytes(mask), _SFD_FLAGS)
        self.from_signalfd = fd >= 0
        return fd

    def open_wakeup_pipe(self) -> int:
        """Return the reading end of a pipe into which Python writes each signal's number."""
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        os.set_blocking(writing, False)
        for number in self.caught:
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        signal.pthread_sigmask(signal.SIG_SETMASK, self.mask_before)
        return reading

    def read(self) -> list[tuple[int, bool]]:
        """Return the signals since the last call: number, and whether the terminal sent it to the command too."""
        try:
            data = os.read(self.fd, _RECORD_BYTES * 32)
        except (BlockingIOError, InterruptedError):
            return []
        if not self.from_signalfd:
            doubled = {signal.SIGINT, signal.SIGQUIT, *STOPPING}
            return [(number, self.has_terminal and number in doubled) for number in data]
        records = [data[place : place + _RECORD_BYTES] for place in range(0, len(data), _RECORD_BYTES)]
        heard = [
            (int.from_bytes(record[:4], sys.byteorder), int.from_bytes(record[8:12], sys.byteorder) == _FROM_KERNEL)
            for record in records
        ]
        self.typed = self.typed or (signal.SIGINT, True) in heard
        return heard

    def restore_signals(self) -> None:
        """Restore everything as our caller had it, in the child, before it becomes the command."""
        for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores these for itself
            signal.signal(number, signal.SIG_DFL)
        if self.child_ignored:
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, self.mask_before)


def die_by_signal(number: int) -> None:
    """End this process by that signal, without a core file."""
    signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    os.kill(os.getpid(), number)


def interrupt_job() -> None:
    """Send an interrupt to our process group, as our terminal would were it not raw: a script that runs us is in it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.killpg(0, signal.SIGINT)
