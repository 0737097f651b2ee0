"""How do the changes of a table stand in rows for other programs, and how much is known of each column?"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Final

from twiceshy.records.change_risk import (
    ChangeFate,
    ChangeFeatures,
    ChangeRow,
    FeatureFigures,
    FeatureList,
    FeatureValue,
    FixLabel,
    RiskColumn,
    RiskTable,
)
from twiceshy.records.exports import ColumnType, ExportRow, ExportValue, RowColumn, list_columns
from twiceshy_git.predict.risk.risk_state import list_times

# How long does it take here until a bad change is found out, and which changes are old enough to count as good?
#
# A delay is seen only if the fix has come by now, so long delays are missing the more, the younger the repository is.
# The estimate makes up for that: Lynden-Bell's for data that are cut off above (1971, Monthly Notices of the Royal
# Astronomical Society 155, 95).

FOUND_SHARE: Final = 0.9
"""Share of bad changes that are found out when a change counts as good (guess, 2026-11-23)."""
LONGEST_WAIT: Final = 2 * 365.25 * 86_400
"""Seconds: two years (guess, 2026-11-23). Also where a repository's own delays are not known. DPDK, Open vSwitch and
iproute2 find 78 to 81 % of their bad changes by then: who waits for the rest has nothing new to learn from."""
_LEAST: Final = 30
"""Bad changes that are needed to tell their delays (guess, 2026-11-23)."""
_LEAST_BESIDE: Final = 10
"""Delays that must have had the chance to be as long as one that counts (guess, 2026-11-23): of fewer, one change
would decide."""
_RARE: Final = 20
"""One label in so many may be older than the habit (guess, 2026-11-23)."""


def find_wait(changed: Mapping[str, float], labels: Iterable[FixLabel], now: float) -> float:
    """Return the seconds within which nine of ten bad changes are found out, by what is known at ``now``.

    At most two years: the rest of the bad ones counts as good, and ``share_found`` says how many these are.
    ``changed``: when each change was made.
    """
    delays = _list_delays(changed, labels, now)
    if len(delays) < _LEAST:
        return LONGEST_WAIT
    return min(LONGEST_WAIT, *(length for length, share in _spread_delays(delays) if share >= FOUND_SHARE))


def share_found(changed: Mapping[str, float], labels: Iterable[FixLabel], now: float, wait: float) -> float | None:
    """Return which share of the bad changes is found out within ``wait`` seconds, of all that ever are.

    None where too few are known. It rests on the longest delays seen, so that of a young repository it says too much.
    """
    delays = _list_delays(changed, labels, now)
    if len(delays) < _LEAST:
        return None
    return next((share for length, share in _spread_delays(delays) if length <= wait), 0.0)


def first_found(labels: Iterable[FixLabel], now: float) -> dict[str, float]:
    """Return when each bad change was first found out, of those found by ``now``."""
    found: dict[str, float] = {}
    for one in labels:
        if one.known_at <= now:
            found[one.commit] = min(one.known_at, found.get(one.commit, one.known_at))
    return found


def judge_rows(
    rows: Sequence[ChangeRow], labels: Iterable[FixLabel], now: float, made: Mapping[str, float] | None = None
) -> list[bool | None]:
    """Return of each change whether it was bad, as known at ``now``; None while nobody can know that it was good.

    ``made``: when each change of the repository was made, where these are not all.
    """
    known = [one for one in labels if one.known_at <= now]
    bad = first_found(known, now)
    old = now - find_wait({one.id: one.at for one in rows} if made is None else made, known, now)
    return [one.id in bad or (False if one.at <= old else None) for one in rows]


def _list_delays(changed: Mapping[str, float], labels: Iterable[FixLabel], now: float) -> list[tuple[float, float]]:
    """Return how long each bad change took to be found out, and how long it could have taken.

    Of changes older than the habit to name them only those stand here that were found late: these are left out.
    """
    found = first_found(labels, now)
    if not found:
        return []
    habit = sorted(found.values())[len(found) // _RARE]
    known = [(at, changed[name]) for name, at in found.items() if name in changed]
    return [(max(0.0, at - made), now - made) for at, made in known if made >= habit]


def _spread_delays(delays: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Yield each delay, the longest first, with the share of all that do not exceed it; at last nothing is left.

    A delay has the share that it has among those that are no longer, and could have been as long.
    """
    lengths = sorted(length for length, _ in delays)
    limits = sorted(limit for _, limit in delays)
    share = 1.0
    for length in sorted(set(lengths), reverse=True):
        yield length, share
        until = bisect_right(lengths, length)
        beside = until - bisect_left(limits, length)
        if beside >= _LEAST_BESIDE:
            share *= 1 - (until - bisect_left(lengths, length)) / beside
    yield lengths[0], 0.0


