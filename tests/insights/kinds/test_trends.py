"""insights.kinds.trends: what happens significantly more or less often than in the four weeks before."""

from tests.insights.kinds.histories import fail, history, run, session, spend_nothing

from twiceshy.insights.kinds.find_insights import find_insights
from twiceshy.insights.kinds.trends import find_trends
from twiceshy.records.insights import InsightTrend


def trends_of(before: int, now: int, sessions: int = 20) -> tuple[InsightTrend, ...]:
    """The trends of a project with as many sessions in each four weeks, so many of them with the failure."""
    days = [(day, number < count) for day, count in ((0.0, before), (40.0, now)) for number in range(sessions)]
    made = [
        session(fail() if bad else run(), run("git pull"), day=day + number / 100)
        for number, (day, bad) in enumerate(days)
    ]
    whole = history(*made)
    return find_trends([whole], find_insights([whole], spend_nothing))


def test_the_same_share_is_no_trend() -> None:
    """Nor is a difference that chance explains."""
    assert trends_of(6, 6) == ()
    assert trends_of(6, 4) == ()


def test_without_sessions_before_there_is_no_trend() -> None:
    """A project that began this month did not get worse."""
    whole = history(*(session(fail(), run(), day=number / 10) for number in range(20)))

    assert find_trends([whole], find_insights([whole], spend_nothing)) == ()


def test_a_change_that_chance_does_not_explain_is_told_with_both_counts() -> None:
    """Better is a smaller share of sessions."""
    (better,), (worse,) = trends_of(16, 2), trends_of(2, 16)

    assert (better.before, better.now, better.better) == (16, 2, True)
    assert (worse.before, worse.now, worse.better) == (2, 16, False)
    assert (better.before_sessions, better.now_sessions) == (20, 20)


def test_one_bad_session_is_no_trend() -> None:
    """Sessions are compared, not cases."""
    bad = session(*(fail() for _ in range(30)), day=40.5)
    days = (number / 10 + late for late in (0.0, 40.0) for number in range(20))
    whole = history(
        session(fail(), day=0.05), *(session(run(), day=day) for day in days), bad, session(fail(), day=42.0)
    )

    assert find_trends([whole], find_insights([whole], spend_nothing)) == ()
