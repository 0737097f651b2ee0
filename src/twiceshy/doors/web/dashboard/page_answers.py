"""Keep answers that take long until the store changes, so that a page that is looked at twice is computed once."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from secrets import token_urlsafe
from threading import Lock
from typing import Any, TypeVar

_MOST_KEPT = 24  # answers (guess, 2026-11-23: pages times a few filters)
_MOST_ASIDE = 50  # changes that can be taken back (guess, 2026-11-23: of one sitting)
_NAME_BYTES = 16  # of a name that nobody guesses (definition, 2026-11-23: 128 bits)
_STORE_FILES = ("twiceshy.db", "twiceshy.db-wal", "rules.db", "lessons.yaml", "config.toml")
"""Files of the data folder that an answer may depend on; a write of anyone's changes one of them."""
Answer = TypeVar("Answer")


class PageAnswers:
    """Answers by their question, as of one state of the data folder. Safe to use from several threads."""

    def __init__(self, home: Path) -> None:
        """Keep nothing yet."""
        self._home = home
        self._lock = Lock()
        self._aside: OrderedDict[str, object] = OrderedDict()
        self._asking: dict[Hashable, Lock] = {}
        self._kept: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()

    def put_aside(self, value: object) -> str:
        """Keep what takes a change back, and return the name to ask for it by; the oldest ones go."""
        name = token_urlsafe(_NAME_BYTES)
        with self._lock:
            self._aside[name] = value
            while len(self._aside) > _MOST_ASIDE:
                self._aside.popitem(last=False)
        return name

    def bring_back(self, name: str) -> object:
        """Return what was put aside by that name, once; None where there is none."""
        with self._lock:
            return self._aside.pop(name, None)

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
