"""insights.report_window: which stretch of time a report is about when nobody says one."""

from datetime import UTC, datetime, timedelta

import pytest

from twiceshy.insights.report_window import LEAST_SESSIONS, choose_begin

NEWEST = datetime(2026, 11, 20, tzinfo=UTC)
MANY = LEAST_SESSIONS
ROWS = [
    ("nothing is stored", {}, None),
    ("all of it is newer than four weeks", {0: MANY, 27: MANY}, None),
    ("a few old sessions", {0: 1, 400: 2}, None),
    ("enough in four weeks", {0: MANY, 300: MANY}, 28),
    ("enough in a quarter", {0: 1, 60: MANY, 300: MANY}, 91),
    ("enough in a year", {0: 1, 300: MANY, 500: 1}, 365),
    ("too few in a year", {0: 1, 300: 1, 500: MANY}, None),
]


@pytest.mark.parametrize(("ages", "days"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_window_is_the_first_that_holds_enough(ages: dict[int, int], days: int | None) -> None:
    """It is counted back from the newest session, and None where it would leave nothing out or hold too little."""
    times = [NEWEST - timedelta(days=age) for age, sessions in ages.items() for _ in range(sessions)]

    assert choose_begin(times) == (None if days is None else NEWEST - timedelta(days=days))
