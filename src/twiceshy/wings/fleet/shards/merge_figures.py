"""Merge effects, counts and durations of all shards: sums are added, and effects asked of all observations at once."""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final

from twiceshy.archive.observations import decode_observations
from twiceshy.base.values import Rate
from twiceshy.judgement.outcomes.correlate import find_effects
from twiceshy.records.effects import Effect, Estimate, Observation
from twiceshy.records.exports import Cell, ColumnType, list_columns
from twiceshy.stats.sketches import ALPHA, QuantileSketch
from twiceshy.wings.fleet.lake.shard_reads import ShardTables

_TEXT, _INTEGER, _REAL, _BYTES = ColumnType.TEXT, ColumnType.INTEGER, ColumnType.REAL, ColumnType.BYTES
_RATES: Final = ("exposed", "other")
_ESTIMATES: Final = ("ratio", "difference", "true_ratio", "true_difference", "by_file")
EFFECT_COLUMNS: Final = (
    *list_columns(exposure=_TEXT, outcome=_TEXT, unit=_TEXT, scope=_TEXT, project=_TEXT, place=_TEXT, nature=_TEXT),
    *(
        column
        for name in _RATES
        for column in list_columns(
            **{f"{name}_hits": _INTEGER, f"{name}_n": _INTEGER},
            **{f"{name}_share": _REAL, f"{name}_low": _REAL, f"{name}_high": _REAL},
        )
    ),
    *(
        column
        for name in _ESTIMATES
        for column in list_columns(**{name: _REAL, f"{name}_low": _REAL, f"{name}_high": _REAL})
    ),
    *list_columns(within=_TEXT, strata=_INTEGER, p=_REAL, q=_REAL, sessions=_INTEGER, projects=_INTEGER, proof=_TEXT),
    *list_columns(words=_TEXT, refusal=_TEXT),
)
"""Every field of ``records.effects.Effect``; several texts are JSON."""
KEYS: Final = ("team", "project", "project_name", "agent", "model")
SUMS: Final = (
    *("prompts", "calls", "failed_calls", "edits", "added", "removed", "tasks", "corrections", "rollbacks"),
    *("input", "output", "cache_write", "cache_read", "cache_write_1h", "dollars", "unpriced"),
)
COUNT_COLUMNS: Final = (
    *list_columns(**dict.fromkeys((*KEYS, "day"), _TEXT)),
    *list_columns(sessions=_INTEGER),
    *list_columns(**{name: _REAL if name == "dollars" else _INTEGER for name in SUMS}),
)
"""``day``: on which sessions began, in UTC; empty where their logs have no times; dollars at the list's prices."""
SHARES: Final = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
DURATION_COLUMNS: Final = (
    *list_columns(kind=_TEXT, name=_TEXT, times=_INTEGER),
    *list_columns(**dict.fromkeys(SHARES, _REAL)),
    *list_columns(error=_REAL, sketch=_BYTES),
)
"""``kind``: ``tool`` by its name, ``run`` by program and subcommand; seconds, each within ``error`` of itself."""


def merge_effects(tables: ShardTables) -> Iterator[Sequence[Cell]]:
    """Yield every effect that was looked at over all shards, in the order of ``find_effects``."""
    yield from map(pack_effect, find_effects(_read_observations(tables)))


def _read_observations(tables: ShardTables) -> Iterator[Observation]:
    """Yield all observations; what observations have in common they share in memory."""
    for kept in tables.read_observations():
        yield from decode_observations(kept)


def pack_effect(effect: Effect) -> tuple[Cell, ...]:
    """Return an effect as a row of ``EFFECT_COLUMNS``."""
    return (
        *(effect.exposure, effect.outcome, effect.unit, effect.scope.value, effect.project, effect.place),
        effect.nature,
        *(cell for name in _RATES for cell in _pack_rate(getattr(effect, name))),
        *(cell for name in _ESTIMATES for cell in _pack_estimate(getattr(effect, name))),
        *(json.dumps(effect.within), effect.strata, effect.p, effect.q, effect.sessions, effect.projects),
        *(json.dumps(effect.proof), effect.words, effect.refusal),
    )


def _pack_rate(rate: Rate) -> tuple[Cell, ...]:
    return rate.hits, rate.n, rate.share, rate.low, rate.high


def _pack_estimate(estimate: Estimate | None) -> tuple[Cell, ...]:
    return (None, None, None) if estimate is None else tuple(None if math.isnan(one) else one for one in estimate)


def merge_counts(tables: ShardTables) -> Iterator[Sequence[Cell]]:
    """Yield the counts of all shards."""
    for row in tables.count(KEYS, SUMS):
        yield (*row.keys, *row.counts)


def merge_durations(sketches: Iterable[tuple[str, str, bytes]]) -> Iterator[Sequence[Cell]]:
    """Yield quantiles of each tool's and command's durations; sketches of one name come together."""
    for (kind, name), some in groupby(sketches, key=itemgetter(0, 1)):
        whole = QuantileSketch()
        for _, _, sketch in some:
            whole.merge(QuantileSketch.decode(sketch))
        quantiles = (whole.estimate(share) for share in SHARES.values())
        yield (kind, name, whole.count, *quantiles, ALPHA, whole.encode())
