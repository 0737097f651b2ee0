"""How a named read asks: the days, the caller's team, and no row of another one."""

from collections.abc import Mapping
from typing import Any

from twiceshy.records.team import Caller
from twiceshy.records.team_views import Days
from twiceshy.wings.team.store.base import SqlValue, TeamStore

MOST = 200
"""Lines of a list that could be long (guess, 2026-11-23: more than a person reads)."""


def ask_days(
    store: TeamStore, caller: Caller, days: Days, sql: str, values: Mapping[str, SqlValue] | None = None
) -> list[tuple[Any, ...]]:
    """Return what a SELECT finds that has ``:first`` and ``:last`` day."""
    return store.fetch(caller.team, sql, {"first": days.first, "last": days.last, **(values or {})})


def sum_counts(*names: str) -> str:
    """Return sums of counts as whole numbers: PostgreSQL makes slow decimals of them, which are summed again."""
    return ", ".join(f"CAST(sum({name}) AS bigint) AS {name}" for name in names)
