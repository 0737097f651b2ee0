"""Which weeks a contribution counts: whole ones that are over, none of them twice, at most a year of them.

They follow from the day and from what was given before, not from what is stored: the first week with a session would
say when somebody worked.
"""

from datetime import date, timedelta
from typing import NamedTuple

MOST_WEEKS = 52
"""Of one contribution: older work says little of tools of today (guess, 2026-11-23)."""
_WEEK = timedelta(weeks=1)


class WeekSpan(NamedTuple):
    """Weeks one behind the other, by the Mondays of the first and of the first that is not in it."""

    since: date
    until: date

    @property
    def first(self) -> str:
        """The first week, as people write it."""
        return name_week(self.since)

    @property
    def last(self) -> str:
        """The last week."""
        return name_week(self.until - _WEEK)


def choose_weeks(last_given: str | None, today: date) -> WeekSpan | None:
    """Return the weeks that may be counted now; None where all that are over were given.

    >>> choose_weeks("2026-W44", date(2026, 11, 23))
    WeekSpan(since=datetime.date(2026, 11, 2), until=datetime.date(2026, 11, 23))
    >>> choose_weeks("2026-W47", date(2026, 11, 23))
    """
    until = today - timedelta(days=today.weekday())
    since = until - MOST_WEEKS * _WEEK
    if last_given is not None:
        since = max(since, find_monday(last_given) + _WEEK)
    return WeekSpan(since, until) if since < until else None


def name_week(day: date) -> str:
    """Return the week that the day is in, by ISO 8601.

    >>> name_week(date(2026, 11, 23)), name_week(date(2027, 1, 1))
    ('2026-W48', '2026-W53')
    """
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def find_monday(week: str) -> date:
    """Return the first day of a week.

    >>> find_monday("2026-W48")
    datetime.date(2026, 11, 23)
    """
    year, _, number = week.partition("-W")
    return date.fromisocalendar(int(year), int(number), 1)
