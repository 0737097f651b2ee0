"""Where the time went: the wall clock of each session in scope, by cause, by item and by session."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from twiceshy.account.session_time import learn_usual, measure_session, settle_session
from twiceshy.archive.db import Store
from twiceshy.archive.reads.session_times import TimeSession, read_moments, read_time_sessions
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.logs.readers import command_limits, traits_of
from twiceshy.records import ids
from twiceshy.records.session_time import (
    SessionTime,
    SessionTimeRow,
    TimeCause,
    TimeCell,
    TimeKey,
    TimeReport,
    TimeRow,
    Usual,
    UsualKey,
)

_SECOND = 1000  # milliseconds (by definition)


class SettledSession(NamedTuple):
    """A session in scope with its time."""

    session: TimeSession
    time: SessionTime
    usual: Mapping[UsualKey, Usual]
    """What calls usually take in its project."""
    cells: Mapping[TimeKey, int]
    """Milliseconds: they add up to ``time.wall``."""


def build_time_report(config: Config, scope: Scope) -> TimeReport:
    """Return where the time of the sessions in scope went.

    Args:
        config: the settings.
        scope: which sessions; each counts whole.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        wanted = read_time_sessions(store.connection, scope)
        return sum_sessions(list(settle_sessions(store, wanted)), len(wanted))


def settle_sessions(store: Store, wanted: Sequence[TimeSession]) -> Iterator[SettledSession]:
    """Yield the sessions whose logs have times, with their cells; what is usual is learned from whole projects."""
    times = measure_projects(store, {one.project for one in wanted}, {one.agent for one in wanted})
    projects: dict[int, list[SessionTime]] = defaultdict(list)
    for project, _, time in times:
        projects[project].append(time)
    usual = {project: learn_usual(group) for project, group in projects.items()}
    by_session = {session: time for _, session, time in times}
    for one in wanted:
        if found := by_session.get(one.id):
            yield SettledSession(one, found, usual[one.project], settle_session(found, usual[one.project]))


def measure_projects(store: Store, projects: set[int], agents: set[str]) -> list[tuple[int, int, SessionTime]]:
    """Return all sessions of some projects whose logs have times: project, session, and what its log alone says."""
    asks = {agent: traits_of(agent).asks for agent in agents}
    found = read_moments(
        store.connection,
        json.dumps(sorted(projects)),
        tuple(begin for begins in asks.values() for begin in begins),
        frozenset(agent for agent, begins in asks.items() if begins),
        command_limits(),
    )
    return [
        (project, session, time)
        for project, session, moments in found
        if (time := measure_session(moments)) is not None
    ]


def sum_sessions(settled: Sequence[SettledSession], sessions: int) -> TimeReport:
    """Return the time of sessions as a report; ``sessions`` are all that were asked for."""
    cells: Counter[TimeKey] = Counter()
    for one in settled:
        cells.update(one.cells)
    whole = sum(one.time.wall for one in settled)
    return TimeReport(
        total_s=whole / _SECOND,
        sessions=len(settled),
        untimed=sessions - len(settled),
        causes=_sum_causes(cells, whole),
        cells=[
            TimeCell(cause=key.cause, item=key.item, seconds=ms / _SECOND, inferred=key.inferred)
            for key, ms in sorted(cells.items(), key=lambda one: (-one[1], one[0]))
        ],
        by_session=sorted((_sum_session(one) for one in settled), key=lambda row: (-row.seconds, row.session)),
        parallel_s=sum(one.time.parallel for one in settled) / _SECOND,
    )


def _sum_causes(cells: Mapping[TimeKey, int], whole: int) -> list[TimeRow]:
    """Return a row for each cause, the longest first."""
    items: dict[TimeCause, Counter[str]] = defaultdict(Counter)
    inferred: Counter[TimeCause] = Counter()
    for key, ms in cells.items():
        items[key.cause][key.item] += ms
        inferred[key.cause] += ms if key.inferred else 0
    rows = []
    for cause, by_item in items.items():
        top, most = min(by_item.items(), key=lambda one: (-one[1], one[0]))
        spent = by_item.total()
        rows.append(
            TimeRow(
                name=cause.value,
                seconds=spent / _SECOND,
                share=spent / whole if whole else 0.0,
                inferred_s=inferred[cause] / _SECOND,
                item=top,
                item_s=most / _SECOND if top else 0.0,
            )
        )
    return sorted(rows, key=lambda row: (-row.seconds, row.name))


def _sum_session(one: SettledSession) -> SessionTimeRow:
    causes: Counter[str] = Counter()
    for key, ms in one.cells.items():
        causes[key.cause.value] += ms
    return SessionTimeRow(
        session=ids.shorten(ids.SESSION, one.session.uid),
        project=one.session.name,
        agent=one.session.agent,
        at=datetime.fromtimestamp(one.time.begin / _SECOND, UTC),
        seconds=one.time.wall / _SECOND,
        causes={name: ms / _SECOND for name, ms in causes.most_common()},
        parallel_seconds=one.time.parallel / _SECOND,
    )
