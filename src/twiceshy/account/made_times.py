"""Part the time of sessions from what the store holds of them: what is usual is learned from whole projects."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from twiceshy.account.session_time import learn_usual, list_waits, measure_session, settle_session
from twiceshy.archive.db import Store
from twiceshy.archive.reads.session_times import read_moments
from twiceshy.archive.timed_sessions import TimeState
from twiceshy.logs.readers import command_limits, traits_of
from twiceshy.records.session_time import KeptTime, SessionTime, TimeKey, Usual, UsualKey


class SettledSession(NamedTuple):
    """A session with its time."""

    state: TimeState
    time: SessionTime
    usual: Mapping[UsualKey, Usual]
    """What calls usually take in its project."""
    cells: Mapping[TimeKey, int]
    """Milliseconds: they add up to ``time.wall``."""


def make_times(store: Store, states: Mapping[bytes, TimeState]) -> dict[bytes, KeptTime | None]:
    """Part the time of some sessions."""
    found: dict[bytes, KeptTime | None] = dict.fromkeys(states)
    uids = {state.id: uid for uid, state in states.items()}
    for one in settle_sessions(store, states.values()):
        time = one.time
        waits = list_waits(time, one.usual)
        found[uids[one.state.id]] = KeptTime(time.begin, time.wall, time.parallel, dict(one.cells), waits)
    return found


def settle_sessions(store: Store, wanted: Collection[TimeState]) -> Iterator[SettledSession]:
    """Yield the sessions whose logs have times, with their cells; what is usual is learned from whole projects."""
    times = _measure_projects(store, {one.project for one in wanted}, {one.agent for one in wanted})
    projects: dict[int, list[SessionTime]] = defaultdict(list)
    for project, _, time in times:
        projects[project].append(time)
    usual = {project: learn_usual(group) for project, group in projects.items()}
    by_session = {session: time for _, session, time in times}
    for one in wanted:
        if found := by_session.get(one.id):
            yield SettledSession(one, found, usual[one.project], settle_session(found, usual[one.project]))


def _measure_projects(store: Store, projects: set[int], agents: set[str]) -> Sequence[tuple[int, int, SessionTime]]:
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
