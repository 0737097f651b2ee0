"""Which session's agent made a commit, as process ids say: the hook of git descends from the agent, or it does not.

A note of an agent's hook names its process when a session and when a turn begins; a note of git's hook names the
processes above it. The same id with the same start on the same start of the machine is the same process. Where one
process serves several sessions, only one that is alone in being alive then is taken; else nobody is: a gap is better
than a wrong name.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from twiceshy.records.git_notes import GitNote
from twiceshy.records.upkeep import Exposure

_SIGN_OF_LIFE = timedelta(minutes=15)
"""After so long without an event of its session, whatever a process starts may be a person's (another recorder of agent
sessions has the same limit, seen 2026-11-23)."""
_CLOCK_ERROR = timedelta(seconds=2)
"""By which a note of git's may seem earlier than the event before it: its time comes from a file's last change (guess,
2026-11-23)."""
_END_EVENT = "SessionEnd"


class _Session(NamedTuple):
    """A session's events in order."""

    times: list[datetime]
    events: list[Exposure]


class AgentProcesses:
    """Processes that agents were, and the life of their sessions."""

    def __init__(self, exposures: Iterable[Exposure]) -> None:
        """Take all notes of agents' hooks, in any order."""
        by_session: defaultdict[bytes, list[Exposure]] = defaultdict(list)
        self._first: defaultdict[str, dict[bytes, datetime]] = defaultdict(dict)
        for one in sorted(exposures, key=lambda one: one.at):
            by_session[one.session].append(one)
            if one.owner:
                self._first[one.owner].setdefault(one.session, one.at)
        self._sessions = {key: _Session([one.at for one in events], events) for key, events in by_session.items()}

    def find_owner(self, note: GitNote) -> Exposure | None:
        """Return the last event, before the note, of the session whose agent is above it; None where none surely is."""
        for process in note.ancestors:  # the nearest decides: an agent that another one started is who commits
            if process in self._first:
                return self._choose(self._first[process], note.at + _CLOCK_ERROR)
        return None

    def _choose(self, first: dict[bytes, datetime], at: datetime) -> Exposure | None:
        """Return the last event of the one session of a process that is alive; None where none or several are."""
        alive = [found for session in first if first[session] <= at and (found := self._find_sign(session, at))]
        newest = max(alive, key=lambda one: first[one.session], default=None)
        if newest is None or any(one.at >= first[newest.session] for one in alive if one is not newest):
            return None
        return newest

    def _find_sign(self, session: bytes, at: datetime) -> Exposure | None:
        """Return a session's last event until then; None where it is too old, or was the end."""
        times, events = self._sessions[session]
        place = bisect_right(times, at) - 1
        last = events[place] if place >= 0 else None
        return last if last and last.event != _END_EVENT and at - last.at <= _SIGN_OF_LIFE else None


def find_owner(note: GitNote, exposures: Iterable[Exposure]) -> Exposure | None:
    """Return what ``AgentProcesses`` says of one note; for many notes keep one of those."""
    return AgentProcesses(exposures).find_owner(note)
