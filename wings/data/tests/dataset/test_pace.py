"""The pace is that of whole weeks with work; a date needs the idle weeks too."""

from datetime import UTC, date, datetime, timedelta

from twiceshy.records.milestones import Amounts, Pace, ProjectPace
from twiceshy_data.dataset.pace import Activity, find_date, find_pace

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
"""A Wednesday."""


def weeks_ago(number: int, count: int = 1) -> list[datetime]:
    """So many events in one week, on its Wednesday."""
    return [NOW - timedelta(weeks=number)] * count


def test_weeks_without_work_do_not_lower_the_pace_but_are_counted() -> None:
    """Three weeks of work within five: the running one is not over, and says nothing."""
    commits = [*weeks_ago(0, 90), *weeks_ago(1, 10), *weeks_ago(3, 20), *weeks_ago(5, 30)]

    pace = find_pace(Activity(commits, [], []), NOW)

    assert pace is not None
    assert (pace.active, pace.weeks) == (3, 5)
    assert pace.commits == Pace(20, 15, 25)
    assert pace.sessions == Pace(0, 0, 0)


def test_only_the_last_weeks_of_work_make_the_pace() -> None:
    """A busy past is past."""
    commits = [at for number in range(1, 20) for at in weeks_ago(number, 2 if number <= 8 else 50)]

    pace = find_pace(Activity(commits, [], []), NOW)

    assert pace is not None
    assert pace.commits.median == 2


def test_two_weeks_are_no_pace() -> None:
    """Nothing is made up of too little, nor of nothing."""
    assert find_pace(Activity(weeks_ago(1) + weeks_ago(2), [], []), NOW) is None
    assert find_pace(Activity([], [], []), NOW) is None


def test_a_date_is_that_of_the_slowest_kind_with_idle_weeks_counted() -> None:
    """Half of the weeks are idle: 20 commits at 10 a week of work take four weeks; the chats take longer."""
    pace = ProjectPace(active=4, weeks=8, commits=Pace(10, 5, 20), sessions=Pace(1, 1, 1), chats=Pace(2, 0, 4))

    commits = find_date(Amounts(20, 0, 0), pace, NOW)
    both = find_date(Amounts(20, 0, 8), pace, NOW)

    assert commits is not None
    assert both is not None
    assert commits == (date(2026, 12, 2), date(2026, 12, 16), date(2027, 1, 13))
    assert both == (date(2026, 12, 16), date(2027, 1, 13), None)


def test_what_is_reached_has_no_date_and_what_is_too_far_none_either() -> None:
    """Beyond two years nobody knows."""
    pace = ProjectPace(active=4, weeks=4, commits=Pace(1, 1, 1), sessions=Pace(0, 0, 0), chats=Pace(0, 0, 0))

    assert find_date(Amounts(0, 0, 0), pace, NOW) is None
    assert find_date(Amounts(1000, 0, 0), pace, NOW) == (None, None, None)
    assert find_date(Amounts(0, 1, 0), pace, NOW) == (None, None, None)
