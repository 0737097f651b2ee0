"""How do the changes of a table stand in rows for other programs, and how much is known of each column?"""

import math
from collections.abc import Container, Iterator, Mapping, Sequence
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
from twiceshy.wings.git.predict.risk.found_out import judge_rows
from twiceshy.wings.git.predict.risk.risk_state import list_times

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
