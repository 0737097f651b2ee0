"""What was merged over all shards, as a report tells it: effects that a test holds, and how long commands take."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from twiceshy.base.values import Scrubbed
from twiceshy.records.exports import ColumnType, RowColumn, list_columns
from twiceshy.records.fleet import FleetDuration, FleetEffect
from twiceshy.wings.fleet.lake.lake_database import LakeDatabase

_TEXT, _INTEGER, _REAL = ColumnType.TEXT, ColumnType.INTEGER, ColumnType.REAL
ASKED_MERGED: Final[Mapping[str, Sequence[RowColumn]]] = {
    "effects": (
        *list_columns(exposure=_TEXT, outcome=_TEXT, unit=_TEXT, project=_TEXT, words=_TEXT, refusal=_TEXT),
        *list_columns(exposed_n=_INTEGER, other_n=_INTEGER, sessions=_INTEGER),
        *list_columns(ratio=_REAL, ratio_low=_REAL, ratio_high=_REAL, q=_REAL),
    ),
    "quantiles": list_columns(kind=_TEXT, name=_TEXT, times=_INTEGER, p50=_REAL, p90=_REAL, p99=_REAL),
    "lessons": (
        *list_columns(id=_TEXT, description=_TEXT, root_cause=_TEXT, state=_TEXT, quoted=ColumnType.BOOLEAN),
        *list_columns(observations=_INTEGER, sessions=_INTEGER, projects=_INTEGER, people=_INTEGER, by_team=_TEXT),
    ),
}
"""Columns of ``merged/NAME.parquet`` that are asked."""
_SIGNIFICANT_Q: Final = 0.05
"""False discovery rate over all effects, as ``effects`` has it (convention)."""
_FEWEST_TIMES: Final = 30
"""Of a command whose durations are told: its 90 % quantile then has three values above it (guess, 2026-11-23)."""


def list_effects(lake: LakeDatabase, most: int) -> list[FleetEffect]:
    """Return the effects that are significant, the surest first.

    Raises:
        StoreCorrupt: the file is damaged.
    """
    rows = lake.ask(
        """SELECT words, exposure, unit, outcome, exposed_n + other_n, sessions, ratio, ratio_low, ratio_high, q
        FROM merged_effects WHERE coalesce(refusal, '') = '' AND q <= ? AND ratio IS NOT NULL
        ORDER BY q, exposure, outcome, unit, project LIMIT ?""",
        [_SIGNIFICANT_Q, most],
    )
    return [
        FleetEffect(words or exposure, unit, outcome, cases, sessions, ratio, *_read_ends(low, high), q)
        for words, exposure, unit, outcome, cases, sessions, ratio, low, high, q in rows
    ]


def _read_ends(low: float | None, high: float | None) -> tuple[float, float]:
    return 0.0 if low is None else low, math.inf if high is None else high


def list_durations(lake: LakeDatabase, most: int) -> list[FleetDuration]:
    """Return how long the commands and tools take that took most time together, the longest first.

    Raises:
        StoreCorrupt: the file is damaged.
    """
    rows = lake.ask(
        """SELECT kind, name, times, p50, p90, p99 FROM merged_quantiles WHERE times >= ?
        ORDER BY times * p50 DESC, kind, name LIMIT ?""",
        [_FEWEST_TIMES, most],
    )
    return [FleetDuration(kind, Scrubbed(name), times, *quantiles) for kind, name, times, *quantiles in rows]
