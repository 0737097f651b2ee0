"""A program of the user's that answers questions about edits: one JSON object a line in, one a line out.

It is started once, without a shell. Two threads of ours read and write, so that neither side can hang the other: a
program that does not read, or writes without end, is late and no more.
"""

import contextlib
import json
import shlex
import subprocess
from collections.abc import Mapping
from queue import Empty, Queue
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import IO, Any, Final, Self

from benchmarks.edits.edit_figures import ProgramRecord
from twiceshy.base.errors import SourceError, ToolMissing, UsageError

PATIENCE_S: Final = 30.0
"""Seconds that an answer may take (guess, 2026-11-24: a small model on a processor writes 60 lines in it)."""
_MOST_LATE: Final = 5
"""Questions in a row without an answer in time after which it is given up (guess, 2026-11-24)."""
_LONGEST: Final = 1 << 20
"""Bytes of a line; no answer is as long (guess, 2026-11-24: as a text that is kept whole)."""
_ENDING_S: Final = 5.0
"""Seconds to end in when there are no more questions (guess, 2026-11-24)."""
_HURRY_S: Final = 0.1
"""The same where something went wrong on our side (guess, 2026-11-24)."""
_WAITING: Final = 100
"""Lines that are read ahead of being looked at (guess, 2026-11-24)."""


_DIGITS: Final = 10
"""Digits of a question's number are fewer (by definition: so is a number of rows)."""


class AnswerProgram:
    """Use it as a context manager: the program is started on the way in, and gone on the way out."""

    def __init__(self, command: str, patience_s: float = PATIENCE_S) -> None:
        try:
            self._words = shlex.split(command)
        except ValueError as exc:
            raise UsageError(f"--program {command!r:.100} cannot be read: {exc}") from exc
        if not self._words:
            raise UsageError('--program takes a command, such as "python3 next_edit.py"')
        self._patience_s = patience_s
        self._lines: Queue[bytes] = Queue(_WAITING)
        self._told: Queue[bytes | None] = Queue()
        self._over = False
        self._asked = self._late = self._garbage = self._wrong_id = self._late_in_a_row = 0

    def __enter__(self) -> Self:
        """Start it.

        Raises:
            ToolMissing: there is no such program, or it may not be run.
        """
        try:
            self._process = subprocess.Popen(  # a person named it in this call
                self._words, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        except OSError as exc:
            raise ToolMissing(f"{self._words[0]} cannot be run: {exc.strerror}") from exc
        assert self._process.stdin is not None  # pipes were asked for
        assert self._process.stdout is not None
        pipes = ((self._write, self._process.stdin), (self._read, self._process.stdout))
        self._threads = [Thread(target=function, args=(stream,), daemon=True) for function, stream in pipes]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say that there are no more questions, and end it if it does not end itself."""
        self._over = True
        self._told.put(None)
        for end in (None, self._process.terminate, self._process.kill):
            if end is not None:
                end()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_ENDING_S if kind is None else _HURRY_S)
                break
        with contextlib.suppress(Empty):
            while True:  # a reader that waits for room comes on, and sees that it is over
                self._lines.get_nowait()
        for thread in self._threads:
            thread.join(_HURRY_S)  # one whose pipe a program's own child holds is left to itself

    def ask(self, question: Mapping[str, Any]) -> str | None:
        """Return what the program says to a question; None where it says nothing, or nothing that can be used.

        Raises:
            SourceError: it ended, or said nothing to several questions in a row.
        """
        self._asked += 1
        asked = {"id": str(self._asked), **question}
        self._told.put(json.dumps(asked, ensure_ascii=True).encode() + b"\n")
        until = monotonic() + self._patience_s
        while (line := self._wait(until)) is not None:
            if not line:
                raise SourceError(f"{self._words[0]} {self._tell_end()} at question {self._asked}")
            answer = _parse(line)
            name = None if answer is None else answer["id"]
            if self._is_old(name):
                continue
            self._late_in_a_row = 0
            if answer is None:
                self._garbage += 1
                return None
            if name != asked["id"]:
                self._wrong_id += 1
                return None
            said: str | None = answer["new"]
            return said
        self._late += 1
        self._late_in_a_row += 1
        if self._late_in_a_row == _MOST_LATE:
            raise SourceError(
                f"{self._words[0]} gave no answer within {self._patience_s:g} s to {_MOST_LATE} questions in a row,"
                f" up to question {self._asked}"
            )
        return None

    def report(self, stopped: str = "") -> ProgramRecord:
        """Return what became of it so far."""
        return ProgramRecord(
            stopped=stopped, asked=self._asked, late=self._late, garbage=self._garbage, wrong_id=self._wrong_id
        )

    def _is_old(self, name: str | None) -> bool:
        """Tell whether an answer is to a question that is over: it came too late."""
        return name is not None and name.isdecimal() and len(name) < _DIGITS and 0 < int(name) < self._asked

    def _wait(self, until: float) -> bytes | None:
        """Return the next line; None where the time is over, empty where the program is."""
        try:
            return self._lines.get(timeout=max(0.0, until - monotonic()))
        except Empty:
            return None

    def _tell_end(self) -> str:
        """Return how it ended."""
        try:
            status = self._process.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            return "closed its output"
        return f"was ended by signal {-status}" if status < 0 else f"ended with {status}"

    def _write(self, stream: IO[bytes]) -> None:
        """Run in a thread: hand on what the program is told."""
        with contextlib.suppress(OSError, ValueError), stream:
            while (line := self._told.get()) is not None:
                stream.write(line)
                stream.flush()

    def _read(self, stream: IO[bytes]) -> None:
        """Run in a thread: take what it says, a line at a time; at the end an empty one."""
        with contextlib.suppress(OSError, ValueError), stream:
            while not self._over and (line := stream.readline(_LONGEST)):
                self._lines.put(line)
        if not self._over:
            self._lines.put(b"")


def _parse(line: bytes) -> dict[str, Any] | None:
    """Return an answer's fields; None where it is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("id"), str) or "new" not in found:
        return None
    return found if found["new"] is None or isinstance(found["new"], str) else None
