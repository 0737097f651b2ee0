"""Where the time went: the wall clock of each session in scope, by cause, by item and by session."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime

from twiceshy.account.kept_times import Times
from twiceshy.archive.timed_sessions import TimeState
from twiceshy.records import ids
from twiceshy.records.session_time import (
    KeptTime,
    SessionTimeRow,
    TimeCause,
    TimeCell,
    TimeKey,
    TimeReport,
    TimeRow,
)

_SECOND = 1000  # milliseconds (by definition)


def sum_times(times: Times) -> TimeReport:
    """Return the times of sessions as a report."""
    timed = {uid: one for uid, one in times.by_session.items() if one is not None}
    cells: Counter[TimeKey] = Counter()
    for one in timed.values():
        cells.update(one.cells)
    whole = sum(one.wall for one in timed.values())
    rows = (_sum_session(uid, one, times.states[uid]) for uid, one in timed.items())
    return TimeReport(
        total_s=whole / _SECOND,
        sessions=len(timed),
        untimed=len(times.by_session) - len(timed),
        causes=_sum_causes(cells, whole),
        cells=[
            TimeCell(cause=key.cause, item=key.item, seconds=ms / _SECOND, inferred=key.inferred)
            for key, ms in sorted(cells.items(), key=lambda one: (-one[1], one[0]))
        ],
        by_session=sorted(rows, key=lambda row: (-row.seconds, row.session)),
        parallel_s=sum(one.parallel for one in timed.values()) / _SECOND,
    )


def _sum_causes(cells: Mapping[TimeKey, int], whole: int) -> list[TimeRow]:
    """Return a row for each cause, the longest first."""
    items: dict[TimeCause, Counter[str]] = defaultdict(Counter)
    inferred: Counter[TimeCause] = Counter()
    for key, ms in cells.items():
        items[key.cause][key.item] += ms
        inferred[key.cause] += ms if key.inferred else 0
    rows = []
    for cause, by_item in items.items():
        top, most = min(by_item.items(), key=lambda one: (-one[1], one[0]))
        spent = by_item.total()
        rows.append(
            TimeRow(
                name=cause.value,
                seconds=spent / _SECOND,
                share=spent / whole if whole else 0.0,
                inferred_s=inferred[cause] / _SECOND,
                item=top,
                item_s=most / _SECOND if top else 0.0,
            )
        )
    return sorted(rows, key=lambda row: (-row.seconds, row.name))


def _sum_session(uid: bytes, time: KeptTime, state: TimeState) -> SessionTimeRow:
    causes: Counter[str] = Counter()
    for key, ms in time.cells.items():
        causes[key.cause.value] += ms
    return SessionTimeRow(
        session=ids.shorten(ids.SESSION, uid),
        project=state.name,
        agent=state.agent,
        at=datetime.fromtimestamp(time.begin / _SECOND, UTC),
        seconds=time.wall / _SECOND,
        causes={name: ms / _SECOND for name, ms in causes.most_common()},
        parallel_seconds=time.parallel / _SECOND,
    )
