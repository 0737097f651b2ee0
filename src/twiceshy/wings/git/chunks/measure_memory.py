"""What a repository's memory holds and how large it is: each record counts once, whoever has it."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain, repeat
from typing import Final, NamedTuple

from twiceshy.records.codec import DamagedValue
from twiceshy.records.memory import LargeRecord, MemoryFigures, MemoryPart
from twiceshy.wings.git.chunks.memory_files import Lines, MemoryFiles, split_lines
from twiceshy.wings.git.memory import segments
from twiceshy.wings.git.memory.segment_index import read_index
from twiceshy.wings.git.memory_repository import memory_place, tail_file
from twiceshy.wings.git.memory_repository.bare_repository import StoredMonth

_SHOWN: Final = 10  # of the largest records (guess of 2026-11-23)


class _Holding(NamedTuple):
    """Records that one writer has in one file."""

    writer: str
    month: str
    size: int
    """Bytes of the file, or of these records' part of it."""
    raw_size: int
    types: Mapping[str, int]
    """How many records of each type, in the order of the lines."""
    lines: Lines
    waiting: bool = False
    """In a tail file, not in git yet."""


class _Sums:
    """Records and bytes by name."""

    def __init__(self) -> None:
        self._rows: defaultdict[str, list[float]] = defaultdict(lambda: [0, 0, 0.0])

    def add(self, name: str, raw: int, share: float) -> None:
        """Count a record of so many raw bytes, of which a share is stored."""
        row = self._rows[name]
        row[0] += 1
        row[1] += raw
        row[2] += raw * share

    def list_parts(self) -> list[MemoryPart]:
        """Return a row for each name, in order."""
        return [
            MemoryPart(name=name, records=int(count), raw_bytes=int(raw), stored_bytes=round(stored))
            for name, (count, raw, stored) in sorted(self._rows.items())
        ]


def measure(files: MemoryFiles) -> MemoryFigures:
    """Return what is in the memory."""
    months = files.bare.read_months(files.bare.list_refs())
    forgotten = files.read_forgotten()
    holdings = [*_list_waiting(files), *_list_stored(files, months)]
    known: dict[bytes, LargeRecord] = {}
    types, by_month, writers = _Sums(), _Sums(), _Sums()
    for one, key, kind, length in _list_live(holdings, forgotten):
        share = one.size / max(1, one.raw_size)
        writers.add(one.writer, length, share)
        if key not in known:
            known[key] = LargeRecord(id=key.hex(), type=kind, raw_bytes=length)
            types.add(kind, length, share)
            by_month.add(one.month, length, share)
    blobs = {hash_ for month in months for hash_ in month.segments.values()}
    return MemoryFigures(
        folder=str(files.folder),
        records=len(known),
        forgotten=len(forgotten),
        waiting=sum(len(one.lines) for one in holdings if one.waiting),
        refs=len(months),
        segments=len(blobs),
        largest_file=max((one.size for one in holdings if not one.waiting), default=0),
        raw_bytes=sum(one.raw_bytes for one in known.values()),
        stored_bytes=sum(one.size for one in holdings),
        disk_bytes=memory_place.measure_disk(files.folder),
        unread=len(blobs) - sum(not one.waiting for one in holdings),
        types=types.list_parts(),
        months=by_month.list_parts(),
        writers=writers.list_parts(),
        largest=heapq.nlargest(_SHOWN, known.values(), key=lambda one: (one.raw_bytes, one.id)),
    )


def _list_stored(files: MemoryFiles, months: Iterable[StoredMonth]) -> Iterator[_Holding]:
    """Yield each segment once, for the first writer that has it."""
    holders: dict[str, StoredMonth] = {}
    for month in months:
        for hash_ in month.segments.values():
            holders.setdefault(hash_, month)
    for hash_, blob in files.bare.read_files(holders):
        with suppress(DamagedValue):
            index, _ = read_index(blob or b"")
            ref = holders[hash_].ref
            lines = segments.read_segment(blob or b"")
            yield _Holding(ref.writer, ref.month, len(blob or b""), index.raw_size, index.types, lines)


def _list_waiting(files: MemoryFiles) -> Iterator[_Holding]:
    """Yield the records of each tail file by month."""
    for path in files.list_tails():
        tail = tail_file.read_tail(path)
        lines = split_lines(tail.text)
        months: defaultdict[str, list[segments.LinePlace]] = defaultdict(list)
        for line in lines.values():
            with suppress(DamagedValue):
                place = segments.find_place(line)
                months[segments.find_month(place)].append(place)
        for month, places in sorted(months.items()):
            own = {place.id: lines[place.id] for place in sorted(places)}
            raw = sum(map(len, own.values())) + len(own)
            size = round(tail.size * raw / max(1, len(tail.text)))
            types = Counter(place.type for place in sorted(places))
            yield _Holding(path.name.partition(".")[0], month, size, raw, types, own, waiting=True)


def _list_live(holdings: Iterable[_Holding], forgotten: set[bytes]) -> Iterator[tuple[_Holding, bytes, str, int]]:
    """Yield each record that is not forgotten with who has it: id, type and raw bytes."""
    for one in holdings:
        for key, kind, length in _list_records(one):
            if kind != segments.TOMBSTONE and key not in forgotten:
                yield one, key, kind, length


def _list_records(holding: _Holding) -> Iterator[tuple[bytes, str, int]]:
    """Yield id, type and raw bytes of each record."""
    kinds = chain.from_iterable(repeat(kind, count) for kind, count in holding.types.items())
    return ((key, kind, len(line)) for (key, line), kind in zip(holding.lines.items(), kinds, strict=True))
