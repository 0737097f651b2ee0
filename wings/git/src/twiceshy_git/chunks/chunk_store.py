"""A repository's memory as it lies on this machine: add records, read what is known together, forget.

New records go to a small file beside the bare repository, and into segments there when the file has grown or somebody
asks. Everything that changes anything holds one lock, and may be killed anywhere: what was added is there once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Final, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.base.errors import TwiceshyError
from twiceshy.records.codec import DamagedValue
from twiceshy.records.memory import MemoryRecord
from twiceshy_git.chunks.memory_files import Lines, MemoryFiles, find_month, join_lines, split_lines
from twiceshy_git.chunks.rewrite_months import drop_subjects, make_stone, settle
from twiceshy_git.memory import envelope, segments
from twiceshy_git.memory_repository import memory_place, tail_file
from twiceshy_git.memory_repository.bare_repository import MemoryRef, NewMonth, StoredMonth

_WRITER: Final = "memory_writer"
_FULL: Final = 1 << 20  # bytes of the tail file at which its records become segments (guess of 2026-11-23)


class AddedRecords(NamedTuple):
    """What ``add`` did with each record, by id."""

    added: tuple[str, ...]
    held: int
    """Were there before, or were forgotten."""
    refused: tuple[str, ...]
    """Are larger than a segment may be; the user is told so."""


class ForgottenRecords(NamedTuple):
    """What ``forget`` took out of this machine's own memory."""

    ids: tuple[str, ...]
    """Now forgotten, on every clone that meets the tombstones."""
    refs: tuple[str, ...]
    """That were written anew, and are to be pushed again."""
    elsewhere: tuple[str, ...]
    """Refs of other writers that hold one still: their writer drops it, or they are fetched anew."""


def open_memory(common: Path, store: Store) -> "MemoryRepository":
    """Open the memory in a repository's shared git folder, as the writer that this data folder is.

    Nothing is made before something is added.
    """
    return MemoryRepository(MemoryFiles(common, find_writer(store)))


def find_writer(store: Store) -> str:
    """Return the 16 digits by which this data folder signs; they are drawn once, and say nothing about anybody."""
    known = store.note(_WRITER)
    if known is None:
        known = token_hex(8)
        store.put_note(_WRITER, known)
    return known


