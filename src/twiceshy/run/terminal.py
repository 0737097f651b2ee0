"""A pseudo-terminal for a command that behaves differently without one: colours, progress bars, prompts.

What is typed goes on to it byte for byte, our own terminal is raw meanwhile, and its size is passed on. The command
leads a session of its own, whose processes the kernel does not let Ctrl-Z stop (their parent is in another session); so
we watch for the suspend character and stop them, and ourselves, instead.
"""

from __future__ import annotations

import fcntl
import os
import signal
import termios

from twiceshy.run.streams import Sink

DEFAULT_SIZE = b"\x18\x00\x50\x00\x00\x00\x00\x00"  # 24 x 80, as struct winsize on a little-endian machine
_LOCAL_FLAGS = 3  # index of lflag; layout of Python's termios
_CHARACTERS = 6  # index of cc; layout of Python's termios


class Terminal:
    """The pseudo-terminal and our own terminal's state."""

    def __init__(self, *, shown_raw: bool) -> None:
        """Open it; ``shown_raw``: our stdout is a terminal, which wants its carriage returns."""
        self.outer = 0 if os.isatty(0) else -1
        self.master, self.slave = os.openpty()
        os.set_blocking(self.master, False)
        self.input = Sink.from_own_fd(os.dup(self.master))
        self.input_open = True
        self.interrupted = False
        """Whether somebody typed the character that interrupts, which reached the pseudo-terminal's programs only."""
        self.saved = termios.tcgetattr(0) if self.outer == 0 else None
        if self.saved is not None:
            termios.tcsetattr(self.slave, termios.TCSANOW, self.saved)
        if not shown_raw:
            settings = termios.tcgetattr(self.slave)
            settings[1] &= ~termios.ONLCR  # a pipe or file gets the command's own line ends
            termios.tcsetattr(self.slave, termios.TCSANOW, settings)
        self.resize()

    def resize(self) -> None:
        """Give the pseudo-terminal our terminal's size; the kernel then tells the programs in it."""
        size = DEFAULT_SIZE
        for fd in (0, 1, 2):
            try:
                size = fcntl.ioctl(fd, termios.TIOCGWINSZ, b"\0" * 8)
                break
            except OSError:
                continue
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)

    def set_raw(self) -> None:
        """Pass every key on instead of acting on it, when we are the foreground job."""
        if self.saved is None or os.tcgetpgrp(0) != os.getpgrp():
            return
        settings = termios.tcgetattr(0)
        settings[0] &= ~(termios.BRKINT | termios.ICRNL | termios.INPCK | termios.ISTRIP | termios.IXON)
        settings[1] &= ~termios.OPOST
        settings[2] = settings[2] & ~(termios.CSIZE | termios.PARENB) | termios.CS8
        settings[_LOCAL_FLAGS] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        settings[_CHARACTERS][termios.VMIN], settings[_CHARACTERS][termios.VTIME] = 1, 0
        termios.tcsetattr(0, termios.TCSADRAIN, settings)

    def restore(self) -> None:
        """Restore our terminal. From the background this would stop us, so that signal is blocked meanwhile."""
        if self.saved is None:
            return
        held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
        try:
            termios.tcsetattr(0, termios.TCSADRAIN, self.saved)
        except (OSError, termios.error):  # the terminal is gone: nothing to restore
            pass
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)

    def take_input(self) -> bool:
        """Pass on what was typed; return True when it asks to suspend.

        Once the last program at the pseudo-terminal has left, what is typed is for who comes after us: it is not read.
        """
        try:
            settings = termios.tcgetattr(self.master)
        except termios.error:  # which is no OSError; its reader closed it
            self.input_open = False
            return False
        try:
            data = os.read(0, 4096)
        except OSError:
            data = b""
        characters = settings[_CHARACTERS]
        if not data:
            self.input_open = False
            if settings[_LOCAL_FLAGS] & termios.ICANON:
                self.input.write(characters[termios.VEOF])
            return False
        suspend = characters[termios.VSUSP]
        signals = self.saved is not None and bool(settings[_LOCAL_FLAGS] & termios.ISIG)
        self.interrupted = self.interrupted or (signals and characters[termios.VINTR] in data)
        if not signals or suspend not in data:
            self.input.write(data)
            return False
        before, _, after = data.partition(suspend)
        if rest := before + after:
            self.input.write(rest)
        return True
