"""Learning from the tools of a program: what is known is looked at before a call, what went wrong is noted after it.

The program never waits for learning: notes go to one thread of our own. It appends failures and the retries that
worked to a file that ``learn`` folds into the lessons (``program_notes``), which takes no time and loses nothing, and
then adds to the patterns in a YAML file beside it, which programs write one at a time. Every text is redacted first.
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

from twiceshy.capture.projects import identity
from twiceshy.config import Config, load
from twiceshy.errors import StoreBusy
from twiceshy.flows import program_notes
from twiceshy.lessons.seed_api import UsagePatternChecker, UsagePatternLearner, UsagePatternStorage
from twiceshy.privacy.policy import Level, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.store.db import Store

RECENT = 10
"""Earlier calls that a workflow is looked for in."""
RETRY_S = 600.0
"""Seconds after a failure in which a success of the same tool counts as its retry (guess)."""
LONGEST = 2_000
"""Characters of an input or message that are kept."""
SHORT = 16_384
"""Bytes of patterns that are read at once: some 100 ms; a longer file is read beside the program (guess)."""
MOST_WAITING = 1_000
"""Notes that wait for the thread; more are dropped (guess)."""
PATIENCE_S = 2.0
"""Of a program that ends, for notes that wait."""
Value = TypeVar("Value")


class Checked(NamedTuple):
    """What is known against a call."""

    tool: str
    warnings: tuple[str, ...] = ()
    should_block: bool = False
    pattern_ids: tuple[str, ...] = ()
    steps: tuple[Mapping[str, Any], ...] = ()


class Noted(NamedTuple):
    """A call that ended."""

    tool: str
    params: Mapping[str, object]
    message: str | None
    """What it failed with; None where it worked."""
    warned: tuple[str, ...]
    """Patterns that were warned of before it."""
    at: float
    before: "Noted | None" = None
    """The failure that it is the retry of."""
    number: int = 0
    """Of the call, in this program."""


class Snapshot(UsagePatternStorage):
    """Patterns as they were read last: a check costs microseconds and never reads a long file."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        super().__init__(path)
        self.stamp: tuple[int, int] | None = None
        self._by_tool: dict[str, list[dict[str, Any]]] = {}

    def now(self) -> tuple[int, int] | None:
        """What tells the file's contents from others; None where there is none."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return (status.st_mtime_ns, status.st_size)

    def refresh(self) -> None:
        """Nothing; what the file holds now is known.

        Raises:
            ValueError: it is damaged; what was known stays known.
        """
        stamp = self.now()
        by_tool: dict[str, list[dict[str, Any]]] = {}
        for one in sorted(self.load(), key=lambda one: -float(one["confidence"])):
            by_tool.setdefault(str(one["tool"]), []).append(one)
        self._by_tool, self.stamp = by_tool, stamp

    def get_patterns_for_tool(self, tool: str, min_confidence: float = 0.0) -> list[dict[str, Any]]:
        """A tool's patterns as they were read last, the surest first."""
        return [one for one in self._by_tool.get(tool, ()) if one["confidence"] >= min_confidence]


