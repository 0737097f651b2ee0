"""insights.cause_weeks: a plot's counts are those of its rows, and an empty week is no good week."""

from datetime import date

from twiceshy.insights.cause_weeks import MOST_CAUSES, count_cause_weeks
from twiceshy.records.attempts import AttemptCheck, AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.report import CauseWeeks

MONDAY = 1_795_392_000.0  # 23 November 2026, 0:00 UTC
WEEK = 7 * 86400.0


def session(began: float | None, *calls: CallAttempt) -> SessionAttempts:
    return SessionAttempts(b"s", "id", "web", "claude-code", "m", began, began, calls)


def failed(cause: bytes, at: float | None, message: str = "no such file") -> CallAttempt:
    return CallAttempt(b"c", "run", AttemptEnd.FAILED, at, fingerprint=cause, message=message)


def test_nothing_gives_nothing() -> None:
    """No sessions, or such without a time and a failure."""
    nothing = CauseWeeks(weeks=(), causes=(), sessions=())

    assert count_cause_weeks([]) == nothing
    assert count_cause_weeks([session(None, CallAttempt(b"c", "run"))]) == nothing


def test_a_red_check_and_a_refused_call_are_no_failures() -> None:
    """They are left out, and the week is still known to have a session."""
    red = CallAttempt(
        b"c", "run", AttemptEnd.FAILED, MONDAY, fingerprint=b"x", checks=(AttemptCheck("mypy", "types", green=False),)
    )
    refused = CallAttempt(b"c", "run", AttemptEnd.REFUSED, MONDAY, fingerprint=b"x")
    found = count_cause_weeks([session(MONDAY, red, refused)])

    assert (found.causes, found.sessions, found.weeks) == ((), (1,), (date(2026, 11, 23),))


def test_weeks_without_sessions_are_gaps_and_a_session_without_failures_is_zero() -> None:
    """The second week has nothing recorded, the third a session that went well."""
    found = count_cause_weeks(
        [
            session(MONDAY, failed(b"a", MONDAY + 5), failed(b"a", MONDAY + WEEK - 1)),
            session(MONDAY + 2 * WEEK),
            session(MONDAY + 3 * WEEK, failed(b"a", None)),
        ]
    )

    assert found.weeks == (date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 14))
    assert found.sessions == (1, 0, 1, 1)
    assert [(one.says, one.total, one.counts) for one in found.causes] == [('"no such file"', 3, (2, None, 0, 1))]


def test_the_rest_is_summed_up_last() -> None:
    """Rare causes, and failures that nothing tells of, stand together; every failure is counted once."""
    calls = [failed(bytes([65 + n]), MONDAY) for n in range(MOST_CAUSES + 2) for _ in range(9 - n)]
    found = count_cause_weeks([session(MONDAY, *calls, failed(b"", MONDAY, ""))])

    assert len(found.causes) == MOST_CAUSES + 1
    assert found.causes[0] == ("e-41", '"no such file"', 9, (9,))
    assert found.causes[-1] == ("", "", 4 + 3 + 1, (8,))
    assert sum(one.total for one in found.causes) == len(calls) + 1
