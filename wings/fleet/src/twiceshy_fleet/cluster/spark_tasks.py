"""What a Python worker of Spark does with a pack of items: it hands them to a process of its own and keeps that.

The process is Spark's grandchild: what ends it is an answer and no failed task, what it prints goes nowhere (Spark
keeps what its workers say), and its temporary folder lies in Spark's own. It stays over tasks of the same function and
set-up, which are paid once a worker.

Nothing is raised for an item or a set-up: Spark would write it into its logs. It travels as an answer.
"""

import os
import pickle
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from twiceshy import VERSION
from twiceshy.base.spread import ApartProcess, ItemLimits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa

COLUMNS: Final = ("number", "payload")
"""Of packs and of answers: the pack's number, and a pickle."""


class PackAnswer(NamedTuple):
    """What a worker made of a pack."""

    version: str
    """Of twiceshy there."""
    answers: tuple[Any, ...] = ()
    """One an item."""
    error: Exception | None = None
    """What its set-up raised; there are no answers then."""


class _KeptProcess(NamedTuple):
    """The process of this worker, and what it is able to do."""

    greeting: bytes
    limits: ItemLimits
    process: "ApartProcess[Any, Any, Any]"


_kept: list[_KeptProcess] = []
"""At most one."""


def answer_packs(
    batches: "Iterable[pa.RecordBatch]", greeting: bytes, limits: ItemLimits, version: str = VERSION
) -> "Iterator[pa.RecordBatch]":
    """Yield a batch of answers for each batch of packs, for ``mapInArrow``; called in Spark's Python workers only."""
    import pyarrow as pa  # noqa: PLC0415  # an extra, and there wherever Spark calls this

    schema = pa.schema([(COLUMNS[0], pa.int64()), (COLUMNS[1], pa.binary())])
    for batch in batches:
        numbers, packs = (batch.column(place).to_pylist() for place in range(2))
        payloads = [pickle.dumps(answer_pack(pack, greeting, limits, version)) for pack in packs]
        yield pa.RecordBatch.from_arrays(
            [pa.array(numbers, pa.int64()), pa.array(payloads, pa.binary())], schema=schema
        )


def answer_pack(pack: bytes, greeting: bytes, limits: ItemLimits, version: str = VERSION) -> PackAnswer:
    """Return the answers to pickled items; none where the driver's version is another: rows would differ."""
    if version != VERSION:
        return PackAnswer(VERSION)
    process = _take_process(greeting, limits)
    try:
        return PackAnswer(VERSION, tuple(process.answer(item) for item in pickle.loads(pack)))  # noqa: S301  # our own
    except Exception as error:  # noqa: BLE001  # raised again where the answer is taken
        end_process()
        return PackAnswer(VERSION, error=error)


def _take_process(greeting: bytes, limits: ItemLimits) -> "ApartProcess[Any, Any, Any]":
    """Return this worker's process for a function and a set-up, pickled as the greeting."""
    if _kept and (_kept[0].greeting, _kept[0].limits) == (greeting, limits):
        return _kept[0].process
    end_process()
    function, setup = pickle.loads(greeting)  # noqa: S301  # from our own driver
    scratch = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")[0]
    process = ApartProcess(function, setup, limits, scratch=scratch if os.path.isdir(scratch) else None, quiet=True)  # noqa: PTH112
    _kept.append(_KeptProcess(greeting, limits, process))
    return process


def end_process() -> None:
    """End the kept process, if there is one."""
    while _kept:
        _kept.pop().process.close()