class Learning:
    """One program's learning."""

    def __init__(self, config: Config) -> None:
        """Nothing is read or written yet."""
        self.config = config
        self.folder = program_notes.folder_of(config)
        self.storage = UsagePatternStorage(self.folder / program_notes.PATTERNS)
        self.run = secrets.token_hex(8)
        self.snapshot = Snapshot(self.storage.path)
        self.checker = UsagePatternChecker(self.snapshot)
        self.recent: deque[str] = deque(maxlen=RECENT)
        self.failed: dict[str, Noted] = {}
        self._asked: tuple[int, int] | None = None
        self._waiting: queue.Queue[Noted | None] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._scrubber: Scrubber | None = None
        self._project: str | None = None
        self._numbers = itertools.count(1)
        self._owed: deque[Noted] = deque(maxlen=MOST_WAITING)

    def check(self, tool: str, params: Mapping[str, object]) -> Checked:
        """What is known against a call with these inputs; patterns of a long file from the moment that it is read."""
        stamp = self.snapshot.now()
        if stamp not in {self.snapshot.stamp, self._asked}:
            self._asked = stamp
            if stamp is None or stamp[1] <= SHORT:
                self.snapshot.refresh()
            else:
                self._put(None)
        found = self.checker.check_before_call(tool, params, {"previous_tools": list(self.recent)})
        return Checked(
            tool, tuple(found["warnings"]), bool(found["should_block"]), tuple(found["pattern_ids"]),
            tuple(found["prevention_steps"]),
        )  # fmt: skip

    def note(self, tool: str, params: Mapping[str, object], message: str | None, checked: Checked) -> None:
        """Nothing; what became of a call is learned from soon."""
        noted = Noted(tool, dict(params), message, checked.pattern_ids, time.time(), number=next(self._numbers))
        if message is None:
            self.recent.append(tool)
            noted = noted._replace(before=self.failed.pop(tool, None))
            if noted.before is None and not noted.warned:
                return
        else:
            self.failed[tool] = noted
        self._put(noted)

    def _put(self, noted: Noted | None) -> None:
        """Nothing; the thread has it, or has too much already. None: to read the patterns anew."""
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="twiceshy-learned", daemon=True)
                self._thread.start()
                atexit.register(self.flush)
        with suppress(queue.Full):
            self._waiting.put_nowait(noted)

    def flush(self, patience_s: float = PATIENCE_S) -> bool:
        """Whether everything noted so far was learned from within so many seconds."""
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

    def learn(self, waiting: Sequence[Noted]) -> None:
        """Nothing; the spool has the failures, and the retries that worked, and patterns have grown by them.

        Patterns that another program writes too long grow by them the next time.

        Raises:
            StoreError: the data folder cannot be used.
        """
        if not waiting:
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for noted in waiting:
            if (note := self._note(noted)) is not None:
                program_notes.append(self.folder, note)
        self._owed.extend(waiting)
        with suppress(StoreBusy), program_notes.patient(self.config.home):
            while self._owed:
                self._grow(self._owed.popleft())

    def _note(self, noted: Noted) -> dict[str, object] | None:
        """What the spool has of a call; None where it is no retry of anything."""
        head: dict[str, object] = {
            "t": int(noted.at), "s": self.run, "i": noted.number, "p": self.project(), "tool": noted.tool,
        }  # fmt: skip
        if noted.message is not None:
            return head | {"failed": self._text(noted.message), "params": self._clean(noted.params)}
        before = noted.before
        if before is None or noted.at - before.at > RETRY_S:
            return None
        return head | {
            "worked": self._clean(noted.params), "of": before.number, "after": self._clean(before.params),
            "failed": self._text(before.message or ""),
        }  # fmt: skip

    def _grow(self, noted: Noted) -> None:
        """Nothing; the patterns have the call. A damaged file of patterns is left as it is."""
        if noted.message is None:
            for name in noted.warned:
                if (known := self.storage.get_pattern(name)) is not None:
                    helped = int(known.get("success_after_prevention", 0)) + 1
                    self.storage.update_pattern(name, {"success_after_prevention": helped})
            return
        params, message = self._clean(noted.params), self._text(noted.message)
        pattern = finished(UsagePatternLearner(self.storage).analyze_result(noted.tool, params, message))
        if pattern is not None and self.project() not in (places := list(pattern.get("projects", ()))):
            self.storage.update_pattern(pattern["id"], {"projects": [*places, self.project()]})

    def project(self) -> str:
        """The name of the project that the program works in, redacted."""
        if self._project is None:
            self._project = self._text(identity(Path.cwd()).name)
        return self._project

    def _clean(self, params: Mapping[str, object]) -> dict[str, Any]:
        """The inputs with their texts redacted; what is no plain value is left out."""
        return {
            str(name): self._text(value) if isinstance(value, str) else value
            for name, value in params.items()
            if value is None or isinstance(value, str | int | float | bool)
        }

    def _text(self, text: str) -> str:
        if self._scrubber is None:
            with Store.open(self.config.home) as store:
                salt = store.salt
            self._scrubber = Scrubber(load_rules(), salt, Level(self.config.privacy_level), cache=self.config.cache)
        return self._scrubber.text(text[:LONGEST])


def finished(work: Coroutine[Any, Any, Value]) -> Value:
    """What a coroutine gives that waits for nothing.

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


def learning() -> Learning | None:
    """This program's learning, by the settings in force; None where they switch it off or cannot be read."""
    config = load({}, os.environ, Path.cwd())
    return Learning(config) if config.enabled and config.lessons_enabled else None
