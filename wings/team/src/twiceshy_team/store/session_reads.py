"""Reads of sessions: sums by day, model, tool and outcome; single ones of the caller only."""

from typing import Any, Literal

from twiceshy.records.team import Caller
from twiceshy.records.team_views import Days, MemberSession, ModelUse, SessionDay, WordCount
from twiceshy_team.store.asked_rows import MOST, ask_days, read_day, read_moment
from twiceshy_team.store.base import TeamStore

_COUNTS = ("prompts", "calls", "failed_calls", "corrections", "interruptions", "commits", "seconds", "cost_usd")
_AMOUNTS = ", ".join(("count(*) AS sessions", *(f"sum({name}) AS {name}" for name in _COUNTS)))
# One token may serve a whole team's exporters, which name accounts as hashes; else a member is one person.
_PEOPLE = "CASE WHEN count(DISTINCT person) > 1 THEN count(DISTINCT person) ELSE 1 END AS people"
_SUMS = ", ".join(f"sum({name})" for name in _COUNTS)
_THERE = "FROM session WHERE team_id = :team AND day >= :first AND day <= :last"


def read_session_days(store: TeamStore, caller: Caller, days: Days) -> list[SessionDay]:
    """Return the sessions of each day, the first day first."""
    rows = ask_days(
        store,
        caller,
        days,
        f"SELECT day, sum(people), sum(sessions), {_SUMS} FROM "
        f"(SELECT day, member, {_PEOPLE}, {_AMOUNTS} {_THERE} GROUP BY day, member) AS lines GROUP BY day ORDER BY day",
    )
    return [
        SessionDay._make((read_day(row[0]), *_fill(row[1:9]), float(row[9] or 0), float(row[10] or 0))) for row in rows
    ]


def read_models(store: TeamStore, caller: Caller, days: Days) -> list[ModelUse]:
    """Return the sessions with each model, the most first."""
    rows = ask_days(
        store,
        caller,
        days,
        f"SELECT agent, model, sum(people), sum(sessions), {_SUMS} FROM "
        f"(SELECT agent, model, member, {_PEOPLE}, {_AMOUNTS} {_THERE} GROUP BY agent, model, member) AS lines "
        "GROUP BY agent, model ORDER BY sum(sessions) DESC, agent, model LIMIT :most",
        {"most": MOST},
    )
    return [ModelUse._make((*row[:2], *_fill(row[2:10]), float(row[11] or 0))) for row in rows]


def read_session_words(
    store: TeamStore, caller: Caller, days: Days, field: Literal["tools", "failed_tools", "outcomes"]
) -> list[WordCount]:
    """Return how often sessions with each model used a tool, or came to an outcome; the most frequent first."""
    rows = ask_days(
        store,
        caller,
        days,
        "SELECT agent, model, word.key, count(*), sum(CAST(word.value AS bigint)) "  # one of three literals
        f"FROM session, json_each(session.{field}) AS word "
        "WHERE team_id = :team AND day >= :first AND day <= :last "
        "GROUP BY agent, model, word.key ORDER BY sum(CAST(word.value AS bigint)) DESC, agent, model, word.key "
        "LIMIT :most",
        {"most": MOST},
    )
    return [WordCount(agent, model, word, sessions, int(times)) for agent, model, word, sessions, times in rows]


def read_own_sessions(store: TeamStore, caller: Caller, days: Days, most: int = MOST) -> list[MemberSession]:
    """Return the caller's own sessions, the newest first."""
    rows = ask_days(
        store,
        caller,
        days,
        "SELECT id, at, agent, model, seconds, prompts, calls, failed_calls, corrections, commits, cost_usd "
        f"{_THERE} AND member = :member ORDER BY at DESC, id LIMIT :most",
        {"member": caller.member, "most": most},
    )
    return [MemberSession(bytes(key), read_moment(at), *rest) for key, at, *rest in rows]


def _fill(counts: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return sums as whole numbers: 0 where no row told anything."""
    return tuple(int(count or 0) for count in counts)
