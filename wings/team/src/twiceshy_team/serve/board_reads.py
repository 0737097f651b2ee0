"""What pages for people read of a team's rows: each function is one page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from twiceshy.records.team import Caller, MemberLine, TokenLine
from twiceshy.records.team_knowledge import TeamKnowledge
from twiceshy.records.team_views import (
    AgentUse,
    CommandUse,
    Days,
    ErasureDay,
    EventDay,
    IntakeDay,
    MemberActivity,
    ModelUse,
    PatternUseOfTeam,
    RunDay,
    RunsByEnd,
    SessionDay,
    TeamTotals,
    ToolFailure,
    ToolUse,
)
from twiceshy_team.serve.team_knowledge import build_knowledge
from twiceshy_team.serve.team_server import TeamServer
from twiceshy_team.store import event_reads, people_reads, run_reads, session_reads


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardOverview:
    """A team at one look."""

    totals: TeamTotals
    runs: list[RunDay]
    sessions: list[SessionDay]
    events: list[EventDay]
    intake: list[IntakeDay]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardCommands:
    """What the team runs, and how that ends."""

    commands: list[CommandUse]
    ends: list[RunsByEnd]
    patterns: list[PatternUseOfTeam]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardAgents:
    """The team's agents and models, and where their tools fail."""

    models: list[ModelUse]
    reported: list[AgentUse]
    tools: list[ToolUse]
    failures: list[ToolFailure]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPeople:
    """Who is in the team: for administrators."""

    members: list[MemberLine]
    activity: list[MemberActivity]
    tokens: list[TokenLine]
    erasures: list[ErasureDay]


def find_days(now: datetime, days: int) -> Days:
    """Return the last so many days, today included.

    >>> from datetime import UTC
    >>> [str(one) for one in find_days(datetime(2026, 11, 23, tzinfo=UTC), 7)]
    ['2026-11-17', '2026-11-23']
    """
    last: date = now.date()
    return Days(last - timedelta(days=days - 1), last)


def read_board_overview(server: TeamServer, caller: Caller, days: Days) -> BoardOverview:
    """Return a team at one look."""
    store = server.store
    return BoardOverview(
        totals=people_reads.read_totals(store, caller, days),
        runs=run_reads.read_run_days(store, caller, days),
        sessions=session_reads.read_session_days(store, caller, days),
        events=event_reads.read_event_days(store, caller, days),
        intake=people_reads.read_intake(store, caller, days),
    )


def read_board_commands(server: TeamServer, caller: Caller, days: Days) -> BoardCommands:
    """Return what the team runs."""
    store = server.store
    return BoardCommands(
        commands=run_reads.read_commands(store, caller, days),
        ends=run_reads.read_run_ends(store, caller, days),
        patterns=run_reads.read_patterns(store, caller, days),
    )


def read_board_agents(server: TeamServer, caller: Caller, days: Days) -> BoardAgents:
    """Return the team's agents and models."""
    store = server.store
    return BoardAgents(
        models=session_reads.read_models(store, caller, days),
        reported=event_reads.read_agents(store, caller, days),
        tools=event_reads.read_tools(store, caller, days),
        failures=event_reads.read_tool_failures(store, caller, days),
    )


def read_board_people(server: TeamServer, caller: Caller, days: Days) -> BoardPeople:
    """Return who is in the team, with names: the caller is an administrator."""
    store = server.store
    return BoardPeople(
        members=store.list_members(caller.team),
        activity=people_reads.read_activity(store, caller, days),
        tokens=store.list_tokens(caller.team),
        erasures=people_reads.read_erasure_days(store, caller, days),
    )


def read_all_knowledge(server: TeamServer, caller: Caller, now: datetime) -> TeamKnowledge:
    """Return all that the team knows, which a member would ask for piece by piece."""
    parts = list(_read_pieces(server, caller, now))
    return TeamKnowledge(
        lessons=tuple(chain.from_iterable(part.lessons for part in parts)),
        limits=tuple(chain.from_iterable(part.limits for part in parts)),
        facts=tuple(chain.from_iterable(part.facts for part in parts)),
        effects=tuple(chain.from_iterable(part.effects for part in parts)),
    )


def _read_pieces(server: TeamServer, caller: Caller, now: datetime) -> Iterator[TeamKnowledge]:
    """Yield what is known, as much at once as a member gets."""
    cursor = ""
    while True:
        part = build_knowledge(server.store, caller, cursor, now)
        if part.cursor == cursor or not any((part.lessons, part.limits, part.facts, part.effects)):
            return
        yield part
        cursor = part.cursor
