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
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from twiceshy.archive import program_notes
from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, StoreBusy, StoreError
from twiceshy.lessons.occurrences import actor_of
from twiceshy.lessons.patterns import PatternBatch, UsagePatternStorage
from twiceshy.lessons.program_calls import (
    EndedCall,
    PatternSnapshot,
    ProgramRun,
    grow_patterns,
    make_note,
    shorten_params,
)
from twiceshy.lessons.seed_api import UsagePatternChecker
from twiceshy.logs.history.project_here import find_stored_project
from twiceshy.logs.projects import find_project
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber

_RECENT = 10
"""Earlier calls in which a workflow is looked for (guess of 2026-11-21)."""
_MOST_WORKED = 100
"""Calls of a tool that worked which a program remembers (guess of 2026-11-22)."""
_LONGEST = 2_000
"""Characters of an input or message that are kept (guess of 2026-11-21)."""
SHORT = 16_384
"""Bytes of patterns that are read at once: some 100 ms; a longer file is read beside the program (guess of
2026-11-21)."""
_MOST_WAITING = 1_000
"""Notes that wait for the thread; more are dropped (guess of 2026-11-21)."""
_PATIENCE_S = 2.0
"""Seconds that a program which ends waits for its notes (guess of 2026-11-21)."""


class Checked(NamedTuple):
    """What is known against a call."""

    tool: str
    warnings: tuple[str, ...] = ()
    should_block: bool = False
    pattern_ids: tuple[str, ...] = ()
    steps: tuple[Mapping[str, Any], ...] = ()


class ProgramLearner:
    """Learns from the tool calls of one program."""

    def __init__(self, config: Config) -> None:
        """Create the learner without reading or writing anything yet."""
        self.config = config
        self.folder = program_notes.folder_of(config)
        self.storage = UsagePatternStorage(self.folder / program_notes.PATTERNS)
        self._id = secrets.token_hex(8)
        self.snapshot = PatternSnapshot(self.storage.path)
        self.checker = UsagePatternChecker(self.snapshot)
        self.recent: deque[EndedCall] = deque(maxlen=_RECENT)
        self.failed: dict[str, EndedCall] = {}
        self.blocked: dict[str, tuple[str, ...]] = {}
        self.worked: dict[str, deque[Mapping[str, object]]] = {}
        self._asked: tuple[int, int] | None = None
        self._waiting: queue.Queue[EndedCall | None] = queue.Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._scrubber: Scrubber | None = None
        self._user = ""
        self._run: ProgramRun | None = None
        self._numbers = itertools.count(1)
        self._owed: deque[EndedCall] = deque(maxlen=_MOST_WAITING)

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
        found = self.checker.check_before_call(tool, params, {"previous_tools": self._list_recent_tools()})
        return Checked(
            tool,
            tuple(found["warnings"]),
            bool(found["should_block"]),
            tuple(found["pattern_ids"]),
            tuple(found["prevention_steps"]),
        )

    def note(self, tool: str, params: Mapping[str, object], message: str | None, checked: Checked) -> None:
        """Note the outcome of a call; the thread learns from it soon.

        A success that says nothing of what is known is only remembered: nothing that is learned later may speak
        against it.
        """
        noted = EndedCall(
            tool,
            dict(params),
            message,
            checked.pattern_ids,
            time.time(),
            number=next(self._numbers),
            earlier=self._list_recent_tools(),
        )
        if message is not None:
            self.failed[tool] = noted
            self._enqueue(noted)
            return
        before, prevented = self.failed.pop(tool, None), self.blocked.pop(tool, ())
        since = before.number if before else noted.number
        between = tuple((one.tool, one.params) for one in self.recent if one.number > since)
        kept = shorten_params(params)
        self.recent.append(EndedCall(tool, kept, None, (), noted.at, number=noted.number))
        self.worked.setdefault(tool, deque(maxlen=_MOST_WORKED)).append(kept)
        if before is not None or prevented or self.snapshot.learns_from(tool, params, noted.earlier):
            self._enqueue(noted._replace(before=before, between=between, prevented=prevented))

    def note_refusal(self, checked: Checked) -> None:
        """Note that a call was refused: what comes in its place shows whether that was right."""
        self.blocked[checked.tool] = checked.pattern_ids

    def _list_recent_tools(self) -> tuple[str, ...]:
        """Return the tools of the last calls that worked, in order."""
        return tuple(one.tool for one in self.recent)

    def _enqueue(self, noted: EndedCall | None) -> None:
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

    def learn(self, waiting: Sequence[EndedCall]) -> None:
        """Append the failures, and the retries that worked, to the spool and update the patterns with them.

        If another program keeps the patterns locked for too long, they are updated the next time.

        Raises:
            StoreError: the data folder cannot be used.
        """
        if not waiting:
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for noted in waiting:
            if (note := make_note(noted, self._get_run())) is not None:
                program_notes.append(self.folder, note)
        self._owed.extend(waiting)
        with suppress(StoreBusy), program_notes.lock_patterns(self.config.home):
            patterns = PatternBatch(self.storage.path)
            while self._owed:
                noted = self._owed.popleft()
                grow_patterns(patterns, noted, self._get_run(), tuple(self.worked.get(noted.tool, ())))
            patterns.finish()

    def _get_run(self) -> ProgramRun:
        """Return this program's run, with the redacted name of the project that it works in."""
        if self._run is None:
            project = self._redact(self._name_project())
            self._run = ProgramRun(self._id, project, self._redact, self._user)
        return self._run

    def _name_project(self) -> str:
        """Return the name of the project that the program works in, as it is stored where it is."""
        with suppress(NotFound, StoreError), Store.open(self.config.home, readonly=True) as store:
            return find_stored_project(store, Path.cwd()).name
        return find_project(Path.cwd()).name

    def _redact(self, text: str) -> str:
        if self._scrubber is None:
            with Store.open(self.config.home) as store:
                salt = store.salt
            self._user = actor_of(salt)
            self._scrubber = Scrubber(
                load_rules(), salt, RedactionLevel(self.config.privacy_level), cache=self.config.cache
            )
        return self._scrubber.text(text[:_LONGEST])


def start_learning() -> ProgramLearner | None:
    """Return this program's learner under the current settings; None if they turn it off or cannot be read."""
    config = load({}, os.environ, Path.cwd())
    return ProgramLearner(config) if config.enabled and config.lessons_enabled else None
