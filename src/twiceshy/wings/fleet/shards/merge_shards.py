"""Merge all shards into one whole: lessons, effects, counts and durations, as one store with everything has them.

One unit of work, run by a worker as any other. It reads only the small tables that shards write for it, row by row;
what grows in its memory is a record for each lesson and each observation. Its own store lies in a temporary folder, and
is gone afterwards. Files are written whole, so a merge that was killed is done again.
"""

import resource
import tempfile
import time
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.base.host import used_cpu
from twiceshy.records.fleet import FleetMerge, MergeReceipt
from twiceshy.wings.fleet.lake.places import open_place
from twiceshy.wings.fleet.lake.shard_reads import ShardTables
from twiceshy.wings.fleet.lake.tables import write_rows
from twiceshy.wings.fleet.shards.merge_figures import (
    COUNT_COLUMNS,
    DURATION_COLUMNS,
    EFFECT_COLUMNS,
    merge_counts,
    merge_durations,
    merge_effects,
)
from twiceshy.wings.fleet.shards.merge_lessons import LESSON_COLUMNS, list_merged_lessons, merge_lessons
from twiceshy.wings.fleet.shards.shard_work import ShardDesk, set_up_home


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
