"""Learn from the tools of a program: check what is known before a call, note what went wrong after it.

The program never waits for learning: notes go to one thread of our own. It appends failures, and the retries that
worked, to a file that ``learn`` folds into the lessons (``program_notes``), which takes no time and loses nothing.
Then it adds to the patterns in a YAML file beside it, which programs write one at a time. Every text is redacted
first.
"""

import atexit
import itertools
import os
import queue
import secrets
import threading
import time
from collections import deque
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from twiceshy.capture.projects import find_project
from twiceshy.config import Config, load
from twiceshy.errors import StoreBusy
from twiceshy.flows.lessons import program_notes
from twiceshy.lessons.seed_api import UsagePatternChecker, UsagePatternLearner, UsagePatternStorage
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.store.db import Store

_RECENT = 10
"""Earlier calls that a workflow is looked for in."""
_RETRY_S = 600.0
"""Seconds after a failure in which a success of the same tool counts as its retry (guess)."""
_LONGEST = 2_000
"""Characters of an input or message that are kept."""
SHORT = 16_384
"""Bytes of patterns that are read at once: some 100 ms; a longer file is read beside the program (guess)."""
_MOST_WAITING = 1_000
"""Notes that wait for the thread; more are dropped (guess)."""
_PATIENCE_S = 2.0
"""Of a program that ends, for notes that wait."""
Value = TypeVar("Value")


class Checked(NamedTuple):
    """What is known against a call."""

    tool: str
    warnings: tuple[str, ...] = ()
    should_block: bool = False
    pattern_ids: tuple[str, ...] = ()
    steps: tuple[Mapping[str, Any], ...] = ()


class _EndedCall(NamedTuple):
    """A call that has ended."""

    tool: str
    params: Mapping[str, object]
    message: str | None
    """What it failed with; None where it worked."""
    warned: tuple[str, ...]
    """Patterns that were warned of before it."""
    at: float
    before: "_EndedCall | None" = None
    """The failure that it is the retry of."""
    number: int = 0
    """Of the call, in this program."""


class _PatternSnapshot(UsagePatternStorage):
    """The patterns as last read, so that a check takes microseconds and never reads a long file."""

    def __init__(self, path: Path) -> None:
        """Create a snapshot of the file's patterns without reading it yet."""
        super().__init__(path)
        self.stamp: tuple[int, int] | None = None
        self._by_tool: dict[str, list[dict[str, Any]]] = {}

    def read_stamp(self) -> tuple[int, int] | None:
        """Return the file's modification time and size, which tell whether it changed; None if there is no file."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return (status.st_mtime_ns, status.st_size)

    def refresh(self) -> None:
        """Read the patterns that the file holds now.

        Raises:
            ValueError: the file is damaged; the patterns read before stay in use.
        """
        stamp = self.read_stamp()
        by_tool: dict[str, list[dict[str, Any]]] = {}
        for one in sorted(self.load(), key=lambda one: -float(one["confidence"])):
            by_tool.setdefault(str(one["tool"]), []).append(one)
        self._by_tool, self.stamp = by_tool, stamp

    def get_patterns_for_tool(self, tool: str, min_confidence: float = 0.0) -> list[dict[str, Any]]:
        """Return a tool's patterns as last read, highest confidence first."""
        return [one for one in self._by_tool.get(tool, ()) if one["confidence"] >= min_confidence]


