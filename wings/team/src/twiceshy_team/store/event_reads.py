"""Reads of what agents' own exporters reported, from daily sums: some thousands of lines for millions of events."""

from twiceshy.records.team import Caller
from twiceshy.records.team_views import AgentUse, Days, EventDay, EventName, ToolFailure, ToolUse
from twiceshy_team.store.asked_rows import MOST, ask_days, read_day, sum_counts
from twiceshy_team.store.base import TeamStore

_AMOUNTS = (
    f"{sum_counts('events', 'failures')}, sum(cost_usd) AS cost_usd, sum(tokens_in) AS tokens_in, "
    "sum(tokens_out) AS tokens_out, sum(tokens_cached) AS tokens_cached"
)
_SUMS = "sum(events), sum(failures), sum(cost_usd), sum(tokens_in), sum(tokens_out), sum(tokens_cached)"
_DAYS = "WHERE team_id = :team AND day >= :first AND day <= :last"


def read_event_days(store: TeamStore, caller: Caller, days: Days) -> list[EventDay]:
    """Return what was reported of each day, the first day first."""
    rows = ask_days(
        store,
        caller,
        days,
        f"SELECT day, count(*), {_SUMS} FROM "
        f"(SELECT day, member, {_AMOUNTS} FROM event_day {_DAYS} GROUP BY day, member) AS lines "
        "WHERE events > 0 GROUP BY day ORDER BY day",
    )
    return [
        EventDay(read_day(day), people, int(events), int(failures), *map(float, amounts))
        for day, people, events, failures, *amounts in rows
    ]


def read_agents(store: TeamStore, caller: Caller, days: Days) -> list[AgentUse]:
    """Return what was reported of each agent and model, the most events first."""
    rows = ask_days(
        store,
        caller,
        days,
        f"SELECT agent, model, count(*), {_SUMS} FROM "
        f"(SELECT agent, model, member, {_AMOUNTS} FROM event_day {_DAYS} GROUP BY agent, model, member) AS lines "
        "WHERE events > 0 GROUP BY agent, model ORDER BY sum(events) DESC, agent, model LIMIT :most",
        {"most": MOST},
    )
    return [
        AgentUse(agent, model, people, int(events), int(failures), *map(float, amounts))
        for agent, model, people, events, failures, *amounts in rows
    ]


def read_tools(store: TeamStore, caller: Caller, days: Days) -> list[ToolUse]:
    """Return how each tool did, the most called first."""
    rows = ask_days(
        store,
        caller,
        days,
        "SELECT tool, count(*), sum(calls), sum(failures), sum(timed), sum(spent) FROM "
        f"(SELECT tool, member, {sum_counts('calls', 'failures', 'timed')}, "
        f"sum(duration_ms) AS spent FROM tool_day {_DAYS} GROUP BY tool, member) AS lines "
        "WHERE calls > 0 GROUP BY tool ORDER BY sum(calls) DESC, tool LIMIT :most",
        {"most": MOST},
    )
    return [
        ToolUse(tool, people, int(calls), int(failures), float(spent) / int(timed) if timed else None)
        for tool, people, calls, failures, timed, spent in rows
    ]


def read_tool_failures(store: TeamStore, caller: Caller, days: Days) -> list[ToolFailure]:
    """Return the ways in which tools fail, the most frequent first."""
    rows = ask_days(
        store,
        caller,
        days,
        "SELECT tool, error_type, count(*), sum(failures) FROM "
        f"(SELECT tool, error_type, member, {sum_counts('failures')} FROM failure_day {_DAYS} "
        "GROUP BY tool, error_type, member) AS lines "
        "WHERE failures > 0 GROUP BY tool, error_type ORDER BY sum(failures) DESC, tool, error_type LIMIT :most",
        {"most": MOST},
    )
    return [ToolFailure(tool, error, people, int(times)) for tool, error, people, times in rows]


def read_event_names(store: TeamStore, caller: Caller, days: Days) -> list[EventName]:
    """Return how often each name was reported, the most frequent first."""
    rows = ask_days(
        store,
        caller,
        days,
        "SELECT agent, name, count(*), sum(events) FROM "
        f"(SELECT agent, name, member, {sum_counts('events')} FROM name_day {_DAYS} GROUP BY agent, name, member) "
        "AS lines WHERE events > 0 GROUP BY agent, name ORDER BY sum(events) DESC, agent, name LIMIT :most",
        {"most": MOST},
    )
    return [EventName(agent, name, people, int(events)) for agent, name, people, events in rows]