_WHOLE: Final = 1 << 24
"""Up to here 32 bits hold every whole number, by definition."""
_DIGITS: Final = 7
"""Of a number of 32 bits that are written: further ones say nothing, by definition."""
_BEFORE: Final = list_columns(
    id=ColumnType.TEXT,
    at=ColumnType.TIME,
    label=ColumnType.BOOLEAN,
    label_known_at=ColumnType.TIME,
    label_source=ColumnType.TEXT,
    label_by=ColumnType.TEXT,
)
"""What a row begins with; a feature has none of these names."""
ABOUT_COLUMNS: Final = list_columns(
    name=ColumnType.TEXT,
    tier=ColumnType.INTEGER,
    unit=ColumnType.TEXT,
    known_at=ColumnType.TEXT,
    known=ColumnType.REAL,
)
"""What is said of each column."""


def list_feature_columns(columns: Sequence[RiskColumn]) -> tuple[RowColumn, ...]:
    """Return the columns of the rows: id, time, label, then each feature."""
    return (*_BEFORE, *(RowColumn(one.name, ColumnType.REAL) for one in columns))


def list_feature_rows(table: RiskTable, now: float, only: Container[str] | None = None) -> Iterator[ExportRow]:
    """Yield a row for each change, or for those ``only``, the oldest first; what is not known is None."""
    names = [column.name for column in list_feature_columns(table.columns)]
    for row, fate in zip(table.rows, judge_changes(table, now), strict=True):
        if only is not None and row.id not in only:
            continue
        values: chain[ExportValue] = chain(
            (row.id, _write_time(row.at), fate.bad),
            (None if fate.known_at is None else fate.known_at.isoformat(), fate.source, fate.by),
            map(tell_number, row.values),
        )
        yield ExportRow(row.id, dict(zip(names, values, strict=True)))


def list_about_rows(columns: Sequence[FeatureFigures]) -> Iterator[ExportRow]:
    """Yield a row for each column of the table."""
    for one in columns:
        yield ExportRow(one.name, dict(one._asdict()))


def judge_changes(table: RiskTable, now: float) -> Iterator[ChangeFate]:
    """Yield what became of each change, as known at ``now``."""
    said = _find_first(table.labels, now)
    for row, bad in zip(table.rows, judge_rows(table.rows, table.labels, now), strict=True):
        label = said.get(row.id)
        yield ChangeFate(bad) if label is None else _tell_fate(label)


def measure_columns(table: RiskTable) -> tuple[FeatureFigures, ...]:
    """Return each column with the share of the changes of which it is known."""
    known = [0] * len(table.columns)
    for row in table.rows:
        for place, value in enumerate(row.values):
            known[place] += not math.isnan(value)
    count = max(1, len(table.rows))
    return tuple(FeatureFigures(*column, hits / count) for column, hits in zip(table.columns, known, strict=True))


def sum_up_table(table: RiskTable, now: float) -> FeatureList:
    """Return how many changes there are, what became of them, and how much is known of each column."""
    fates = [one.bad for one in judge_changes(table, now)]
    times = [table.rows[place].at for place in (0, -1)] if table.rows else []
    return FeatureList(
        changes=len(table.rows),
        bad=fates.count(True),
        good=fates.count(False),
        since=_read_time(times[0]) if times else None,
        until=_read_time(times[1]) if times else None,
        columns=measure_columns(table),
        doubts=table.doubts,
    )


def tell_change(row: ChangeRow, table: RiskTable, now: float) -> ChangeFeatures:
    """Return all that was known of a change of the table, and what became of it."""
    (bad,) = judge_rows([row], table.labels, now, list_times(table.rows))
    label = _find_first(table.labels, now).get(row.id)
    return ChangeFeatures(
        id=row.id,
        at=_read_time(row.at),
        fate=ChangeFate(bad) if label is None else _tell_fate(label),
        values=tuple(
            FeatureValue(*column, tell_number(value)) for column, value in zip(table.columns, row.values, strict=True)
        ),
    )


def tell_number(value: float) -> float | None:
    """Return a number of 32 bits as people write it; None for what is none.

    >>> tell_number(3.0), tell_number(0.30000001192092896), tell_number(float("nan"))
    (3, 0.3, None)
    """
    if not math.isfinite(value):
        return None
    if abs(value) < _WHOLE and value == int(value):
        return int(value)
    return float(f"{value:.{_DIGITS}g}")


def _find_first(labels: Sequence[FixLabel], now: float) -> Mapping[str, FixLabel]:
    """Return what first said of each bad change that it was bad."""
    first: dict[str, FixLabel] = {}
    for one in sorted(labels, key=lambda label: label.known_at):
        if one.known_at <= now:
            first.setdefault(one.commit, one)
    return first


def _tell_fate(label: FixLabel) -> ChangeFate:
    return ChangeFate(bad=True, known_at=_read_time(label.known_at), source=label.source, by=label.by or None)


def _read_time(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _write_time(at: float) -> str:
    return _read_time(at).isoformat()
