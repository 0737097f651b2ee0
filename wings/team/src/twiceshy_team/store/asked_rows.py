"""How a named read asks: the days, the caller's team, and no row of another one."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from twiceshy.base.errors import StoreCorrupt
from twiceshy.records.team import Caller
from twiceshy.records.team_views import Days
from twiceshy_team.store.base import SqlValue, TeamStore

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


# Read values as either database gives them: PostgreSQL knows times and days, SQLite keeps their texts.


def read_time(value: object) -> datetime | None:
    """Return a time, or the first moment of a day; None for None."""
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    found = datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def read_moment(value: object) -> datetime:
    """Return a time that is never missing.

    Raises:
        StoreCorrupt: it is.
    """
    found = read_time(value)
    if found is None:
        raise StoreCorrupt("a time is missing in the server's database. Restore it from a dump.")
    return found


def read_day(value: object) -> date:
    """Return a day."""
    return value if isinstance(value, date) else date.fromisoformat(str(value))
