"""Git as a child process that only reads: it writes nothing, asks nothing of a network and runs nobody's programs.

A repository's own settings can name programs, which ``git_door`` keeps from running, and environment variables can
point git at another repository. With both switched off, reading a repository is as harmless as reading a file.
"""

import io
import os
import select
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from twiceshy.base.errors import SourceError
from twiceshy.base.git_door import guard_settings, guard_words, looks_at_files, override_programs, start_git

# How long git is waited for: as long as it goes on answering, else half a minute, and a stuck repository once.
#
# A repository can hold a pipe where git expects a file, and git waits for it for ever. Only the time in which we wait
# and git is silent counts: a long history that keeps coming is no fault.

IDLE_S = 30
"""Seconds of silence after which git is ended; the longest seen is 9, of a first commit among a million (guess,
2026-11-22)."""
_STUCK_S = 600
"""Seconds for which a repository that git got stuck in is not asked again (guess, 2026-11-22)."""
_LARGEST_BUFFER = 1 << 20  # bytes read at once (guess, 2026-11-22)
_stuck: dict[str, float] = {}
"""When git got stuck, by repository: a process that learns asks many questions, and waits for the first only."""


class _PatientPipe(io.RawIOBase):
    """The output of a process, of which each piece must come in time."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        if process.stdout is None:
            raise TypeError("the output was asked for")
        self.pipe = process.stdout

    def readable(self) -> bool:
        """Tell that this is for reading."""
        return True

    def readinto(self, buffer: "memoryview[int]", /) -> int:  # type: ignore[override]  # what BufferedReader gives
        """Read what is there, when something is.

        Raises:
            TimeoutError: nothing came in time.
        """
        _wait_for(self.pipe.fileno(), reading=True)
        data = os.read(self.pipe.fileno(), len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the pipe, too."""
        self.pipe.close()
        super().close()


def open_patiently(process: "subprocess.Popen[bytes]") -> io.BufferedReader:
    """Return the process's output; reading raises ``TimeoutError`` when nothing comes for ``IDLE_S``."""
    return io.BufferedReader(_PatientPipe(process), _LARGEST_BUFFER)


def write_lines(process: "subprocess.Popen[bytes]", lines: Iterable[str]) -> None:
    """Write the lines to the process, and close its input.

    Raises:
        TimeoutError: it did not take them in time.
    """
    if process.stdin is None:
        raise TypeError("the input was asked for")
    with process.stdin as pipe:
        left = memoryview("".join(f"{line}\n" for line in lines).encode())
        if hasattr(os, "set_blocking") and os.name != "nt":
            os.set_blocking(pipe.fileno(), False)
        try:
            while left:
                _wait_for(pipe.fileno(), reading=False)
                left = left[os.write(pipe.fileno(), left) :]
        except BrokenPipeError:
            return  # git ended first and says why


def _wait_for(file: int, *, reading: bool) -> None:
    """Wait until a pipe is ready.

    Raises:
        TimeoutError: it is not in time.
    """
    if os.name == "nt":  # only sockets can be waited for there
        return
    waiting = select.poll()  # `select` itself knows no number above 1023
    waiting.register(file, select.POLLIN if reading else select.POLLOUT)
    if not waiting.poll(IDLE_S * 1000):
        raise TimeoutError


def note_stuck(repo: Path) -> None:
    """Note that git got stuck in a repository."""
    _stuck[str(repo)] = time.monotonic()


def refuse_stuck(repo: Path) -> None:
    """Refuse to ask git about a repository that it got stuck in a short time ago.

    Raises:
        SourceError: it did.
    """
    if time.monotonic() - _stuck.get(str(repo), -float(_STUCK_S)) < _STUCK_S:
        raise SourceError(f"git got stuck in {str(repo)!r} before and is not asked again; look there for pipes")


