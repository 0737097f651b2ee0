"""What happens significantly more often, or less often, than in the four weeks before?

Sessions are compared, not cases: one bad day is one session. Fisher's exact test on the sessions in which it happened
at least once; of all that are asked, at most one in twenty of those kept is chance (Benjamini and Hochberg 1995).
"""

from collections.abc import Iterable, Mapping

from twiceshy.insights.kinds.project_history import ProjectHistory
from twiceshy.records.insights import Insight, InsightTrend
from twiceshy.stats import intervals

PERIOD_S = 28 * 86400.0
"""Seconds of one period (guess, 2026-11-22: the report's usual window)."""
_MOST_Q = 0.05
"""False discovery rate (convention)."""


def find_trends(histories: Iterable[ProjectHistory], insights: Iterable[Insight]) -> tuple[InsightTrend, ...]:
    """Return the significant changes, the surest first; both are of both periods."""
    periods = {one.identity: _place_sessions(one) for one in histories}
    asked = [_compare(insight, periods[insight.project_identity]) for insight in insights]
    known = [one for one in asked if one is not None]
    adjusted = intervals.false_discovery([one.p for one in known])
    kept = [one for one, q in zip(known, adjusted, strict=True) if q <= _MOST_Q]
    return tuple(sorted(kept, key=lambda one: (one.p, one.insight)))


def _place_sessions(history: ProjectHistory) -> Mapping[bytes, int]:
    """Return for each session with a time how many periods before the project's newest event it began."""
    newest = max((one.last_at for one in history.sessions if one.last_at is not None), default=0.0)
    return {
        one.session: int(max(0.0, newest - one.first_at) // PERIOD_S)
        for one in history.sessions
        if one.first_at is not None
    }


def _compare(insight: Insight, periods: Mapping[bytes, int]) -> InsightTrend | None:
    """Return how the newest period differs from the one before; None where one of them is empty."""
    sessions = list(periods.values())
    now_of, before_of = sessions.count(0), sessions.count(1)
    if not now_of or not before_of:
        return None
    hits = [periods.get(case.session) for case in insight.cases]
    touched = [periods.get(session) for session in {case.session for case in insight.cases}]
    return InsightTrend(
        insight=insight.id,
        project=insight.project,
        place=insight.place,
        kind=insight.kind,
        now=hits.count(0),
        before=hits.count(1),
        now_sessions=now_of,
        before_sessions=before_of,
        better=touched.count(0) * before_of < touched.count(1) * now_of,
        p=intervals.fisher(touched.count(0), now_of, touched.count(1), before_of),
    )
