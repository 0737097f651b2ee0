"""Write commits and chats into one file, as the first collector did, audited on their way.

The file is in the order of time, and rows come project by project: they are sorted in heaps on the disk, in a file
without a name.
"""

import heapq
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import islice
from typing import BinaryIO, Final, NamedTuple

from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.records.exports import ExportRow, ExportSummary
from twiceshy.wings.data.export.row_writer import WriteBytes
from twiceshy.wings.data.export.seed_mix import (
    CellLimits,
    MixedRecord,
    MixedTable,
    encode_line,
    mix_chat,
    mix_commit,
    write_object,
)
from twiceshy.wings.data.recipes.export_records import HashedOutput, sum_up
from twiceshy.wings.data.recipes.outgoing_rows import ExportWish, RowGate, Watch, open_gate
from twiceshy.wings.data.rows.commit_diffs import SUMMARY

_PARTS: Final = {"commits": mix_commit, "chats": mix_chat}
"""Kinds in the order in which they stand at the same time."""
_HEAP: Final = 2_000
"""Records that are sorted in memory (guess, 2026-11-23: chats of 20 KB, 40 MB)."""


class _Heaps:
    """Records in heaps, each sorted."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._files: list[BinaryIO] = []
        self.counts = dict.fromkeys(_PARTS, 0)

    def fill(self, records: Iterator[MixedRecord], kind: str) -> None:
        """Store further records in sorted heaps; what came first stays first at the same time."""
        while heap := sorted(islice(records, _HEAP), key=_get_time):
            file = self._stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  # the stack closes it
            file.writelines(json.dumps(one).encode(errors="surrogatepass") + b"\n" for one in heap)
            self._files.append(file)
            self.counts[kind] += len(heap)

    def read(self) -> Iterator[MixedRecord]:
        """Yield all in order, from the first, as often as asked for."""
        return heapq.merge(*map(_read_heap, self._files), key=_get_time)


def _read_heap(file: BinaryIO) -> Iterator[MixedRecord]:
    file.seek(0)
    return (MixedRecord(*json.loads(line)) for line in file)


def _get_time(record: MixedRecord) -> str:
    return record.timestamp


class MixWish(NamedTuple):
    """How the one file is written."""

    form: str
    """``jsonl``, ``csv`` or ``json``."""
    limits: tuple[int, int, int] = (0, 0, 0)
    """Most characters of input, output and files in a table; 0: all."""


def export_mix(config: Config, wish: ExportWish, mix: MixWish, write: WriteBytes, watch: Watch = id) -> ExportSummary:
    """Give commits and chats to ``write`` as one file; return what was written.

    Raises:
        NotFound: there is none of either.
        TwiceshyError: a text still looks like a secret after the audit.
        UsageError: an option says nothing about either.
    """
    output = HashedOutput(write)
    with open_gate(config, wish) as gate, ExitStack() as stack:
        heaps = _Heaps(stack)
        for kind, make in _PARTS.items():
            heaps.fill(_read_records(gate, kind, make, watch), kind)
        if not any(heaps.counts.values()):
            raise NotFound("no commits and no chats are there. Next: twiceshy ingest, or leave options out.")
        cut = _write(heaps, mix, output)
        return sum_up(gate, heaps.counts, output, cut_cells=cut)


def _read_records(
    gate: RowGate, kind: str, make: Callable[[ExportRow], MixedRecord], watch: Watch
) -> Iterator[MixedRecord]:
    """Yield the records of a kind; none where no such row is asked for."""
    try:
        rows = gate.open_rows(kind, watch, SUMMARY if kind == "commits" else None)
    except (NotFound, UsageError):
        return
    for batch in rows.batches:
        yield from map(make, batch)


def _write(heaps: _Heaps, mix: MixWish, output: HashedOutput) -> int:
    """Write all records; return how many cells were cut."""
    if mix.form == "json":
        for piece in write_object(heaps.read):
            output.write(piece)
        return 0
    if mix.form == "jsonl":
        for record in heaps.read():
            output.write(encode_line(record))
        return 0
    table = MixedTable(CellLimits(*mix.limits))
    output.write(table.head)
    for record in heaps.read():
        output.write(table.encode(record))
    return table.cut_cells
