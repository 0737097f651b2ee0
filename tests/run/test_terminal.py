"""At a terminal: Ctrl-C, Ctrl-Z and fg, resizing, prompts, and ``--pty``."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator
from typing import Protocol

import pytest
from tests.run.wrapping import LONG_S, Wrapped

from twiceshy.run.terminal import DEFAULT_SIZE, Terminal


class Screen:
    """A terminal of 24 x 80 with a process in it."""

    def __init__(self, words: list[str], environment: dict[str, str]) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(words[0], words, environment)
        self.seen = b""

    def wait_for(self, text: bytes, within_s: float = LONG_S) -> None:
        end = time.monotonic() + within_s
        while text not in self.seen:
            if time.monotonic() > end or not self.read(end - time.monotonic()):
                pytest.fail(f"no {text!r} in {self.seen!r}")
        self.seen = self.seen.partition(text)[2]

    def read(self, within_s: float) -> bool:
        if not select.select([self.fd], [], [], max(0, within_s))[0]:
            return False
        try:
            data = os.read(self.fd, 4096)
        except OSError:
            return False
        self.seen += data
        return bool(data)

    def settle(self) -> None:
        """Read until it is quiet, and forget what was there."""
        while self.read(0.3):
            pass
        self.seen = b""

    def type(self, keys: bytes) -> None:
        os.write(self.fd, keys)

    def resize(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def status(self) -> int:
        end = time.monotonic() + LONG_S
        while time.monotonic() < end:
            self.read(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
        pytest.fail("it does not end")


class Opener(Protocol):
    """Opens a terminal with a wrapped command, or with a shell in which ``tw`` wraps one."""

    def __call__(self, *words: str, shell: bool = False) -> Screen: ...


@pytest.fixture
def screen(wrapped: Wrapped) -> Iterator[Opener]:
    """Opens terminals with a wrapped command, or with a shell that has job control."""
    opened: list[Screen] = []

    def open_screen(*words: str, shell: bool = False) -> Screen:
        entry = wrapped.words()
        if shell:
            alias = "tw() { " + " ".join("'" + word.replace("'", "'\\''") + "'" for word in entry) + ' "$@"; }'
            environment = wrapped.environment | {"PS1": "", "TERM": "dumb", "ENTRY": alias}
            one = Screen(["/bin/bash", "--norc", "--noprofile", "-i"], environment)
            one.type(b'eval "$ENTRY"; PS1=; bind "set enable-bracketed-paste off"; stty -echo; echo rea""dy\n')
            one.wait_for(b"ready")
        else:
            one = Screen([*entry, *words], wrapped.environment)
        opened.append(one)
        return one

    yield open_screen
    for one in opened:
        os.close(one.fd)


PLAIN = pytest.mark.parametrize("mode", [[], ["--pty"]], ids=["plain", "pty"])


@PLAIN
def test_ctrl_c_reaches_the_command_once(screen: Opener, mode: list[str]) -> None:
    """Twice would mean "now!" to many programs."""
    script = (
        "import signal,time\ncount=[]\nsignal.signal(2, lambda *_: count.append(1))\nprint('up', flush=True)\n"
        "while not count: time.sleep(.01)\ntime.sleep(.3); print('count', len(count), flush=True)"
    )
    one = screen(*mode, "--", sys.executable, "-u", "-c", script)
    one.wait_for(b"up")
    one.type(b"\x03")

    one.wait_for(b"count 1")
    assert one.status() == 0


def test_ctrl_z_and_fg(screen: Opener) -> None:
    """The job stops and goes on as if there were no wrapper, and no clock runs while it is stopped."""
    one = screen(shell=True)
    one.type(b"tw --idle-timeout 1s -- sh -c 'echo up; read line; echo got $line'\n")
    one.wait_for(b"up")
    one.type(b"\x1a")
    one.wait_for(b"Stopped")
    time.sleep(1.2)
    one.settle()
    one.type(b"fg\n")
    one.settle()
    one.type(b"word\n")
    one.wait_for(b"got word")
    one.type(b"echo status $?\n")
    one.wait_for(b"status 0")


def test_ctrl_z_and_fg_with_a_pseudo_terminal(screen: Opener) -> None:
    """``--pty`` too, though the command is in a session of its own."""
    one = screen(shell=True)
    one.type(b"tw --pty -- sh -c 'echo up; read line; echo got $line'\n")
    one.wait_for(b"up")
    one.type(b"\x1a")
    one.wait_for(b"Stopped")
    one.settle()
    one.type(b"fg\n")
    one.settle()
    one.type(b"word\n")
    one.wait_for(b"got word")
    one.settle()  # what is typed while the terminal changes hands may be dropped
    one.type(b"echo status $?\n")
    one.wait_for(b"status 0")


def test_a_command_that_stops_itself_stops_the_job(screen: Opener) -> None:
    """Else the shell would wait for a wrapper that waits for it."""
    one = screen(shell=True)
    one.type(b"tw -- sh -c 'echo up; kill -STOP $$; echo again'\n")
    one.wait_for(b"up")
    one.wait_for(b"Stopped")
    one.settle()
    one.type(b"fg\n")
    one.wait_for(b"again")


@PLAIN
def test_ctrl_c_ends_a_loop_of_the_shell(screen: Opener, mode: list[str]) -> None:
    """As it would without us."""
    one = screen(shell=True)
    words = " ".join(mode).encode()
    one.type(b"for i in 1 2 3; do tw " + words + b" -- sh -c 'echo up; exec sleep 50'; done; echo over\n")
    one.wait_for(b"up")
    one.settle()
    one.type(b"\x03")
    one.settle()
    one.type(b'echo pro""mpt\n')
    one.wait_for(b"prompt")
    assert b"up" not in one.seen


@PLAIN
def test_ctrl_c_ends_a_script_that_loops(screen: Opener, mode: list[str]) -> None:
    """A shell that runs a script gets the terminal's signal itself; a pseudo-terminal's does not reach it."""
    one = screen(shell=True)
    words = " ".join(mode).encode()
    one.type(b'export ENTRY; bash -c \'eval "$ENTRY"; for i in 1 2 3; do tw ' + words)
    one.type(b' -- sh -c "echo up; exec sleep 50"; done; echo ov""er\'\n')
    one.wait_for(b"up")
    one.settle()
    one.type(b"\x03")
    one.settle()
    one.type(b"echo status $?\n")
    one.wait_for(b"status 130")


@PLAIN
def test_a_prompt_is_answered(screen: Opener, mode: list[str]) -> None:
    """The command reads what is typed."""
    one = screen(*mode, "--", "sh", "-c", "printf 'Name? '; read name; echo hello $name; exit 3")
    one.wait_for(b"Name? ")
    one.type(b"bird\n")
    one.wait_for(b"hello bird")
    assert one.status() == 3


@PLAIN
def test_resizing_is_passed_on(screen: Opener, mode: list[str]) -> None:
    """A full-screen program gets WINCH and the new size."""
    script = (
        "import os,signal,time\nsizes=[]\n"
        "signal.signal(signal.SIGWINCH, lambda *_: sizes.append(os.get_terminal_size(0)))\n"
        "print('up', flush=True)\nwhile not sizes: time.sleep(.01)\n"
        "print(sizes[-1].lines, sizes[-1].columns, flush=True)"
    )
    one = screen(*mode, "--", sys.executable, "-c", script)
    one.wait_for(b"up")
    one.resize(33, 101)
    one.wait_for(b"33 101")
    assert one.status() == 0


def test_only_pty_makes_a_terminal(screen: Opener, wrapped: Wrapped) -> None:
    """Without it the command sees a pipe; with it a terminal, though our own stdout is none."""
    ask = [sys.executable, "-c", "import os; print(*(os.isatty(fd) for fd in (0, 1, 2)), *os.get_terminal_size(0))"]

    assert wrapped("--pty", "--", *ask).stdout == b"True True True 80 24\n"
    assert DEFAULT_SIZE
    assert wrapped("--", sys.executable, "-c", "import os; print(os.isatty(1))").stdout == b"False\n"


def test_a_pseudo_terminal_passes_input_and_its_end(wrapped: Wrapped) -> None:
    """From a pipe, byte for byte, and then the end of file."""
    done = wrapped("--pty", "--", "sh", "-c", "stty -echo; echo up; cat; echo end", data=b"one\ntwo\n")

    assert done.stdout[-4:] == b"end\n"
    assert b"one\n" in done.stdout


def test_hanging_up_ends_the_run(screen: Opener, wrapped: Wrapped) -> None:
    """The terminal's window is closed: nobody is left."""
    one = screen("--kill-after", "200ms", "--", "sh", "-c", "trap '' HUP; echo up; sleep 60")
    one.wait_for(b"up")
    os.kill(one.pid, signal.SIGHUP)
    one.status()

    assert wrapped.survivors() == []


def test_what_is_typed_after_the_last_program_left_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is for the shell; the reader of the pseudo-terminal has closed it by then."""
    terminal = Terminal(shown_raw=False)
    os.close(terminal.slave)
    os.close(terminal.master)
    monkeypatch.setattr(os, "read", lambda *_: pytest.fail("somebody else's words were taken"))

    assert not terminal.take_input()
    assert not terminal.input_open
