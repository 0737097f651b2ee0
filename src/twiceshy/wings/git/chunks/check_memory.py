"""Check everything that a repository's memory holds, and write all of it out: nothing is passed over in silence."""

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from twiceshy.records.codec import DamagedValue
from twiceshy.records.memory import MemoryCheck, MemoryDamage
from twiceshy.wings.git.chunks.memory_files import Lines, MemoryFiles, split_lines
from twiceshy.wings.git.memory import segments, union
from twiceshy.wings.git.memory.segment_checks import SegmentReport, examine_segment, read_place, write_out
from twiceshy.wings.git.memory_repository import tail_file
from twiceshy.wings.git.memory_repository.bare_repository import OWN, StoredMonth


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
    live = union.drop_forgotten(found, union.find_forgotten(found.values()))
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
