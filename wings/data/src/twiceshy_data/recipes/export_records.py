"""Write rows of one kind out of the store into one file, in the form that another program wants, audited on their way.

The same store and call give the same bytes.
"""

import hashlib
import heapq
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import islice
from typing import BinaryIO, Final, NamedTuple

from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.base.foreign_files import ForeignFileError, read_named
from twiceshy.privacy.policy import RedactionLevel
from twiceshy.records.exports import NO_CUTS, ExportRow, ExportSummary, SplitCuts, SplitWay
from twiceshy_data.dataset.splits import parse_record, parse_shares
from twiceshy_data.export.export_forms import BINARY, FILE_FORMS, FOLDER_FORMS, SPELLINGS
from twiceshy_data.export.row_writer import WriteBytes
from twiceshy_data.export.seed_mix import (
    CellLimits,
    MixedRecord,
    MixedTable,
    encode_line,
    mix_chat,
    mix_commit,
    write_object,
)
from twiceshy_data.recipes.outgoing_rows import ExportWish, RowGate, Watch, open_gate
from twiceshy_data.recipes.split_rows import SplitWish
from twiceshy_data.rows.commit_rows import SUMMARY

_MOST_SPLITS: Final = 64 << 20
"""Bytes of a splits.json (guess, 2026-11-23: a million sessions are 20 MB)."""


def list_forms() -> tuple[str, ...]:
    """Return the names of the forms in which it can be written."""
    return (*FILE_FORMS, *FOLDER_FORMS, *SPELLINGS)


def find_form(name: str) -> str:
    """Return the form of that name."""
    return SPELLINGS.get(name, name)


def list_levels() -> list[str]:
    """Return the levels of redaction that an export can be held to."""
    return [level.value for level in RedactionLevel]


def read_split_wish(splits: str, cut: str, *, by_project: bool) -> SplitWish | None:
    """Return how the rows are parted, as options say: shares, ``none`` or an earlier splits.json; None: nothing said.

    Raises:
        UsageError: an option cannot be understood, or its file cannot be read.
    """
    if not (splits or cut or by_project):
        return None
    cuts = _parse_cuts(cut) if cut else NO_CUTS
    way = SplitWay.PROJECT if by_project else SplitWay.TIME
    if splits == "none":
        return SplitWish(shares=None)
    if splits.endswith(".json"):
        known = parse_record(_read_splits(splits))
        return SplitWish(shares=known.shares, cuts=known.cuts if cuts is NO_CUTS else cuts, way=known.way, known=known)
    return SplitWish(shares=parse_shares(splits or "80/10/10"), cuts=cuts, way=way)


def _read_splits(path: str) -> str:
    try:
        return read_named(path, _MOST_SPLITS).decode()
    except (OSError, ValueError, ForeignFileError) as exc:
        raise UsageError(f"--splits {path} cannot be read: {exc}. Name a splits.json of an earlier export.") from exc


def _parse_cuts(text: str) -> SplitCuts:
    """Parse one or two days, at which the later parts begin."""
    try:
        days = [datetime.fromisoformat(one.strip()).replace(tzinfo=UTC) for one in text.split(",")]
    except ValueError as exc:
        raise UsageError(f"--cut takes one or two days such as 2026-10-01,2026-11-01: not {text!r:.60}.") from exc
    if len(days) > len(SplitCuts._fields) or days != sorted(days):
        raise UsageError(f"--cut takes one or two days, the earlier first: not {text!r:.60}.")
    return SplitCuts(*days) if len(days) > 1 else SplitCuts(test=days[0])


def is_folder(form: str) -> bool:
    """Tell whether a form is a folder of files."""
    return form in FOLDER_FORMS


def is_text(form: str) -> bool:
    """Tell whether a form is lines of text, which can stand on standard output."""
    return form in FILE_FORMS and form not in BINARY


class HashedOutput:
    """Passes bytes on, counting and hashing them."""

    def __init__(self, write: WriteBytes) -> None:
        self._write = write
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Write further bytes."""
        self._write(data)
        self._digest.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        """Of all bytes so far."""
        return self._digest.hexdigest()


def export_rows(config: Config, wish: ExportWish, write: WriteBytes, watch: Watch = id) -> ExportSummary:
    """Give the rows that are asked for to ``write``, piece by piece; return what was written.

    Raises:
        NotFound: there is no such row.
        TwiceshyError: a text still looks like a secret after the audit; it was not written.
        UsageError: an option says nothing about such rows.
    """
    output = HashedOutput(write)
    with open_gate(config, wish) as gate:
        rows = gate.open_rows(wish.kind, watch)
        writer = FILE_FORMS[wish.form](rows.columns, output.write)
        count = 0
        for batch in rows.batches:
            writer.add(batch)
            count += len(batch)
        writer.end()
        return sum_up(gate, {wish.kind: count}, output)


def sum_up(gate: RowGate, kinds: dict[str, int], output: HashedOutput, *, cut_cells: int = 0) -> ExportSummary:
    """Return what was written into one file."""
    return ExportSummary(
        kind=gate.wish.kind,
        form=gate.wish.form,
        path=None,
        rows=sum(kinds.values()),
        bytes=output.size,
        replaced=gate.replaced,
        sha256=output.sha256,
        level=gate.level,
        kinds=kinds,
        left_out=dict(gate.left_out),
        too_few=gate.judge_amount(sum(kinds.values())),
        cut_cells=cut_cells,
        without_diff=gate.without_diff,
    )


# Write commits and chats into one file, as the first collector did, audited on their way.
#
# The file is in the order of time, and rows come project by project: they are sorted in heaps on the disk, in a file
# without a name.

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
