"""One project's sessions in order, as every kind of insight reads them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple

from twiceshy.insights.remedies.fixes import FixBook
from twiceshy.judgement.outcomes.judged_work import NOTHING_JUDGED, JudgedWork
from twiceshy.records.attempts import CallAttempt, SessionAttempts
from twiceshy.records.insights import InsightCase
from twiceshy.records.session_time import KeptTime
from twiceshy.records.spend import SessionSpend


class Place(NamedTuple):
    """Where in a history an attempt stands."""

    session: int
    """Index in ``ProjectHistory.sessions``."""
    number: int
    """Index in the session's attempts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectHistory:
    """One project's sessions, oldest first."""

    identity: str
    name: str
    sessions: tuple[SessionAttempts, ...]
    judged: JudgedWork = NOTHING_JUDGED
    """Of its sessions, and maybe of others."""
    spends: Mapping[bytes, SessionSpend] = field(default_factory=dict, compare=False)
    """What its sessions cost, and maybe others, by ``Session.uid``; empty where nobody asked for it."""
    times: Mapping[bytes, KeptTime | None] = field(default_factory=dict, compare=False)
    """The same of their time."""
    fixes: FixBook = field(default_factory=lambda: FixBook(()), compare=False)
    """What got over failures in its sessions, and maybe in others."""

    def at(self, place: Place) -> CallAttempt:
        """Return the attempt at a place."""
        return self.sessions[place.session].attempts[place.number]

    def walk(self) -> Iterator[tuple[Place, CallAttempt]]:
        """Yield every attempt in order, prompts included."""
        for number, session in enumerate(self.sessions):
            for index, attempt in enumerate(session.attempts):
                yield Place(number, index), attempt

    def find_places(self, wanted: Collection[bytes]) -> dict[bytes, Place]:
        """Return where the calls and prompts with these uids stand; the first place of one that stands twice."""
        found: dict[bytes, Place] = {}
        for number, session in enumerate(self.sessions if wanted else ()):
            for index, attempt in enumerate(session.attempts):
                if attempt.uid in wanted:
                    found.setdefault(attempt.uid, Place(number, index))
        return found

    def make_case(self, place: Place) -> InsightCase:
        """Return what is kept of an attempt as a case."""
        session = self.sessions[place.session]
        attempt = session.attempts[place.number]
        at = attempt.at if attempt.at is not None else session.first_at
        return InsightCase(attempt.uid, session.session, to_time(at))

    def find_later(self, place: Place, same: Callable[[CallAttempt], bool], most: int) -> int | None:
        """Return the index of the first of the next ``most`` calls of the same dialogue that is the same thing.

        A subagent's calls are its own; None where there is none.
        """
        attempts = self.sessions[place.session].attempts
        run, seen = attempts[place.number].subagent, 0
        for index in range(place.number + 1, len(attempts)):
            one = attempts[index]
            if one.action == "prompt" or one.subagent != run:
                continue
            seen += 1
            if seen > most:
                return None
            if same(one):
                return index
        return None


def to_time(at: float | None) -> datetime | None:
    """Return seconds since the epoch as an aware time; None for None."""
    return None if at is None else datetime.fromtimestamp(at, UTC)


class Accounts(NamedTuple):
    """What sessions cost and took, by ``Session.uid``."""

    spends: Mapping[bytes, SessionSpend]
    times: Mapping[bytes, KeptTime | None]
    """None where a log has no times."""


NO_ACCOUNTS = Accounts(MappingProxyType({}), MappingProxyType({}))


def group_by_project(
    sessions: Iterable[SessionAttempts],
    judged: JudgedWork = NOTHING_JUDGED,
    fixes: FixBook | None = None,
    accounts: Accounts = NO_ACCOUNTS,
) -> list[ProjectHistory]:
    """Return one history for each project, by identity; sessions without a time come first.

    ``fixes``: of more sessions than these; None: of these. ``accounts``: of these, and maybe of more.
    """
    found: dict[str, list[SessionAttempts]] = defaultdict(list)
    every = list(sessions)
    book = fixes or FixBook(sort_by_time(every))
    for one in every:
        found[one.project].append(one)
    return [
        ProjectHistory(
            identity=identity,
            name=some[-1].project_name,
            sessions=tuple(sort_by_time(some)),
            judged=judged,
            fixes=book,
            spends=accounts.spends,
            times=accounts.times,
        )
        for identity, some in sorted(found.items())
    ]


def sort_by_time(sessions: Iterable[SessionAttempts]) -> list[SessionAttempts]:
    """Return the sessions, oldest first; those without a time come first."""
    return sorted(sessions, key=lambda one: (one.first_at or 0.0, one.session))
