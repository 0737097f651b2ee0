"""How fast does a project collect, and when will it have so many?

Only weeks with work count, whole ones, as a holiday says nothing of how a project works. Weeks without work are counted
beside them: a date needs both.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Final, NamedTuple

from twiceshy.records.milestones import Amounts, Pace, ProjectPace, ReachedBy
from twiceshy.stats.intervals import quantile

_WEEKS: Final = 8
"""Weeks of work that make the pace, the last ones (guess, 2026-11-23)."""
_FEWEST: Final = 3
"""Weeks of work below which there is no pace (guess, 2026-11-23)."""
_HORIZON: Final = timedelta(days=730)
"""Beyond it no date is told (guess, 2026-11-23: two years)."""


class Activity(NamedTuple):
    """When what is counted happened."""

    commits: Sequence[datetime]
    sessions: Sequence[datetime]
    chats: Sequence[datetime]


def find_pace(activity: Activity, now: datetime) -> ProjectPace | None:
    """Return the pace of the last whole weeks of work; None where there are too few. The running week is left out."""
    this_week = _find_monday(now)
    counts = [_count_weeks(times, this_week) for times in activity]
    active = sorted(set().union(*counts))[-_WEEKS:]
    if len(active) < _FEWEST:
        return None
    commits, sessions, chats = (_measure_pace(one, active) for one in counts)
    return ProjectPace(
        active=len(active),
        weeks=(this_week - active[0]).days // 7,
        commits=commits,
        sessions=sessions,
        chats=chats,
    )


def find_date(left: Amounts, pace: ProjectPace, now: datetime) -> ReachedBy | None:
    """Return when what is left will be there: at a good week's pace, a usual one's and a poor one's.

    None where nothing is left.
    """
    wanted = [(count, own) for count, own in zip(left, (pace.commits, pace.sessions, pace.chats), strict=True) if count]
    if not wanted:
        return None
    calendar = pace.weeks / pace.active
    return ReachedBy(
        earliest=_add_weeks(now, [count / own.high if own.high else None for count, own in wanted], calendar),
        median=_add_weeks(now, [count / own.median if own.median else None for count, own in wanted], calendar),
        latest=_add_weeks(now, [count / own.low if own.low else None for count, own in wanted], calendar),
    )


def count_left(have: Amounts, needs: Amounts) -> Amounts:
    """Return how many are still missing of each.

    >>> count_left(Amounts(600, 40, 10), Amounts(500, 100, 200))
    Amounts(commits=0, sessions=60, chats=190)
    """
    return Amounts(*(max(0, need - got) for got, need in zip(have, needs, strict=True)))


def _find_monday(at: datetime) -> date:
    """Return the first day of the week (UTC)."""
    day = at.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def _count_weeks(times: Sequence[datetime], before: date) -> Counter[date]:
    return Counter(week for at in times if (week := _find_monday(at)) < before)


def _measure_pace(counts: Mapping[date, int], weeks: Sequence[date]) -> Pace:
    """Return the median and the quartiles over the weeks; a kind that a week lacks counts zero there."""
    ordered = sorted(float(counts.get(week, 0)) for week in weeks)
    return Pace(quantile(ordered, 0.5), quantile(ordered, 0.25), quantile(ordered, 0.75))


def _add_weeks(now: datetime, active_weeks: Sequence[float | None], calendar: float) -> date | None:
    """Return the day on which the slowest is there; None where one is not within two years."""
    longest = 0.0
    for weeks in active_weeks:
        if weeks is None or weeks * calendar * 7 > _HORIZON.days:
            return None
        longest = max(longest, weeks * calendar)
    return (now + timedelta(days=ceil(longest * 7))).date()
