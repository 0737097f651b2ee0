"""Check everything that a repository's memory holds, and write all of it out: nothing is passed over in silence."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from twiceshy.flows.chunks.memory_files import Lines, MemoryFiles, split_lines
from twiceshy.memory import envelope, segments, union
from twiceshy.memory.segment_checks import check_segment, read_line
from twiceshy.records.chunks import MemoryCheck, MemoryDamage
from twiceshy.records.codec import DamagedValue
from twiceshy.store.memory_repository import tail_file
from twiceshy.store.memory_repository.bare_repository import OWN, StoredMonth


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
        damages += check_file(files, one)
        with suppress(DamagedValue):
            keys = segments.read_segment(one.blob or b"").keys()
            everything |= keys
            if _is_own(files, one.month):
                own |= keys
    for path in files.list_tails():
        everything |= split_lines(tail_file.read_tail(path).text).keys()
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


def check_file(files: MemoryFiles, one: _StoredFile) -> Iterator[MemoryDamage]:
    """Yield what is wrong with a segment."""
    where, own = f"{one.month.ref.name} {one.name[:16]}", _is_own(files, one.month)
    if one.blob is None:
        yield MemoryDamage(where=where, what="it is not there, or is larger than any file may be", own=own)
        return
    for what in check_segment(one.name, one.month.ref.month, one.blob):
        yield MemoryDamage(where=where, what=what, own=own)


def reconstruct(files: MemoryFiles, kind: str = "") -> Iterator[WrittenRecord | MemoryDamage]:
    """Yield every live record of that type, of all for an empty one, as it was written; and what cannot be read.

    Records come by type, time and id, each once, own ones with this writer before those of others.
    """
    found: Lines = {}
    writers: dict[bytes, str] = {}
    for path in files.list_tails():
        _take(split_lines(tail_file.read_tail(path).text), path.name.partition(".")[0], found, writers)
    yield from check_tails(files)
    yield from check_refs(files)
    for one in _list_files(files):
        damages = list(check_file(files, one))
        yield from damages
        with suppress(DamagedValue):
            _take(segments.read_segment(one.blob or b""), one.month.ref.writer, found, writers)
    live = union.drop_forgotten(found, union.find_forgotten(found.values()))
    places = [place for line in live.values() if (place := _find_place(line)) and kind in {"", place.type}]
    for place in sorted(places):
        record = replace(read_line(live[place.id]), writer=writers[place.id])
        yield WrittenRecord(record.type, envelope.encode(record))


def _take(lines: Lines, writer: str, found: Lines, writers: dict[bytes, str]) -> None:
    """Take lines in that are not there yet."""
    for key, line in lines.items():
        found.setdefault(key, line)
        writers.setdefault(key, writer)


def _find_place(line: bytes) -> segments.LinePlace | None:
    """Return where a line stands; None where it is no record in the form in which they are written."""
    with suppress(DamagedValue):
        read_line(line)
        return segments.find_place(line)
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
