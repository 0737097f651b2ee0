"""twiceshy_data.dataset.history_time: weeks, gaps and drift."""

from datetime import date, timedelta

from wings.data.tests.dataset.quality_builders import DAY, a_session

from twiceshy.records.quality import HistoryGap
from twiceshy_data.dataset.history_time import list_drift, look_at_time


def test_nothing_has_no_time() -> None:
    """Nor do sessions without one."""
    found = look_at_time([a_session(first_at=None, last_at=None)])

    assert (found.first, found.last, found.weeks, found.active_weeks) == (None, None, 0, 0)
    assert (found.gaps, found.months, list_drift([])) == ([], [], [])


def test_weeks_begin_on_monday() -> None:
    """Sunday and the Monday behind it are two weeks; the one between without a session is not active."""
    found = look_at_time([a_session(1, day=6), a_session(2, day=7), a_session(3, day=21)])

    assert (found.weeks, found.active_weeks) == (4, 3)
    assert found.first == DAY + timedelta(days=6)
    assert found.last == DAY + timedelta(days=21, hours=1)


def test_a_gap_is_a_time_in_which_nothing_went_on() -> None:
    """14 days are none; a long session covers what would be one; the longest comes first."""
    sessions = [
        a_session(1, day=0),
        a_session(2, day=14),
        a_session(3, day=30),
        a_session(4, day=31, last_at=DAY + timedelta(days=60)),
        a_session(5, day=50),
        a_session(6, day=80),
    ]

    assert look_at_time(sessions).gaps == [
        HistoryGap(date(2027, 1, 1), date(2027, 1, 21), 20),
        HistoryGap(date(2026, 11, 16), date(2026, 12, 2), 16),
    ]


def test_months_tell_whose_work_they_are() -> None:
    """By one name for all spellings of a model."""
    sessions = [a_session(1), a_session(2, model="claude-opus-4-5-20251101"), a_session(3, day=40, model=None)]
    november, december = look_at_time(sessions).months

    assert (november.month, november.sessions, november.models) == ("2026-11", 2, {"claude-opus-4-5": 2})
    assert (december.month, december.agents, december.models) == ("2026-12", {"claude-code": 1}, {})


def test_drift_is_what_the_older_ones_do_not_show() -> None:
    """Of fifty sessions the last ten are asked about; models that no log tells are left out. Of fewer none is."""
    sessions = [a_session(at, day=at) for at in range(48)]
    sessions += [a_session(48, day=48, agent="codex", model=None), a_session(49, day=49, model="gpt-5")]

    assert [(line.rate.hits, line.rate.n) for line in list_drift(sessions)] == [(1, 10), (1, 9), (0, 10)]
    assert list_drift(sessions[5:]) == []