class MemoryRepository:
    """The memory of one repository, for one writer."""

    def __init__(self, files: MemoryFiles) -> None:
        self.files = files

    def add(self, records: Iterable[MemoryRecord]) -> AddedRecords:
        """Add records that are not there yet, on disk when this returns. What was forgotten is not taken in again.

        Raises:
            StoreUnwritable: the folder cannot be written; nothing was added.
            StoreBusy: another process changes this memory for too long.
        """
        lines = {envelope.hash_bare(line): line for line in map(envelope.encode_bare, records)}
        refused = tuple(key.hex() for key, line in lines.items() if len(line) >= segments.LARGEST_RAW)
        wanted = {key: line for key, line in lines.items() if len(line) < segments.LARGEST_RAW}
        fresh = self._append(wanted) if wanted else {}
        return AddedRecords(tuple(key.hex() for key in fresh), len(wanted) - len(fresh), refused)

    def read(self) -> Iterator[MemoryRecord]:
        """Yield every record that is known here and not forgotten, each once, with its writer; no tombstones.

        What this data folder wrote comes first. A segment that cannot be read is passed over: ``verify`` names it.
        """
        seen: set[bytes] = set()
        sets = list(self.files.read_sets())
        forgotten = segments.find_forgotten(line for _, lines in sets for line in lines.values())
        for writer, lines in sets:
            for key, line in segments.drop_forgotten(lines, forgotten).items():
                record = None if key in seen else _decode(line, writer)
                if record is not None and record.type != segments.TOMBSTONE:
                    seen.add(key)
                    yield record

    def flush(self) -> list[MemoryRef]:
        """Put what waits in the tail file into the bare repository; return this writer's refs.

        Raises:
            StoreUnwritable: it cannot be written; nothing was changed.
            ToolMissing: there is no git.
        """
        if self.files.tail.exists():
            with memory_place.hold_memory(self.files.folder):
                self._move_tail(tail_file.read_tail(self.files.tail))
        return self.list_own_refs()

    def forget(self, ids: Iterable[str], at: datetime, reason: str = "forget") -> ForgottenRecords:
        """Take records out of this writer's memory and leave a tombstone for each, so that other clones drop them too.

        Objects that held them are removed from this machine's bare repository.

        Raises:
            StoreUnwritable: it cannot be written; what refs hold is as it was.
            StoreCorrupt: a segment cannot be read, so its month was left as it is; the tombstones are there.
        """
        subjects = {bytes.fromhex(one) for one in ids}
        if not subjects:
            return ForgottenRecords((), (), ())
        with memory_place.hold_memory(self.files.folder):
            new = sorted(subjects - self.files.read_forgotten())
            stones = {envelope.hash_bare(line): line for line in (make_stone(one, at, reason) for one in new)}
            tail = tail_file.read_tail(self.files.tail)
            kept = segments.drop_forgotten(split_lines(tail.text), subjects) | stones
            for path in tail_file.list_damaged(self.files.tail):
                path.unlink(missing_ok=True)
            tail_file.write_tail(self.files.tail, join_lines(kept))
            changed = drop_subjects(self.files, subjects)
            self.files.bare.drop_loose_ends()
            others = self.files.list_other_months()
            elsewhere = [one.ref.name for one in others if subjects & self.files.read_ids([one])]
        names = tuple(ref.name for ref in changed)
        return ForgottenRecords(tuple(sorted(one.hex() for one in subjects)), names, tuple(elsewhere))

    def settle(self) -> list[MemoryRef]:
        """Take in what a fetched copy of our own months has more, and take out what others forgot; see ``settle``.

        Call it after a fetch and before a push: two clones on one machine write as one writer.
        """
        return settle(self.files)

    def list_own_refs(self) -> list[MemoryRef]:
        """Return the refs of this writer that were written here."""
        return self.files.list_own_refs()

    def _append(self, wanted: Lines) -> Lines:
        """Append the lines that are new to the tail file; return them."""
        with memory_place.hold_memory(self.files.folder):
            tail = tail_file.read_tail(self.files.tail)
            months = {find_month(line) for line in wanted.values()}
            stored = self.files.read_ids(one for one in self.files.list_own_months() if one.ref.month in months)
            known = stored | split_lines(tail.text).keys() | self.files.read_forgotten()
            fresh = {key: line for key, line in wanted.items() if key not in known}
            if fresh:
                tail = tail_file.append_batch(self.files.tail, tail, join_lines(fresh))
            if tail.size > _FULL:
                with suppress(TwiceshyError):  # what was added is on disk; `flush` says what stands in the way
                    self._move_tail(tail)
        return fresh

    def _move_tail(self, tail: tail_file.Tail) -> None:
        """Make segments of the tail's lines, then empty it; a kill in between leaves lines twice, which is once."""
        months: defaultdict[str, Lines] = defaultdict(dict)
        for key, line in segments.drop_forgotten(split_lines(tail.text), self.files.read_forgotten()).items():
            months[find_month(line)][key] = line
        stored = {one.ref.month: one for one in self.files.list_own_months()}
        changed = [found for name in sorted(months) if (found := self._extend(stored.get(name), name, months[name]))]
        if changed:
            self.files.bare.write_months(self.files.writer, changed)
        tail_file.write_tail(self.files.tail, b"")

    def _extend(self, before: StoredMonth | None, name: str, lines: Lines) -> NewMonth | None:
        """Return a month with the lines that it does not have; None where it has them all."""
        if before:
            before.refuse_broken()
        known = self.files.read_ids([before]) if before else set()
        new = {key: line for key, line in lines.items() if key not in known}
        made = {one.name: one.blob for one in segments.make_segments(new, segments.QUICK)}
        return NewMonth(name, before.segments if before else {}, made) if made else None


def _decode(line: bytes, writer: str) -> MemoryRecord | None:
    """Return a line as a record of that writer; None where somebody wrote what is no record."""
    with suppress(DamagedValue):
        return replace(envelope.decode(line), writer=writer)
    return None
