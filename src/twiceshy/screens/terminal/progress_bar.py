"""How far a long computation is, on stderr: one line that moves on a terminal, one line a step elsewhere."""

import sys
import time
from collections.abc import Callable
from typing import Self, TextIO

from twiceshy.records.ingest import Progress, StepProgress
from twiceshy.screens.terminal.formats import duration, number, size

_REDRAW_S = 0.1  # seconds between two drawings of the bar (guess, 2026-11-21)
_BAR_WIDTH = 30  # columns (guess, 2026-11-21)
_FORETELLS = 0.02  # share done from which on the time left is told (guess, 2026-11-21)


def watch_steps(*, silent: bool) -> "StepWatch":
    """Return what shows steps on stderr; it shows nothing where the answer is for a program (``silent``)."""
    return StepWatch(None if silent else sys.stderr)


class StepWatch:
    """Shows each step as it comes; the moving line goes away at the end."""

    def __init__(self, stream: TextIO | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.stream = stream
        self.clock = clock
        self.moves = stream is not None and stream.isatty()
        self.step = ""
        self.begun = clock()
        self.drawn_at: float | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def show(self, progress: StepProgress) -> None:
        """Show the step: a new one at once, the same one at most ten times a second and only on a terminal."""
        if self.stream is None:
            return
        now = self.clock()
        new = progress.step != self.step
        if new:
            self.step, self.begun = progress.step, now
        if not self.moves:
            if new:
                self._write(f"{progress.step} ...\n")
            return
        if new or self.drawn_at is None or now - self.drawn_at >= _REDRAW_S:
            self.drawn_at = now
            self._write(f"\r\x1b[K{render_bar(progress, now - self.begun)}")

    def say(self, text: str) -> None:
        """Say a sentence that stays, above the moving line."""
        self.clear()
        self._write(f"{text}\n")

    def clear(self) -> None:
        """Take the moving line away."""
        if self.drawn_at is not None:
            self._write("\r\x1b[K")
            self.drawn_at = None

    def _write(self, text: str) -> None:
        if self.stream is not None:
            self.stream.write(text)
            self.stream.flush()


def step_of(found: Progress) -> StepProgress:
    """Return an ingest's progress as that of a step."""
    return StepProgress(step="Reading logs", done=found.bytes_done, total=found.bytes_total, unit="bytes")


def render_bar(progress: StepProgress, seconds: float) -> str:
    """Render how far a step is after so many seconds, and how long it will still take."""
    if not progress.total:
        done = f": {number(progress.done)} {progress.unit}" if progress.done else ""
        return f"{progress.step}{done} ..."
    share = min(progress.done / progress.total, 1.0)
    filled = round(_BAR_WIDTH * share)
    left = f", {duration(seconds * (1 / share - 1))} left" if share > _FORETELLS else ""
    return f"[{'#' * filled:.<{_BAR_WIDTH}}] {progress.step}: {_describe_amount(progress)}{left}"


def _describe_amount(progress: StepProgress) -> str:
    """Describe how much is done, in the step's unit."""
    if progress.unit == "bytes":
        return f"{size(progress.done)} of {size(progress.total)}"
    return f"{number(progress.done)} of {number(progress.total)} {progress.unit}"