class ProgramLearner:
    """Learns from the tool calls of one program."""

    def __init__(self, config: Config) -> None:
        """Create the learner without reading or writing anything yet."""
        self.config = config
        self.folder = program_notes.folder_of(config)
        self.storage = UsagePatternStorage(self.folder / program_notes.PATTERNS)
        self.run = secrets.token_hex(8)
        self.snapshot = _PatternSnapshot(self.storage.path)
        self.checker = UsagePatternChecker(self.snapshot)
        self.recent: deque[str] = deque(maxlen=_RECENT)
        self.failed: dict[str, _EndedCall] = {}
        self._asked: tuple[int, int] | None = None
        self._waiting: queue.Queue[_EndedCall | None] = queue.Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._scrubber: Scrubber | None = None
        self._project: str | None = None
        self._numbers = itertools.count(1)
        self._owed: deque[_EndedCall] = deque(maxlen=_MOST_WAITING)

    def check(self, tool: str, params: Mapping[str, object]) -> Checked:
        """Return what is known against a call with these inputs.

        If the file of patterns is long, they are used from the moment that the thread has read it.
        """
        stamp = self.snapshot.read_stamp()
        if stamp not in {self.snapshot.stamp, self._asked}:
            self._asked = stamp
            if stamp is None or stamp[1] <= SHORT:
                self.snapshot.refresh()
            else:
                self._enqueue(None)
        found = self.checker.check_before_call(tool, params, {"previous_tools": list(self.recent)})
        return Checked(
            tool,
            tuple(found["warnings"]),
            bool(found["should_block"]),
            tuple(found["pattern_ids"]),
            tuple(found["prevention_steps"]),
        )

    def note(self, tool: str, params: Mapping[str, object], message: str | None, checked: Checked) -> None:
        """Note the outcome of a call; the thread learns from it soon."""
        noted = _EndedCall(tool, dict(params), message, checked.pattern_ids, time.time(), number=next(self._numbers))
        if message is None:
            self.recent.append(tool)
            noted = noted._replace(before=self.failed.pop(tool, None))
            if noted.before is None and not noted.warned:
                return
        else:
            self.failed[tool] = noted
        self._enqueue(noted)

    def _enqueue(self, noted: _EndedCall | None) -> None:
        """Hand a call to the thread, or drop it if too many wait; None asks the thread to read the patterns again."""
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="twiceshy-learned", daemon=True)
                self._thread.start()
                atexit.register(self.flush)
        with suppress(queue.Full):
            self._waiting.put_nowait(noted)

    def flush(self, patience_s: float = _PATIENCE_S) -> bool:
        """Wait for all notes to be learned from; return whether that was done within so many seconds."""
        waiter = threading.Thread(target=self._waiting.join, daemon=True)
        waiter.start()
        waiter.join(patience_s)
        return not waiter.is_alive()

    def _work(self) -> None:
        while True:
            waiting = [self._waiting.get()]
            with suppress(queue.Empty):
                while True:
                    waiting.append(self._waiting.get_nowait())
            try:
                self.learn([one for one in waiting if one is not None])
                if None in waiting:
                    self.snapshot.refresh()
            except Exception:  # noqa: BLE001, S110  # learning is a help: nothing of it may reach the program
                pass
            finally:
                for _ in waiting:
                    self._waiting.task_done()

    def learn(self, waiting: Sequence[_EndedCall]) -> None:
        """Append the failures, and the retries that worked, to the spool and update the patterns with them.

        If another program keeps the patterns locked for too long, they are updated the next time.

        Raises:
            StoreError: the data folder cannot be used.
        """
        if not waiting:
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for noted in waiting:
            if (note := self._to_note(noted)) is not None:
                program_notes.append(self.folder, note)
        self._owed.extend(waiting)
        with suppress(StoreBusy), program_notes.lock_patterns(self.config.home):
            while self._owed:
                self._grow_patterns(self._owed.popleft())

    def _to_note(self, noted: _EndedCall) -> dict[str, object] | None:
        """Return the spool's note of a call; None for a success that is no retry."""
        head: dict[str, object] = {
            "t": int(noted.at),
            "s": self.run,
            "i": noted.number,
            "p": self.project(),
            "tool": noted.tool,
        }
        if noted.message is not None:
            return head | {"failed": self._redact(noted.message), "params": self._redact_params(noted.params)}
        before = noted.before
        if before is None or noted.at - before.at > _RETRY_S:
            return None
        return head | {
            "worked": self._redact_params(noted.params),
            "of": before.number,
            "after": self._redact_params(before.params),
            "failed": self._redact(before.message or ""),
        }

    def _grow_patterns(self, noted: _EndedCall) -> None:
        """Update the patterns with the call; leave a damaged file of patterns as it is."""
        if noted.message is None:
            for name in noted.warned:
                if (known := self.storage.get_pattern(name)) is not None:
                    helped = int(known.get("success_after_prevention", 0)) + 1
                    self.storage.update_pattern(name, {"success_after_prevention": helped})
            return
        params, message = self._redact_params(noted.params), self._redact(noted.message)
        pattern = _finish(UsagePatternLearner(self.storage).analyze_result(noted.tool, params, message))
        if pattern is not None and self.project() not in (places := list(pattern.get("projects", ()))):
            self.storage.update_pattern(pattern["id"], {"projects": [*places, self.project()]})

    def project(self) -> str:
        """Return the redacted name of the project that the program works in."""
        if self._project is None:
            self._project = self._redact(find_project(Path.cwd()).name)
        return self._project

    def _redact_params(self, params: Mapping[str, object]) -> dict[str, Any]:
        """Return the inputs with their texts redacted, leaving out what is no plain value."""
        return {
            str(name): self._redact(value) if isinstance(value, str) else value
            for name, value in params.items()
            if value is None or isinstance(value, str | int | float | bool)
        }

    def _redact(self, text: str) -> str:
        if self._scrubber is None:
            with Store.open(self.config.home) as store:
                salt = store.salt
            self._scrubber = Scrubber(
                load_rules(), salt, RedactionLevel(self.config.privacy_level), cache=self.config.cache
            )
        return self._scrubber.text(text[:_LONGEST])


def _finish(work: Coroutine[Any, Any, Value]) -> Value:
    """Run a coroutine that never waits, and return its result.

    Raises:
        RuntimeError: it waits for something.
    """
    try:
        work.send(None)
    except StopIteration as done:
        value: Value = done.value
        return value
    work.close()
    raise RuntimeError("it waits for something")


def start_learning() -> ProgramLearner | None:
    """Return this program's learner under the current settings; None if they turn it off or cannot be read."""
    config = load({}, os.environ, Path.cwd())
    return ProgramLearner(config) if config.enabled and config.lessons_enabled else None
