"""When was a history made, where are its gaps, and whose work is it, month by month?"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from twiceshy.base.model_names import name_model
from twiceshy.records.quality import HistoryGap, QualityLine, QualityMonth, QualityTime, SessionFacts
from twiceshy.stats.intervals import measure_share

GAP_DAYS: Final = 14
"""Days without a session from which on it is a gap, by definition in the report."""
_FEW: Final = 10
"""Sessions below which a share of them says nothing (guess, 2026-11-23)."""
_EARLY: Final = 0.8
"""Share of the sessions, by time, that a model learns from, by definition of the usual splits."""


def look_at_time(sessions: Sequence[SessionFacts]) -> QualityTime:
    """Return when the sessions were; those without a time are left out."""
    starts = sorted(one.first_at for one in sessions if one.first_at is not None)
    weeks = {_find_week(at) for at in starts}
    return QualityTime(
        first=starts[0] if starts else None,
        last=max((one.last_at or one.first_at for one in sessions if one.first_at is not None), default=None),
        weeks=max(weeks) - min(weeks) + 1 if weeks else 0,
        active_weeks=len(weeks),
        gaps=_list_gaps(sessions),
        months=_list_months(sessions),
    )


def _find_week(at: datetime) -> int:
    """Return the number of the week, from Monday."""
    return (at.date().toordinal() - 1) // 7


def _list_gaps(sessions: Sequence[SessionFacts]) -> list[HistoryGap]:
    """Return the times in which no session began and none went on."""
    spans = sorted((one.first_at, one.last_at or one.first_at) for one in sessions if one.first_at is not None)
    found, busy_until = [], None
    for start, end in spans:
        if busy_until is not None and (days := (start.date() - busy_until.date()).days) > GAP_DAYS:
            found.append(HistoryGap(busy_until.date(), start.date(), days))
        busy_until = end if busy_until is None else max(busy_until, end)
    return sorted(found, key=lambda gap: -gap.days)


def _list_months(sessions: Sequence[SessionFacts]) -> list[QualityMonth]:
    months: dict[str, list[SessionFacts]] = {}
    for one in sessions:
        if one.first_at is not None:
            months.setdefault(f"{one.first_at:%Y-%m}", []).append(one)
    return [
        QualityMonth(
            month=month,
            sessions=len(some),
            agents=dict(Counter(one.agent for one in some).most_common()),
            models=dict(Counter(name_model(one.model) for one in some if one.model).most_common()),
        )
        for month, some in sorted(months.items())
    ]


def list_drift(sessions: Sequence[SessionFacts]) -> list[QualityLine]:
    """Return how many of the newest sessions are by what the older ones do not show."""
    dated = [one for one in sessions if one.first_at is not None]
    cut = int(len(dated) * _EARLY)
    early, late = dated[:cut], dated[cut:]
    if len(late) < _FEW:
        return []
    agents, models = {one.agent for one in early}, {name_model(one.model) for one in early if one.model}
    modelled = [name_model(one.model) for one in late if one.model]
    projects = {one.project for one in early}
    return [
        _line(
            "newest fifth, by a new agent",
            sum(one.agent not in agents for one in late),
            len(late),
        ),
        _line("… by a new model", sum(model not in models for model in modelled), len(modelled)),
        _line("… in a new project", sum(one.project not in projects for one in late), len(late)),
    ]


def _line(name: str, hits: int, n: int) -> QualityLine:
    return QualityLine("time", name, measure_share(hits, n))
