"""Merge all shards into one whole: lessons, effects, counts and durations, as one store with everything has them.

One unit of work, run by a worker as any other. It reads only the small tables that shards write for it, row by row;
what grows in its memory is a record for each lesson and each observation. Its own store lies in a temporary folder, and
is gone afterwards. Files are written whole, so a merge that was killed is done again.
"""

import json
import math
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from twiceshy.archive.db import Store
from twiceshy.archive.observations import decode_observations
from twiceshy.base.host import used_cpu
from twiceshy.base.values import Rate
from twiceshy.judgement.outcomes.correlate import find_effects
from twiceshy.records.effects import Effect, Estimate, Observation
from twiceshy.records.exports import Cell, ColumnType, list_columns
from twiceshy.records.fleet import FleetMerge, MergeReceipt
from twiceshy.stats.sketches import ALPHA, QuantileSketch
from twiceshy_fleet.lake.places import open_place
from twiceshy_fleet.lake.shard_reads import ShardTables
from twiceshy_fleet.lake.tables import write_rows
from twiceshy_fleet.shards.merge_lessons import LESSON_COLUMNS, list_merged_lessons, merge_lessons
from twiceshy_fleet.shards.shard_work import ShardDesk, set_up_home

# Merge effects, counts and durations of all shards: sums are added, and effects asked of all observations at once.

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


def merge_shards(desk: ShardDesk, work: FleetMerge) -> MergeReceipt:
    """Merge the shards and write ``merged/*.parquet``; return what that took.

    Raises:
        NotFound: there is no shard to merge.
        TwiceshyError: the output or this machine's disk cannot be used.
    """
    started, clock = used_cpu(), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="merge-", dir=desk.scratch) as name:
        folder = Path(name)
        made = folder / "merged"
        made.mkdir()
        lake = folder / "lake"
        lake.mkdir()
        config = set_up_home(desk, folder / "home")
        with ShardTables(work.output, work.shards, lake) as tables:
            rows = {
                "effects": write_rows(made / "effects.parquet", EFFECT_COLUMNS, merge_effects(tables)),
                "counts": write_rows(made / "counts.parquet", COUNT_COLUMNS, merge_counts(tables)),
                "quantiles": write_rows(
                    made / "quantiles.parquet", DURATION_COLUMNS, merge_durations(tables.read_durations())
                ),
            }
            with Store.open(config.home) as store:
                merge_lessons(config, store, tables, work)
                lessons = list_merged_lessons(config, store, work.now)
                rows["lessons"] = write_rows(made / "lessons.parquet", LESSON_COLUMNS, lessons)
            sessions = tables.count_sessions()
        _put(work.output, made, rows)
    return MergeReceipt(
        rows=rows,
        sessions=sessions,
        cpu_s=round(used_cpu() - started, 2),
        seconds=round(time.perf_counter() - clock, 2),
        peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, 1),
    )


def _put(output: str, made: Path, rows: dict[str, int]) -> None:
    """Write the files into the output; one without rows is removed."""
    place = open_place(output)
    for table, count in rows.items():
        name = f"merged/{table}.parquet"
        if count:
            place.take(name, made / f"{table}.parquet")
        else:
            place.remove(name)
