"""What happened to files at the hands of agents before a time: edits, failures, work that did not stay.

Rates of few events are shrunk towards the project's own rate at that time.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Final, NamedTuple

from twiceshy.records.stories import FileEvent

_STRENGTH: Final = 10.0
"""Edits that the project's rate counts as, beside a file's own: as ``score.risk`` fitted it for files (2026-11-22)."""


class _Counts(NamedTuple):
    edited: int
    failed: int
    bad: int


class _Times:
    """When what happened, to one file or to all."""

    __slots__ = ("bad", "edited", "failed")

    def __init__(self) -> None:
        self.edited: list[float] = []
        self.failed: list[float] = []
        self.bad: list[float] = []

    def count(self, at: float) -> _Counts:
        return _Counts(*(bisect_left(times, at) for times in (self.edited, self.failed, self.bad)))


class FilesRecord:
    """All events of a project's files, to be asked as of any time."""

    def __init__(self, events: Iterable[FileEvent]) -> None:
        """Index the events by file and time."""
        self._all, self._sessions = _Times(), _Times()
        self._files: defaultdict[str, _Times] = defaultdict(_Times)
        self._outside: defaultdict[str, list[str]] = defaultdict(list)
        """Absolute paths by their last part."""
        seen = set[tuple[str, bytes]]()
        for event in sorted(events):
            if event.path.startswith("/") and event.path not in self._files:
                self._outside[event.path.rpartition("/")[2]].append(event.path)
            for times in (self._all, self._files[event.path]):
                getattr(times, event.what).append(event.at)
            if (event.what, event.session) not in seen:
                seen.add((event.what, event.session))
                getattr(self._sessions, event.what).append(event.at)

    def describe(self, paths: Sequence[str], at: float) -> Mapping[str, float]:
        """Return what happened to the files before a time, by column; nothing up to the project's first edit."""
        project, sessions = self._all.count(at), self._sessions.count(at)
        tried = project.edited + project.failed
        if not paths or not tried:
            return {}
        files = [self._count(path, at) for path in paths]
        known = {
            "touches": fmean(one.edited for one in files),
            "failures": max(_smooth(one.failed, one.edited + one.failed, project.failed / tried) for one in files),
        }
        if not sessions.edited:
            return known
        usual = project.bad / project.edited
        return known | {
            "rca_fails": max(_smooth(one.bad, one.edited, usual) for one in files),
            "session_correction_rate": min(1.0, sessions.bad / sessions.edited),
        }

    def _count(self, path: str, at: float) -> _Counts:
        counts = [self._files[name].count(at) for name in self._find(path)]
        return _Counts(*map(sum, zip(*counts, strict=True))) if counts else _Counts(0, 0, 0)

    def _find(self, path: str) -> list[str]:
        """Return the names that a file of the repository has in logs; of a name alone an absolute path says little."""
        found = [path] if path in self._files else []
        if "/" in path:
            found += [one for one in self._outside.get(path.rpartition("/")[2], ()) if one.endswith(f"/{path}")]
        return found


def _smooth(hits: int, of: int, usual: float) -> float:
    return min(1.0, (hits + _STRENGTH * usual) / (of + _STRENGTH))
