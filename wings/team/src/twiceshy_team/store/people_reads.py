"""Reads of who takes part: sums of members, how rows come in, what was erased."""

from collections import Counter

from twiceshy.records.team import Caller
from twiceshy.records.team_views import Days, ErasureDay, IntakeDay, MemberActivity, TeamTotals
from twiceshy_team.store.asked_rows import MOST, ask_days, read_day
from twiceshy_team.store.base import TeamStore

_THERE = "WHERE team_id = :team AND day >= :first AND day <= :last"
_INTAKE = f"FROM intake_day {_THERE} GROUP BY member"


def read_activity(store: TeamStore, caller: Caller, days: Days) -> list[MemberActivity]:
    """Return sums of each member's work, the most rows first; to who is no administrator the own line only."""
    parts = " UNION ALL ".join(
        (
            f"SELECT member, sum(rows) AS came, 0 AS events, 0 AS runs, 0 AS sessions, max(day) AS day {_INTAKE}",
            f"SELECT member, 0, sum(events), 0, 0, NULL FROM event_day {_THERE} GROUP BY member",
            f"SELECT member, 0, 0, sum(runs), 0, NULL FROM run_day {_THERE} GROUP BY member",
            f"SELECT member, 0, 0, 0, count(*), NULL FROM session {_THERE} GROUP BY member",
        )
    )
    rows = ask_days(
        store,
        caller,
        days,
        f"SELECT member, sum(came), sum(events), sum(runs), sum(sessions), max(day) FROM ({parts}) AS parts "
        "WHERE :all_members = 1 OR member = :member GROUP BY member ORDER BY sum(came) DESC, member LIMIT :most",
        {"member": caller.member, "all_members": int("admin" in caller.scopes), "most": MOST},
    )
    return [
        MemberActivity(
            bytes(member), int(came), int(events), int(runs), int(sessions), None if day is None else read_day(day)
        )
        for member, came, events, runs, sessions, day in rows
    ]


def read_intake(store: TeamStore, caller: Caller, days: Days) -> list[IntakeDay]:
    """Return how many rows came on each day, and how long they had been on their way."""
    rows = ask_days(
        store,
        caller,
        days,
        "SELECT day, kind, count(*), sum(rows), sum(in_minute), sum(in_hour), sum(in_day), sum(later), sum(ahead) "
        f"FROM intake_day {_THERE} GROUP BY day, kind ORDER BY day, kind",
    )
    return [IntakeDay(read_day(day), kind, people, *map(int, counts)) for day, kind, people, *counts in rows]


def read_erasure_days(store: TeamStore, caller: Caller, days: Days) -> list[ErasureDay]:
    """Return how many rows were erased on each day, and why."""
    rows = ask_days(
        store,
        caller,
        days,
        f"SELECT day, coalesce(reason, ''), count(DISTINCT member), count(*) FROM erased {_THERE} "
        "GROUP BY day, coalesce(reason, '') ORDER BY day, coalesce(reason, '')",
    )
    return [ErasureDay(read_day(day), reason, people, count) for day, reason, people, count in rows]


def read_totals(store: TeamStore, caller: Caller, days: Days) -> TeamTotals:
    """Return the team in one line."""
    ((members, active, events, runs, sessions, lessons, facts, erased),) = ask_days(
        store,
        caller,
        days,
        "SELECT (SELECT count(*) FROM member WHERE team_id = :team), "
        f"(SELECT count(DISTINCT member) FROM intake_day {_THERE}), "
        f"(SELECT coalesce(sum(events), 0) FROM event_day {_THERE}), "
        f"(SELECT coalesce(sum(runs), 0) FROM run_day {_THERE}), "
        f"(SELECT count(*) FROM session {_THERE}), "
        "(SELECT count(DISTINCT lesson_hash) FROM lesson WHERE team_id = :team), "
        "(SELECT count(DISTINCT fact_hash) FROM fact WHERE team_id = :team), "
        f"(SELECT count(*) FROM erased {_THERE})",
    )
    rows: Counter[str] = Counter()
    for line in read_intake(store, caller, days):
        rows[line.kind] += line.rows
    return TeamTotals(members, active, int(events), int(runs), sessions, lessons, facts, erased, dict(rows))
