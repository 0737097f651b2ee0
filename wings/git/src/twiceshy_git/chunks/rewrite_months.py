"""Write this writer's months anew: without what was forgotten, with what a copy of them has more, or packed for good.

Each function holds the memory's lock through its caller's, or takes it; refs change all at once or not at all.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from twiceshy.base.errors import StoreCorrupt
from twiceshy.records.codec import DamagedValue
from twiceshy.records.memory import Code, CompactedMonth, Compaction, MemoryRecord
from twiceshy_git.chunks.memory_files import Lines, MemoryFiles, find_month, join_lines, split_lines
from twiceshy_git.memory import envelope, segments
from twiceshy_git.memory.segments import compact_lines, is_closed
from twiceshy_git.memory_repository import memory_place, tail_file
from twiceshy_git.memory_repository.bare_repository import MemoryRef, NewMonth, StoredMonth


def drop_subjects(files: MemoryFiles, subjects: set[bytes]) -> list[MemoryRef]:
    """Write own months anew that hold one of these ids; return their refs. The caller holds the lock.

    Raises:
        StoreCorrupt: a segment of such a month cannot be read, and nothing of it may be lost.
        StoreUnwritable: they could not be written; all are as they were.
    """
    changed = [found for month in files.list_own_months() if (found := _extend(files, month, {}, subjects))]
    return files.bare.write_months(files.writer, changed) if changed else []


def settle(files: MemoryFiles) -> list[MemoryRef]:
    """Make this writer's months what they are to be after a fetch; return the refs that changed.

    A record that only a remote's copy of our months has is taken in again: a second clone on this machine, or a backup
    that was put back, wrote it. What others forgot goes, and their tombstones are passed on.

    Raises:
        StoreCorrupt: a segment cannot be read, and nothing of its month may be lost.
        StoreUnwritable: they could not be written; all are as they were.
    """
    if not files.bare.exists:
        return []
    with memory_place.hold_memory(files.folder):
        forgotten = files.read_forgotten()
        extra = _find_missing(files, forgotten)
        own = {month.ref.month: month for month in files.list_own_months()}
        changed = []
        for name in sorted(own.keys() | extra.keys()):
            before = own.get(name) or StoredMonth(MemoryRef("", "", files.writer, name), {})
            changed.append(_extend(files, before, extra.get(name, {}), forgotten))
        new = [found for found in changed if found is not None]
        refs = files.bare.write_months(files.writer, new) if new else []
        if refs and forgotten:
            files.bare.drop_loose_ends()
        return refs


def compact(files: MemoryFiles, now: datetime) -> Compaction:
    """Write this writer's closed months in their packed form, and remove what no ref holds.

    Raises:
        StoreUnwritable: they could not be written; all are as they were.
    """
    before = memory_place.measure_disk(files.folder)
    if not files.bare.exists:
        _pack_tail(files)
        return Compaction(months=[], disk_before=before, disk_after=memory_place.measure_disk(files.folder))
    with memory_place.hold_memory(files.folder):
        plans = list(_plan(files, now))
        new = [plan for _, plan in plans if plan is not None]
        if new:
            files.bare.write_months(files.writer, new)
        files.bare.drop_loose_ends()
        after = memory_place.measure_disk(files.folder)
        return Compaction(months=[row for row, _ in plans], disk_before=before, disk_after=after)


def _pack_tail(files: MemoryFiles) -> None:
    """Write the tail file anew, in order and without what was forgotten: a memory that is no larger needs no git."""
    if not files.tail.exists():
        return
    with memory_place.hold_memory(files.folder):
        lines = segments.drop_forgotten(split_lines(tail_file.read_tail(files.tail).text), files.read_forgotten())
        places = sorted(segments.find_place(line) for line in lines.values())
        text = join_lines({place.id: lines[place.id] for place in places})
        tail_file.write_tail(files.tail, text, segments.SMALL)


def plan_compaction(files: MemoryFiles, now: datetime) -> Compaction:
    """Tell what ``compact`` would do, and do nothing; what the disk would hold is not known."""
    disk = memory_place.measure_disk(files.folder)
    return Compaction(months=[row for row, _ in _plan(files, now)], disk_before=disk, disk_after=None)


def make_stone(subject: bytes, at: datetime, reason: str = "forget") -> bytes:
    """Return the line of a tombstone."""
    fields: Mapping[str, Code] = {"subject": Code(subject.hex()), "reason": Code(reason)}
    return envelope.encode_bare(MemoryRecord(type=segments.TOMBSTONE, at=at, fields=fields))


def _plan(files: MemoryFiles, now: datetime) -> Iterator[tuple[CompactedMonth, NewMonth | None]]:
    """Yield each closed month that is not packed for good, as it would be; None where a segment cannot be read."""
    refs = [ref for ref in files.list_own_refs() if is_closed(ref.month, now)]
    packed = files.bare.list_compacted(refs)
    forgotten = files.read_forgotten()
    for month in files.bare.read_months(ref for ref in refs if ref.name not in packed):
        read = dict(files.read_month(month))
        before = sum(len(blob or b"") for _, blob in files.bare.read_files(month.segments.values()))
        row = CompactedMonth(
            month=month.ref.month, segments_before=len(month.segments), segments_after=None, bytes_before=before
        )
        if not month.whole or month.segments.keys() != read.keys():
            yield row, None
            continue
        made = {one.name: one.blob for one in compact_lines(segments.unite(read.values()), forgotten)}
        row = CompactedMonth(
            month=month.ref.month,
            segments_before=len(month.segments),
            segments_after=len(made),
            bytes_before=before,
            bytes_after=sum(map(len, made.values())),
        )
        yield row, NewMonth(month.ref.month, {}, made, compacted=True)


def _extend(files: MemoryFiles, month: StoredMonth, extra: Lines, subjects: set[bytes]) -> NewMonth | None:
    """Return a month with more lines and without these ids; None where nothing changes.

    Raises:
        StoreCorrupt: a segment that is to be rewritten cannot be read.
    """
    month.refuse_broken()
    if not extra and not subjects & files.read_ids([month]):
        return None
    read = dict(files.read_month(month))
    if broken := sorted(month.segments.keys() - read.keys()):
        raise StoreCorrupt(
            f"segment {broken[0]} of {month.ref.name} cannot be read, so that month was not written anew. "
            "See `twiceshy chunks verify`."
        )
    kept = {name: hash_ for name, hash_ in month.segments.items() if not subjects & read[name].keys()}
    touched = segments.unite(lines for name, lines in read.items() if name not in kept)
    left = segments.make_segments(segments.drop_forgotten(touched, subjects) | extra, segments.QUICK)
    made = NewMonth(month.ref.month, kept, {one.name: one.blob for one in left})
    return None if made.kept == month.segments and not made.added else made


def _find_missing(files: MemoryFiles, forgotten: set[bytes]) -> dict[str, Lines]:
    """Return the lines that this writer's months are to have more, by month."""
    known = files.read_ids(files.list_own_months()) | split_lines(tail_file.read_tail(files.tail).text).keys()
    found: defaultdict[str, Lines] = defaultdict(dict)
    for month in files.list_other_months():
        ours = month.ref.writer == files.writer
        for line in _read_wanted(files, month, known, ours=ours):
            key = envelope.hash_bare(line)
            if key not in known and (key not in forgotten or segments.find_place(line).type == segments.TOMBSTONE):
                found[find_month(line)][key] = line
    return dict(found)


def _read_wanted(files: MemoryFiles, month: StoredMonth, known: set[bytes], *, ours: bool) -> Iterator[bytes]:
    """Yield the lines of a fetched month that may be taken over: all of our own, tombstones of others, made anew."""
    if files.read_ids([month]) <= known:
        return
    for _, lines in files.read_month(month):
        for line in lines.values():
            if ours and _is_record(line):
                yield line
            elif not ours and segments.find_forgotten([line]):
                with suppress(DamagedValue):
                    yield _copy_stone(line)


def _is_record(line: bytes) -> bool:
    """Tell whether a line can be read."""
    with suppress(DamagedValue):
        envelope.decode(line)
        segments.find_place(line)
        return True
    return False


def _copy_stone(line: bytes) -> bytes:
    """Return another writer's tombstone with what we know of it alone: no text of theirs is passed on.

    Raises:
        DamagedValue: its time cannot be read.
    """
    stone = envelope.decode(line)
    [subject] = segments.find_forgotten([line])
    reason = "retention" if stone.fields.get("reason") == "retention" else "forget"
    return make_stone(subject, stone.at, reason)
