"""Find out which input ends the process that reads it, so that it is set aside and its shard is worked on without it.

A shard whose worker was lost, or failed for a fault of ours, tells nothing of which input it was. So its new inputs are
worked on in parts, in empty stores of which nothing is kept, and what ends its worker is parted again, until it is one
input. That costs a few times the reading of the shard; a fleet with a million logs does it for a handful.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from twiceshy.base.spread import FailedItem, LostItem
from twiceshy.records.fleet import FleetInput, SetAside, ShardReceipt, ShardWork
from twiceshy.wings.fleet.cluster.work_engine import WorkEngine
from twiceshy.wings.fleet.shards.shard_work import ShardDesk, work_on_shard

_PARTS = 8
"""Into how many a suspicious part is cut: enough for some workers (guess, 2026-11-23)."""

Fault = FailedItem[ShardWork] | LostItem[ShardWork]


def try_work(desk: ShardDesk, work: ShardWork) -> ShardReceipt:
    """Do a shard's work for nothing: from an empty store, into a folder that is removed.

    Raises:
        TwiceshyError: as ``work_on_shard``.
    """
    with tempfile.TemporaryDirectory(prefix="trial-", dir=desk.scratch) as folder:
        return work_on_shard(desk, replace(work, output=folder))


def leave_out_culprits(
    engine: WorkEngine, setup: Callable[[], ShardDesk], work: ShardWork, explain: Callable[[Fault], str]
) -> ShardWork | None:
    """Return the work without the inputs that end their workers, which it tells as set aside.

    None where no input does so alone, so that nobody knows what to leave out.

    Raises:
        Exception: whatever ``setup`` or ``explain`` raises.
    """
    new = set(work.changed)
    suspects = [tuple(one for one in work.inputs if one.place in new)]
    culprits: list[SetAside] = []
    while suspects:
        parts = [part for suspect in suspects for part in _cut(suspect)]
        faults = list(_try_parts(engine, setup, work, parts))
        suspects = [part for part, _ in faults if len(part) > 1]
        culprits += [SetAside(one.place, one.stamp, explain(fault)) for (one, *more), fault in faults if not more]
    return _leave_out(work, sorted(culprits)) if culprits else None


def _try_parts(
    engine: WorkEngine, setup: Callable[[], ShardDesk], work: ShardWork, parts: Sequence[tuple[FleetInput, ...]]
) -> Iterator[tuple[tuple[FleetInput, ...], Fault]]:
    """Yield the parts that went wrong, and how."""
    trials = (replace(work, inputs=part, changed=tuple(one.place for one in part), kept=()) for part in parts)
    for part, answer in zip(parts, engine(try_work, trials, setup=setup), strict=True):
        if not isinstance(answer, ShardReceipt):
            yield part, answer


def _cut(suspect: Sequence[FleetInput]) -> list[tuple[FleetInput, ...]]:
    size = -(-len(suspect) // _PARTS)
    return [tuple(suspect[at : at + size]) for at in range(0, len(suspect), size or 1)]


def _leave_out(work: ShardWork, culprits: Sequence[SetAside]) -> ShardWork:
    bad = {one.place for one in culprits}
    return replace(
        work,
        inputs=tuple(one for one in work.inputs if one.place not in bad),
        changed=tuple(place for place in work.changed if place not in bad),
        kept=(*work.kept, *(one for one in work.inputs if one.place in bad and one.kind == "log")),
        aside=(*work.aside, *culprits),
    )
