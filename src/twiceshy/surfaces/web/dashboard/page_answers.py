"""Keep answers that take long until the store changes, so that a page that is looked at twice is computed once."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

_MOST_KEPT = 24  # answers (guess, 2026-11-23: pages times a few filters)
_STORE_FILES = ("twiceshy.db", "twiceshy.db-wal", "rules.db", "lessons.yaml", "config.toml")
"""Files of the data folder that an answer may depend on; a write of anyone's changes one of them."""
Answer = TypeVar("Answer")


class PageAnswers:
    """Answers by their question, as of one state of the data folder. Safe to use from several threads."""

    def __init__(self, home: Path) -> None:
        """Keep nothing yet."""
        self._home = home
        self._lock = Lock()
        self._asking: dict[Hashable, Lock] = {}
        self._kept: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()

    def ask(self, question: Hashable, compute: Callable[[], Answer]) -> Answer:
        """Return the kept answer to the question, else compute it; two that ask at once compute it once."""
        with self._lock:
            own = self._asking.setdefault(question, Lock())
        with own:
            stamp = self.stamp()
            with self._lock:
                kept = self._kept.get(question)
            if kept is not None and kept[0] == stamp:
                found: Answer = kept[1]
                return found
            found = compute()
            with self._lock:
                self._kept[question] = (stamp, found)
                self._kept.move_to_end(question)
                while len(self._kept) > _MOST_KEPT:
                    gone, _ = self._kept.popitem(last=False)
                    self._asking.pop(gone, None)
            return found

    def stamp(self) -> tuple[tuple[int, int], ...]:
        """Return what changes whenever somebody writes into the data folder."""
        found = []
        for name in _STORE_FILES:
            try:
                status = (self._home / name).stat()
                found.append((status.st_mtime_ns, status.st_size))
            except OSError:
                found.append((0, 0))
        return tuple(found)
