"""Say what a fleet's next run would do and cost, by really working through some megabytes of its logs.

The sample is worked through by what works on shards, in a scratch folder with a secret of its own, each part in a
process of its own, so that its memory is its own, too. Nothing of it is kept. What the manifest says of inputs is kept:
a run that follows does not look into them again.
"""

import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath

from twiceshy.base.config import Config
from twiceshy.base.private_files import write_new
from twiceshy.base.spread import FailedItem, LostItem, spread
from twiceshy.records.fleet import FleetCost, FleetInput, FleetListing, FleetPlan, FleetWish, SampleRun, ShardWork
from twiceshy.records.ingest import StepProgress
from twiceshy_fleet.lake.places import find_local_path, open_place
from twiceshy_fleet.planning.cost import (
    PARTS,
    DrawnLog,
    WorkRates,
    bound_memory,
    draw_sample,
    estimate_cost,
    invert_speed,
    measure_rates,
)
from twiceshy_fleet.recipes.open_fleet import open_fleet
from twiceshy_fleet.recipes.prepare_work import count_inputs, prepare_work
from twiceshy_fleet.shards.shard_work import prepare_desk, work_on_shard

_MB = 1_000_000  # by definition of the unit
_KEPT_PARTS = 4
"""Folders of a log's path that its copy has: readers look at no more (guess, 2026-11-23)."""


def plan_fleet(
    wish: FleetWish,
    config: Config,
    *,
    sample_mb: float,
    workers: int,
    now: datetime,
    env: Mapping[str, str],
    progress: Callable[[StepProgress], None] = lambda _: None,
) -> FleetPlan:
    """Return what a run would do, and what it would cost with so many workers; without a sample only the first.

    Raises:
        UsageError: no place is named, or one is none.
        ConfigError: there is no secret.
        StoreError: the output is damaged, cannot be written, or began with another secret.
        SourceError: a place cannot be listed.
    """
    fleet = open_fleet(wish, config, env)
    listing = prepare_work(fleet.wish, fleet.manifest, fleet.secret, now=now, processes=config.processes)
    small, runs = _work_through(listing, config, int(sample_mb * _MB), now, progress)
    rates = measure_rates(small, runs) if runs else None
    shards = _measure_shards(listing, new=False)
    there = [one for one in listing.inputs if one.group and not one.gone]
    longest = max(shards.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
    return FleetPlan(
        output=fleet.wish.output,
        figures=count_inputs(listing.inputs),
        shards=len(shards),
        waiting=len(listing.works),
        fresh=sum(not one.read_stamp for one in there),
        changed=sum(one.read_stamp not in {"", one.stamp} for one in there),
        gone=listing.gone,
        aside=listing.aside,
        sample=tuple(runs),
        mb_a_second=invert_speed(rates) if rates else None,
        memory_mb=bound_memory(rates, longest[1]) if rates else 0.0,
        whole=_estimate(listing, rates, workers, new=False) if rates else None,
        new=_estimate(listing, rates, workers, new=True) if rates else None,
        longest=longest,
    )


def _measure_shards(listing: FleetListing, *, new: bool) -> dict[str, int]:
    """Return the bytes of logs of each shard; with ``new`` of those that it has not read, if it has work."""
    shards = dict(listing.members)
    waiting = {work.shard for work in listing.works}
    found: dict[str, int] = {}
    for one in listing.inputs:
        shard = shards.get(one.group)
        if shard is None or one.gone or (new and shard not in waiting):
            continue
        counts = one.kind == "log" and one.agent != "" and not (new and one.read_stamp == one.stamp)
        found[shard] = found.get(shard, 0) + (one.size if counts else 0)
    return found


def _estimate(listing: FleetListing, rates: WorkRates, workers: int, *, new: bool) -> FleetCost:
    sizes = _measure_shards(listing, new=new)
    logs = [one for one in listing.inputs if one.kind == "log" and one.agent and not one.gone]
    count = sum(one.read_stamp != one.stamp for one in logs) if new else len(logs)
    return estimate_cost(list(sizes.values()), count, rates, workers)


def _work_through(
    listing: FleetListing, config: Config, size: int, now: datetime, progress: Callable[[StepProgress], None]
) -> tuple[SampleRun | None, list[SampleRun]]:
    """Return what one small log took, and what each part of the sample did; none where nothing is to be drawn."""
    if not size:
        return None, []
    aside = {(one.place, one.stamp) for one in listing.aside}
    plan = draw_sample((one for one in listing.inputs if (one.place, one.stamp) not in aside), size, PARTS)
    runs: list[SampleRun | None] = []
    with tempfile.TemporaryDirectory(prefix="twiceshy-plan-") as name:
        scratch = Path(name)
        write_new(scratch / "secret", os.urandom(32))
        for at, part in enumerate([plan.small, *plan.parts] if plan.small else []):
            progress(StepProgress(step="Working through a sample", done=at, total=len(plan.parts) + 1, unit="rows"))
            runs.append(_work_part(part, f"sample{at}", config, scratch, now))
    small, *rest = runs or [None]
    return small, [run for run in rest if run is not None]


def _work_part(part: Sequence[DrawnLog], shard: str, config: Config, scratch: Path, now: datetime) -> SampleRun | None:
    """Work through some logs as a shard of their own, in a process of its own; None where that did not end well."""
    output = scratch / f"{shard}.out"
    inputs = tuple(_copy_log(drawn, scratch / shard / str(at)) for at, drawn in enumerate(part))
    work = ShardWork(
        shard=shard,
        output=str(output),
        inputs=inputs,
        changed=tuple(one.place for one in inputs),
        now=now,
        given=shard,
    )
    setup = partial(prepare_desk, config, str(scratch / "secret"), str(scratch))
    (receipt,) = spread(work_on_shard, [work], setup=setup, processes=2)
    if isinstance(receipt, FailedItem | LostItem):
        return None
    return SampleRun(
        logs=len(inputs),
        size=sum(one.size for one in inputs),
        cpu_s=receipt.cpu_s,
        seconds=receipt.seconds,
        output=_sum_bytes(str(output)),
        peak_mb=receipt.peak_mb,
    )


def _sum_bytes(output: str) -> int:
    return sum(one.size for one in open_place(output).list_files())


def _copy_log(drawn: DrawnLog, folder: Path) -> FleetInput:
    """Return the log, or the beginning of it, as a file of this machine; what can be read as it is is not copied."""
    if drawn.size >= drawn.log.size and find_local_path(drawn.log.place) is not None:
        return drawn.log
    parts: Iterable[str] = PurePosixPath(drawn.log.place.partition("?")[0]).parts[-_KEPT_PARTS:]
    path = folder.joinpath(*(part for part in parts if part not in {"/", ".", ".."}))
    path.parent.mkdir(parents=True)
    open_place(drawn.log.place).fetch("", path, drawn.size)
    found = path.stat()
    return FleetInput(
        kind="log",
        place=str(path),
        size=found.st_size,
        stamp=str(found.st_mtime_ns),
        group=drawn.log.group,
        agent=drawn.log.agent,
        known_as=drawn.log.known_as,
    )
