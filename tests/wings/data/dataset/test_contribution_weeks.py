"""Whole weeks that are over, none twice."""

from datetime import date, timedelta

import pytest

from twiceshy.wings.data.dataset.contribution_weeks import MOST_WEEKS, choose_weeks, find_monday, name_week


def test_weeks_do_not_tell_when_somebody_began() -> None:
    """The first time it is a year back from today, whatever is stored."""
    span = choose_weeks(None, date(2026, 11, 25))

    assert span is not None
    assert (span.first, span.last) == ("2025-W48", "2026-W47")
    assert (span.until - span.since) == MOST_WEEKS * timedelta(weeks=1)


@pytest.mark.parametrize("given", ["2026-W47", "2026-W48", "2027-W01"])
def test_nothing_is_given_twice(given: str) -> None:
    """Not even where the clock was ahead."""
    assert choose_weeks(given, date(2026, 11, 25)) is None


def test_a_week_has_one_name() -> None:
    """Around the turn of every year."""
    days = [date(2015, 1, 1) + timedelta(days=at) for at in range(5000)]

    assert all(find_monday(name_week(day)) == day - timedelta(days=day.weekday()) for day in days)
