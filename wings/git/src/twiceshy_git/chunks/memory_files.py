"""The files of a repository's memory, read: tail files, own months, other writers' months.

What somebody else wrote may be anything: a segment or line that cannot be read is passed over here, and named by
``chunks verify``.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from twiceshy.records.codec import DamagedValue
from twiceshy_git.memory import envelope, segments
from twiceshy_git.memory.segments import read_index
from twiceshy_git.memory_repository import memory_place, tail_file
from twiceshy_git.memory_repository.bare_repository import OWN, BareRepository, MemoryRef, StoredMonth

Lines = dict[bytes, bytes]
"""Records as bare lines, by the bytes of their ids."""


class MemoryFiles:
    """Where one repository's memory lies, for one writer."""

    def __init__(self, common: Path, writer: str) -> None:
        self.folder = memory_place.find_memory_folder(common)
        self.writer = writer
        self.bare = BareRepository(self.folder / memory_place.BARE)
        self.tail = self.folder / f"{writer}{memory_place.TAIL}"

    def list_own_refs(self) -> list[MemoryRef]:
        """Return the refs of this writer that were written here."""
        return self.bare.list_refs(f"{OWN}{self.writer}/")

    def list_own_months(self) -> list[StoredMonth]:
        """Return this writer's months."""
        return self.bare.read_months(self.list_own_refs())

    def list_other_months(self) -> list[StoredMonth]:
        """Return the months that this writer did not write here; its own may be among them, fetched from a remote."""
        own = f"{OWN}{self.writer}/"
        return self.bare.read_months(ref for ref in self.bare.list_refs() if not ref.name.startswith(own))

    def list_tails(self) -> list[Path]:
        """Return the tail files of this repository, our own first."""
        return sorted(self.folder.glob(f"*{memory_place.TAIL}"), key=lambda path: (path != self.tail, path))

    def read_sets(self) -> Iterator[tuple[str, Lines]]:
        """Yield the lines of each place with their writer: tail files, own months, others' months."""
        for path in self.list_tails():
            yield path.name.removesuffix(memory_place.TAIL), split_lines(tail_file.read_tail(path).text)
        for month in [*self.list_own_months(), *self.list_other_months()]:
            for _, lines in self.read_month(month):
                yield month.ref.writer, lines

    def read_month(self, month: StoredMonth) -> Iterator[tuple[str, Lines]]:
        """Yield the lines of each segment of a month, with its name."""
        names = {hash_: name for name, hash_ in month.segments.items()}
        for hash_, blob in self.bare.read_files(month.segments.values()):
            with suppress(DamagedValue):
                yield names[hash_], segments.read_segment(blob or b"")

    def read_ids(self, months: Iterable[StoredMonth]) -> set[bytes]:
        """Return the ids in these months."""
        found: set[bytes] = set()
        for blob in self._read_blobs(months):
            with suppress(DamagedValue):
                found.update(segments.read_segment(blob))
        return found

    def read_forgotten(self) -> set[bytes]:
        """Return the ids that anybody's tombstones name."""
        found: set[bytes] = set()
        for path in self.list_tails():
            found |= segments.find_forgotten(tail_file.read_tail(path).text.split(b"\n"))
        for blob in self._read_blobs(self.bare.read_months(self.bare.list_refs())):
            with suppress(DamagedValue):
                if segments.TOMBSTONE in read_index(blob)[0].types:
                    found |= segments.find_forgotten(segments.read_segment(blob).values())
        return found

    def _read_blobs(self, months: Iterable[StoredMonth]) -> Iterator[bytes]:
        """Yield the file of each segment; empty where it is not there."""
        for _, blob in self.bare.read_files(hash_ for month in months for hash_ in month.segments.values()):
            yield blob or b""


def split_lines(text: bytes) -> Lines:
    """Return the lines of a tail by id."""
    return {envelope.hash_bare(line): line for line in text.split(b"\n") if line}


def join_lines(lines: Lines) -> bytes:
    """Return lines as a tail has them."""
    return b"".join(line + b"\n" for line in lines.values())


def find_month(line: bytes) -> str:
    """Return the month of a line that this machine wrote."""
    return segments.find_month(segments.find_place(line))
