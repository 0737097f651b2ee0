"""Check everything that a repository's memory holds, and write all of it out: nothing is passed over in silence."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain, repeat
from typing import Final, NamedTuple

from twiceshy.records.codec import DamagedValue
from twiceshy.records.memory import LargeRecord, MemoryCheck, MemoryDamage, MemoryFigures, MemoryPart
from twiceshy_git.chunks.memory_files import Lines, MemoryFiles, split_lines
from twiceshy_git.memory import segments
from twiceshy_git.memory.segment_checks import SegmentReport, examine_segment, read_place, write_out
from twiceshy_git.memory.segments import read_index
from twiceshy_git.memory_repository import memory_place, tail_file
from twiceshy_git.memory_repository.bare_repository import OWN, StoredMonth


class _StoredFile(NamedTuple):
    """A segment of a month; its file may be missing."""

    month: StoredMonth
    name: str
    blob: bytes | None


class WrittenRecord(NamedTuple):
    """A record as it is written out."""

    type: str
    line: bytes
    """With id and writer, without an end."""


def verify(files: MemoryFiles) -> MemoryCheck:
    """Check every file: hashes, cap, index, order, form, tombstones."""
    damages = [*check_tails(files), *check_refs(files)]
    own: set[bytes] = set()
    everything: set[bytes] = set()
    count = 0
    for one in _list_files(files):
        count += 1
        report = _examine(one)
        damages += _name_damages(files, one, report)
        everything.update(report.lines)
        if _is_own(files, one.month):
            own.update(report.lines)
    for path in files.list_tails():
        everything.update(split_lines(tail_file.read_tail(path).text))
    unsettled = len(own & files.read_forgotten())
    return MemoryCheck(segments=count, records=len(everything), damages=damages, unsettled=unsettled)


def check_tails(files: MemoryFiles) -> Iterator[MemoryDamage]:
    """Yield what is wrong with the tail files; a batch that a kill cut off is no damage."""
    for path in files.list_tails():
        own = path == files.tail
        if tail_file.read_tail(path).damaged:
            yield MemoryDamage(where=path.name, what="its end is damaged; the next change keeps it aside", own=own)
        for aside in tail_file.list_damaged(path):
            yield MemoryDamage(
                where=aside.name, what="was damaged and kept aside; what it held may be missing", own=own
            )


def check_refs(files: MemoryFiles) -> Iterator[MemoryDamage]:
    """Yield the refs of which nothing can be read."""
    for month in files.bare.read_months(files.bare.list_refs()):
        if not month.whole:
            yield MemoryDamage(where=month.ref.name, what="its commit or tree is not there", own=_is_own(files, month))


def reconstruct(files: MemoryFiles, kind: str = "") -> Iterator[WrittenRecord | MemoryDamage]:
    """Yield every live record of that type, of all for an empty one, as it was written; and what cannot be read.

    Records come by type, time and id, each once, own ones with this writer before those of others.
    """
    found: Lines = {}
    places: list[segments.LinePlace] = []
    writers: dict[bytes, str] = {}
    yield from check_tails(files)
    yield from check_refs(files)
    for report, writer, damages in _examine_all(files):
        yield from damages
        for place in report.places:
            if place.id not in found:
                found[place.id], writers[place.id] = report.lines[place.id], writer
                places.append(place)
    live = segments.drop_forgotten(found, segments.find_forgotten(found.values()))
    for place in sorted(place for place in places if place.id in live and kind in {"", place.type}):
        yield WrittenRecord(place.type, write_out(live[place.id], place.id, writers[place.id]))


def _examine_all(files: MemoryFiles) -> Iterator[tuple[SegmentReport, str, list[MemoryDamage]]]:
    """Yield what is in each tail file and segment, with its writer and what is wrong, our own first."""
    for path in files.list_tails():
        lines = split_lines(tail_file.read_tail(path).text)
        places = [place for key, line in lines.items() if (place := _find_place(key, line))]
        yield SegmentReport(lines, places, []), path.name.partition(".")[0], []
    for one in _list_files(files):
        report = _examine(one)
        yield report, one.month.ref.writer, _name_damages(files, one, report)


def _examine(one: _StoredFile) -> SegmentReport:
    """Return what is in a segment, and what is wrong with it."""
    if one.blob is None:
        return SegmentReport({}, [], ["it is not there, or is larger than any file may be"])
    return examine_segment(one.name, one.month.ref.month, one.blob)


def _name_damages(files: MemoryFiles, one: _StoredFile, report: SegmentReport) -> list[MemoryDamage]:
    """Return what is wrong with a segment, with its place."""
    where, own = f"{one.month.ref.name} {one.name[:16]}", _is_own(files, one.month)
    return [MemoryDamage(where=where, what=what, own=own) for what in report.faults]


def _find_place(key: bytes, line: bytes) -> segments.LinePlace | None:
    """Return where a line of a tail stands; None where it is no record in the form in which they are written."""
    with suppress(DamagedValue):
        return read_place(key, line)
    return None


def _list_files(files: MemoryFiles) -> Iterator[_StoredFile]:
    """Yield each segment of each month, our own first; one that several months share comes once."""
    months = [*files.list_own_months(), *files.list_other_months()]
    named: dict[str, tuple[StoredMonth, str]] = {}
    for month in months:
        for name, hash_ in month.segments.items():
            named.setdefault(hash_, (month, name))
    for hash_, blob in files.bare.read_files(named):
        yield _StoredFile(*named[hash_], blob)


def _is_own(files: MemoryFiles, month: StoredMonth) -> bool:
    """Tell whether this data folder wrote a month here."""
    return month.ref.name.startswith(f"{OWN}{files.writer}/")


# What a repository's memory holds and how large it is: each record counts once, whoever has it.

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
