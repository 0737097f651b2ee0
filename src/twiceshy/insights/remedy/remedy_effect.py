"""Whether a mistake came back after its remedy was applied: shares of sessions before and since, with an interval.

Sessions are counted, not mistakes, as one session may make the same one many times. A session that had begun before the
remedy was applied counts before: its agent had read the file already. Nothing is claimed while the interval of the
difference holds 0: it is Newcombe's, which stands where one share is 0. Other things change with time, too, so this is
a comparison and no proof.
"""

import math
from collections.abc import Collection, Iterable
from datetime import datetime

from twiceshy.records.suggestions import AppliedRemedy, Comeback, RemedyEffect
from twiceshy.stats import intervals

_FEWEST = 5
"""Sessions on each side below which nothing is said (guess, 2026-11-22)."""


def compare_sessions(
    applied: AppliedRemedy,
    applied_at: datetime,
    sessions: Iterable[tuple[bytes, datetime]],
    cases: Collection[bytes] | None,
) -> RemedyEffect:
    """Return what became of a mistake.

    Args:
        applied: its remedy.
        applied_at: since when it stands.
        sessions: of its project, each with its beginning.
        cases: sessions in which the mistake was made; None where nobody counts it any more.
    """
    before, after = list[bool](), list[bool]()
    for session, at in sessions:
        (before if at < applied_at else after).append(cases is not None and session in cases)
    found = intervals.difference(sum(after), len(after), sum(before), len(before))
    return RemedyEffect(
        id=applied.id,
        text=applied.text,
        path=applied.path,
        project=applied.project,
        applied_at=applied_at,
        verdict=_judge(len(before), len(after), found.low, found.high, counted=bool(cases)),
        before=sum(before),
        before_sessions=len(before),
        after=sum(after),
        after_sessions=len(after),
        difference=found.estimate if cases else math.nan,
        low=found.low if cases else math.nan,
        high=found.high if cases else math.nan,
    )


def _judge(before: int, after: int, low: float, high: float, *, counted: bool) -> Comeback:
    if not counted:
        return Comeback.NOT_COUNTED
    if min(before, after) < _FEWEST or low <= 0 <= high:
        return Comeback.TOO_EARLY
    return Comeback.FEWER if high < 0 else Comeback.MORE
