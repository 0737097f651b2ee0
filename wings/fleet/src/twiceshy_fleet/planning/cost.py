"""What working through many logs costs, from a few megabytes that were worked through.

A shard costs a part that does not depend on its size (a store is made, rules are loaded) and a part for each byte. The
first is measured with one small log, the second with several samples; how far these differ is how far the estimate may
be off (Student's interval of their mean). What a sample cannot show is not in it: a step that takes more than twice as
long for twice as much, and a disk or a store that becomes the limit for many workers.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from statistics import fmean, stdev
from typing import NamedTuple

from twiceshy.records.fleet import CostSpan, FleetCost, FleetInput, SampleRun
from twiceshy.stats.intervals import CONFIDENCE, t_quantile

PARTS = 4
"""Samples, each a fourth of what is drawn: fewer say little of how far they differ (guess, 2026-11-23)."""
_LEAST = 65_536
"""Bytes of a log that say whose it is: those that are looked at to know it (same as ``logs.log_owner.HEAD``)."""
_HOUR_S = 3_600  # by definition of the unit
_MB = 1e6  # by definition of the unit


class DrawnLog(NamedTuple):
    """A log of the sample, and how many of its bytes are worked through: all, or its beginning."""

    log: FleetInput
    size: int


class SamplePlan(NamedTuple):
    """Which inputs to work through: each part as a shard of its own, and one small log to know what a shard costs."""

    small: tuple[DrawnLog, ...]
    parts: tuple[tuple[DrawnLog, ...], ...]


def draw_sample(inputs: Iterable[FleetInput], size: int, parts: int = PARTS) -> SamplePlan:
    """Draw logs of about ``size`` bytes, of each agent its share of all bytes; the same inputs give the same sample.

    Of a log that is larger than what its agent has in a part, the beginning is taken.
    """
    every = [one for one in inputs if one.kind == "log" and one.agent and not one.gone and one.size]
    if not every:
        return SamplePlan((), ())
    of_agent: dict[str, list[FleetInput]] = {}
    for one in every:
        of_agent.setdefault(one.agent, []).append(one)
    total = sum(one.size for one in every)
    drawn: list[list[DrawnLog]] = [[] for _ in range(parts)]
    for _, logs in sorted(of_agent.items()):
        share = size / parts * sum(one.size for one in logs) / total
        waiting = iter(sorted(logs, key=_lot_of))
        for part in drawn:
            part.extend(_take_bytes(waiting, int(share)))
    smallest = min(every, key=lambda one: (one.size, one.place))
    return SamplePlan((DrawnLog(smallest, smallest.size),), tuple(tuple(part) for part in drawn if part))


def _lot_of(one: FleetInput) -> bytes:
    return blake2b(one.place.encode("utf-8", "surrogatepass"), digest_size=8, person=b"sample").digest()


def _take_bytes(waiting: Iterator[FleetInput], left: int) -> list[DrawnLog]:
    """Take logs until there are as many bytes; of the last one only what is missing, but ``_LEAST``."""
    found = []
    while left > 0 and (one := next(waiting, None)) is not None:
        found.append(DrawnLog(one, min(one.size, max(left, _LEAST))))
        left -= one.size
    return found


class WorkRates(NamedTuple):
    """What a sample said."""

    fixed_s: float
    """CPU seconds of a shard, whatever its size."""
    byte_s: CostSpan
    """CPU seconds of a byte."""
    written: CostSpan
    """Bytes of output for a byte of logs."""
    fixed_mb: float
    byte_mb: float
    """Memory that a byte more takes, in 10**6 bytes; an upper bound, as most of it is held once."""


def measure_rates(small: SampleRun | None, runs: Sequence[SampleRun]) -> WorkRates:
    """Return what a shard and a byte cost; there must be one run at least."""
    fixed = small.cpu_s if small else 0.0
    speeds = [max(run.cpu_s - fixed, 0.0) / run.size for run in runs]
    outputs = [(run.output - (small.output if small else 0)) / run.size for run in runs]
    largest = max(runs, key=lambda run: run.peak_mb)
    base = small.peak_mb if small else largest.peak_mb
    return WorkRates(
        fixed, bound_mean(speeds), bound_mean(outputs), base, max(largest.peak_mb - base, 0.0) / largest.size
    )


def bound_mean(values: Sequence[float]) -> CostSpan:
    """Return the mean and its 95 % interval by Student's t, never below 0; of one value the interval is not known.

    >>> [round(x, 2) for x in bound_mean([1.0, 2.0, 3.0, 4.0])]
    [2.5, 0.45, 4.55]
    """
    middle = fmean(values)
    if len(values) < 2:
        return CostSpan(middle, 0.0, float("inf"))
    half = t_quantile((1 + CONFIDENCE) / 2, len(values) - 1) * stdev(values) / len(values) ** 0.5
    return CostSpan(middle, max(0.0, middle - half), middle + half)


def invert_speed(rates: WorkRates) -> CostSpan:
    """Return how many 10**6 bytes one core works through in a second."""
    speed = rates.byte_s
    return CostSpan(*(1 / value / _MB if value else float("inf") for value in (speed.estimate, speed.high, speed.low)))


def estimate_cost(sizes: Sequence[int], logs: int, rates: WorkRates, workers: int) -> FleetCost:
    """Return what shards of these bytes would cost; no run is faster than its longest shard on one core."""
    total, longest = sum(sizes), max(sizes, default=0)
    cpu = [len(sizes) * rates.fixed_s + total * speed for speed in rates.byte_s]
    alone = [(rates.fixed_s if sizes else 0.0) + longest * speed for speed in rates.byte_s]
    wall = [max(all_of_it / workers, one) for all_of_it, one in zip(cpu, alone, strict=True)]
    return FleetCost(
        logs=logs,
        size=total,
        shards=len(sizes),
        cpu_hours=CostSpan(*(value / _HOUR_S for value in cpu)),
        wall_hours=CostSpan(*(value / _HOUR_S for value in wall)),
        output=CostSpan(*(total * value for value in rates.written)),
        workers=workers,
    )


def bound_memory(rates: WorkRates, longest: int) -> float:
    """Return the memory that the largest shard may take, in 10**6 bytes, as if every byte took more of it."""
    return rates.fixed_mb + longest * rates.byte_mb
