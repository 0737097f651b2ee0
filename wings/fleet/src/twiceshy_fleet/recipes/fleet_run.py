"""Bring a fleet's output up to date: list, work on every shard that has something new, merge.

Shards are independent, so an engine may do them anywhere and in any order; what comes back are receipts. Each receipt
stands for a whole shard, so whoever kills this process loses what was under way, and the next run does the rest.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b

from twiceshy.base.config import Config
from twiceshy.base.errors import StoreUnwritable, TwiceshyError, locate_fault
from twiceshy.base.spread import FailedItem, ItemLimits, LostItem
from twiceshy.records.fleet import (
    FleetInput,
    FleetListing,
    FleetMerge,
    FleetRun,
    FleetWish,
    SetAside,
    ShardReceipt,
    ShardWork,
)
from twiceshy_fleet.cluster.engines import open_engine
from twiceshy_fleet.cluster.work_engine import EngineWish, WorkEngine
from twiceshy_fleet.lake.manifest import Manifest, sum_rows
from twiceshy_fleet.planning.changes import keep_aside, mark_read
from twiceshy_fleet.recipes.open_fleet import OpenFleet, open_fleet
from twiceshy_fleet.recipes.prepare_work import prepare_work
from twiceshy_fleet.shards.large_shards import make_piece, plan_stages
from twiceshy_fleet.shards.merge_shards import merge_shards
from twiceshy_fleet.shards.shard_work import ShardDesk, prepare_desk, work_on_shard

# Find out which input ends the process that reads it, so that it is set aside and its shard is worked on without it.
#
# A shard whose worker was lost, or failed for a fault of ours, tells nothing of which input it was. So its new inputs
# are worked on in parts, in empty stores of which nothing is kept, and what ends its worker is parted again, until it
# is one input. That costs a few times the reading of the shard; a fleet with a million logs does it for a handful.

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


_MERGED = "merged/given"
"""What the merged tables were made of."""
_LEAST_S = 7200.0
"""A unit of work may take so long, whatever its size; what takes longer hangs (guess, 2026-11-23)."""
_SLOWEST = 50_000.0
"""Bytes a second for which it gets more time (guess, 2026-11-23: `fleet plan` measured 1.5 MB a second)."""
_MOST_MB = 8_000
"""10**6 bytes of a worker (guess, 2026-11-23: eight times what one may take)."""
Watch = Callable[[int, int], None]
"""Gets how many shards are done, and of how many."""


@dataclass(slots=True)
class _Done:
    """What came back from the workers so far."""

    worked: list[ShardWork] = field(default_factory=list)
    """Those that went well."""
    receipts: list[ShardReceipt] = field(default_factory=list)


def run_fleet(
    config: Config,
    wish: FleetWish,
    *,
    watch: Watch = lambda _done, _of: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> FleetRun:
    """Do all that is due, and return what was done.

    Raises:
        UsageError: nothing was ever asked for at this output.
        ConfigError: the secret cannot be used.
        StoreError: the output cannot be used; shards that have their receipt are whole.
        ToolMissing: the engine, or a part that it needs, is not there.
    """
    started = time.perf_counter()
    fleet = open_fleet(wish, config, os.environ)
    listing = prepare_work(
        fleet.wish, fleet.manifest, fleet.secret, now=now(), processes=wish.workers or config.processes
    )
    done = _Done()
    receipts = fleet.manifest.read_receipts()
    if listing.works or not _is_merged(fleet.manifest, receipts):
        limits = ItemLimits(wall_s=_choose_limit(listing.works), memory_mb=_MOST_MB)
        asked = EngineWish(workers=wish.workers, master=wish.master, settings=wish.settings, limits=limits)
        with open_engine(wish.engine, asked) as engine:
            _work_on_all(engine, config, fleet, listing.works, done=done, watch=watch)
            _keep_manifest(fleet.manifest, listing, done)
            receipts = fleet.manifest.read_receipts()
            if not _is_merged(fleet.manifest, receipts):
                _merge(engine, config, fleet, _list_whole(receipts), now())
    return FleetRun(
        shards=len({shard for _, shard in listing.members}),
        worked=len(done.worked),
        failed=tuple(one for one in done.receipts if one.state == "failed"),
        aside=tuple(fleet.manifest.read_aside()),
        rows=sum_rows(receipts),
        bytes_read=sum(one.bytes_read for one in done.receipts),
        cpu_s=round(sum(one.cpu_s for one in done.receipts), 2),
        seconds=round(time.perf_counter() - started, 2),
    )


def _work_on_all(
    engine: WorkEngine,
    config: Config,
    fleet: OpenFleet,
    works: Iterable[ShardWork],
    *,
    done: _Done,
    watch: Watch,
) -> None:
    """Have every shard worked on, the largest first, so that none is begun last that takes longest.

    Raises:
        StoreUnwritable: the output takes nothing any more.
    """
    waiting = sorted(works, key=lambda work: (-_measure(work), work.shard))
    setup = partial(prepare_desk, config, fleet.wish.secret)
    watch(0, len(waiting))
    _make_pieces(engine, setup, waiting)
    broken = []
    for number, (work, answer) in enumerate(zip(waiting, engine(work_on_shard, waiting, setup=setup), strict=True), 1):
        if isinstance(answer, ShardReceipt):
            _note_success(done, work, answer)
        else:
            broken.append((work, answer))
        watch(number, len(waiting))
    _work_again(engine, setup, fleet.manifest, broken, done)


def _work_again(
    engine: WorkEngine,
    setup: Callable[[], ShardDesk],
    manifest: Manifest,
    broken: Iterable[tuple[ShardWork, FailedItem[ShardWork] | LostItem[ShardWork]]],
    done: _Done,
) -> None:
    """Have broken shards worked on without the inputs at which their workers end; note those that fail all the same.

    When the others are done: none waits for this.
    """
    for work, fault in broken:
        left = leave_out_culprits(engine, setup, work, _explain) if _may_be_input(fault) else None
        answers = engine(work_on_shard, [left], setup=setup) if left else ()
        receipt = next((one for one in answers if isinstance(one, ShardReceipt)), None)
        if left and receipt:
            _note_success(done, left, receipt)
        else:
            done.receipts.append(_note_failure(manifest, work, _explain(fault)))


def _make_pieces(engine: WorkEngine, setup: Callable[[], ShardDesk], works: Sequence[ShardWork]) -> None:
    """Have what is large of the shards done by several; what a piece could not do, its shard does."""
    for stage in plan_stages(works):
        for _ in engine(make_piece, stage, setup=setup):
            pass


def _note_success(done: _Done, work: ShardWork, receipt: ShardReceipt) -> None:
    done.worked.append(work)
    done.receipts.append(receipt)


def _may_be_input(fault: FailedItem[ShardWork] | LostItem[ShardWork]) -> bool:
    """Tell whether an input may be the reason, rather than the output, the secret or a missing program."""
    return isinstance(fault, LostItem) or not isinstance(fault.error, TwiceshyError)


def _is_merged(manifest: Manifest, receipts: Mapping[str, ShardReceipt]) -> bool:
    """Tell whether what is merged was made of the shards as they are; where none went well there is nothing to."""
    whole = _list_whole(receipts)
    return not whole or manifest.place.read(_MERGED) == _mark_whole(whole)


def _mark_whole(whole: Sequence[tuple[str, str]]) -> bytes:
    """Return what changes with any shard that went well."""
    return blake2b(repr(whole).encode(), digest_size=16).hexdigest().encode()


def _list_whole(receipts: Mapping[str, ShardReceipt]) -> list[tuple[str, str]]:
    """Return the shards that went well, and what each was made of: what was set aside is no part of it."""
    return sorted((shard, f"{one.given} {one.aside}") for shard, one in receipts.items() if one.state == "done")


def _merge(
    engine: WorkEngine, config: Config, fleet: OpenFleet, whole: Sequence[tuple[str, str]], now: datetime
) -> None:
    """Make one whole of all shards that went well.

    Raises:
        TwiceshyError: it could not be made; what the shards wrote is whole, and the next run merges again.
    """
    work = FleetMerge(output=fleet.wish.output, shards=tuple(shard for shard, _ in whole), now=now)
    for answer in engine(merge_shards, [work], setup=partial(prepare_desk, config, fleet.wish.secret)):
        if isinstance(answer, FailedItem):
            raise answer.error
        if isinstance(answer, LostItem):
            raise TwiceshyError(
                f"the shards are worked on and could not be merged: the worker was lost ({answer.reason})"
            )
    fleet.manifest.place.write(_MERGED, _mark_whole(whole))


def _choose_limit(works: Iterable[ShardWork]) -> float:
    """Return after how many seconds a unit of work hangs."""
    return _LEAST_S + max(map(_measure, works), default=0) / _SLOWEST


def _measure(work: ShardWork) -> int:
    """Return the bytes that are to be read."""
    changed = set(work.changed)
    return sum(one.size for one in work.inputs if one.place in changed)


def _explain(answer: FailedItem[ShardWork] | LostItem[ShardWork]) -> str:
    """Return why a shard was not worked on.

    Raises:
        StoreUnwritable: it is the same for every shard.
    """
    if isinstance(answer, LostItem):
        return f"its worker was lost: {answer.reason}"
    if isinstance(answer.error, StoreUnwritable):
        raise answer.error
    if isinstance(answer.error, TwiceshyError):
        return str(answer.error)
    return f"a fault of ours ({type(answer.error).__name__} at {locate_fault(answer.error)}); please report it"


def _note_failure(manifest: Manifest, work: ShardWork, reason: str) -> ShardReceipt:
    """Write that a shard failed; what was written of it before stays, and its figures with it."""
    before = manifest.read_receipt(work.shard) or ShardReceipt(shard=work.shard, given=work.given, state="failed")
    receipt = replace(
        before, given=work.given, state="failed", reason=reason, aside=(), bytes_read=0, cpu_s=0, seconds=0
    )
    manifest.write_receipt(receipt)
    return receipt


def _keep_manifest(manifest: Manifest, listing: FleetListing, done: _Done) -> None:
    """Write which inputs were read, and which were set aside: what is no input stays so until it is listed again."""
    told = [one for receipt in done.receipts for one in receipt.aside]
    inputs = mark_read(listing.inputs, done.worked, told)
    manifest.write_inputs(inputs)
    places = {one.place for one in inputs}
    passed = (one for one in listing.aside if one.place not in places)
    manifest.write_aside(sorted({*passed, *keep_aside([*listing.aside, *told], inputs)}))