_SETTINGS = (
    "core.bigFileThreshold=16m",  # a larger file is taken for binary: it is not held, and no patch of it is written
    "core.quotePath=true",
    "blame.ignoreRevsFile=",
    "diff.noprefix=false",
    "diff.mnemonicPrefix=false",
    "diff.suppressBlankEmpty=false",
    "diff.interHunkContext=0",
    "log.showRoot=true",
    "log.mailmap=false",
)
_MOST_BYTES = 256 << 20
"""Bytes of a short answer: the names of a million files have 80 MB (guess, 2026-11-22)."""
_KEPT_VARIABLES = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_EXEC_PATH", "GIT_TEST_")
"""Of git's own variables; the others (``GIT_DIR`` in a hook) would lead to another repository or run something."""


def ask_git(repo: Path, *words: str, accept: tuple[int, ...] = (0,)) -> str:
    """Run a git command that answers little, and return what it printed.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refused, or the repository is damaged.
    """
    with stream_git(repo, *words, accept=accept) as output:
        answer = output.read(_MOST_BYTES + 1)
        if len(answer) > _MOST_BYTES:  # twelve objects can name ten thousand million files
            raise SourceError(f"git {words[0]} answers more than {_MOST_BYTES >> 20} MB in {str(repo)!r}; it was ended")
        return answer.decode("utf-8", "backslashreplace")


@contextmanager
def stream_git(
    repo: Path,
    *words: str,
    stdin: Iterable[str] = (),
    accept: tuple[int, ...] = (0,),
    index: Path | None = None,
) -> Generator[IO[bytes], None, None]:
    """Give the output of a git command while it runs; leaving early ends the command, and so does its own silence.

    ``index``: the file that stands for what is staged, where it is not the repository's own; `git commit FILE` makes
    one.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refused, or the repository is damaged; raised at the end, after what could be read.
    """
    refuse_stuck(repo)
    guarded = guard_words(words)
    environment = _build_environment() | ({"GIT_INDEX_FILE": str(index)} if index else {})
    if looks_at_files(words[0]):
        names = ask_git(repo, "config", "--list", "-z", "--name-only").split("\0")
        environment |= override_programs(names)
    with tempfile.TemporaryFile() as errors:
        process = start_git(
            guarded,
            settings=(*_SETTINGS, *guard_settings(words[0])),
            environment=environment,
            stdin=subprocess.PIPE,
            stderr=errors,
            before=("-C", str(repo)),
            bufsize=0,
        )
        whole, output = False, None
        try:
            output = open_patiently(process)
            write_lines(process, stdin)
            yield output
            whole = not output.read(1)
        except TimeoutError as error:
            note_stuck(repo)
            raise SourceError(
                f"git {words[0]} was silent for {IDLE_S} s in {str(repo)!r} and was ended; "
                "look there for pipes and slow disks"
            ) from error
        finally:
            if not whole:
                process.kill()
            if output is not None:
                output.close()
            status = process.wait()
        if whole and status not in accept:
            errors.seek(0)
            raise _build_refusal(repo, words[0], errors.read(20_000).decode("utf-8", "replace"))


def _build_environment() -> dict[str, str]:
    """Return the environment for git.

    No repository but the one named, no transport, no prompt, English messages.
    """
    kept = {name: value for name, value in os.environ.items() if name[:4] != "GIT_" or name.startswith(_KEPT_VARIABLES)}
    return kept | {
        "GIT_ALLOW_PROTOCOL": "",  # a partial clone would fetch what it lacks
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _build_refusal(repo: Path, word: str, said: str) -> SourceError:
    name = repr(str(repo))
    if "dubious ownership" in said or "unsafe repository" in said:
        return SourceError(
            f"git does not read {name}, which belongs to another user; if you trust it: "
            f"git config --global --add safe.directory {repo!s}"
        )
    if "not a git repository" in said:
        return SourceError(f"{name} is not inside a git repository")
    first = next((line for line in said.splitlines() if line.startswith(("fatal", "error"))), said.strip()[:300])
    if "promisor remote" in said or "lazy fetching disabled" in said:
        return SourceError(
            f"{name} is a partial clone and lacks what git {word} needs; nothing is fetched unasked. "
            f"A git {word} of your own fetches it"
        )
    return SourceError(f"git {word} failed in {name}: {first}; try `git fsck` there")
