"""A repository's memory as files: what is there, how large, what is wrong with it, what packing it saved."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactedMonth:
    """A month that is packed for good, before and after."""

    month: str
    """Year and month, six digits."""
    segments_before: int
    segments_after: int | None
    """Null where a segment cannot be read, so that the month was left as it is."""
    bytes_before: int
    """Of the segments' files."""
    bytes_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compaction:
    """What packing did, or would do."""

    months: list[CompactedMonth]
    """Those that changed."""
    disk_before: int
    """Bytes on the disk, as `du` counts."""
    disk_after: int | None
    """Null where nothing was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPart:
    """One type of record, one month, or one writer."""

    name: str
    records: int
    """Each once, however many segments hold it."""
    raw_bytes: int
    """Of their lines, before packing."""
    stored_bytes: int
    """Their part of the segments' files, by raw bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeRecord:
    """One of the largest records."""

    id: str
    type: str
    raw_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryFigures:
    """What a repository's memory holds on this machine, and how large it is."""

    folder: str
    """Where it lies."""
    records: int
    """That are known and not forgotten."""
    forgotten: int
    """Ids that tombstones name."""
    waiting: int
    """Records in the tail file, not in git yet."""
    refs: int
    segments: int
    largest_file: int
    """Bytes of the largest segment; the cap is 10 MB."""
    raw_bytes: int
    """Of the records' lines."""
    stored_bytes: int
    """Of the segments' files and the tail files."""
    disk_bytes: int
    """On the disk, as `du` counts; what is above `stored_bytes` goes by `chunks compact`, but for some blocks."""
    unread: int
    """Segments that cannot be read; `chunks verify` names them."""
    types: list[MemoryPart]
    months: list[MemoryPart]
    writers: list[MemoryPart]
    """Of each writer's refs: what two writers have counts for both."""
    largest: list[LargeRecord]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryDamage:
    """Something that is wrong."""

    where: str
    """A ref with a segment, or a file."""
    what: str
    own: bool
    """In what this data folder wrote; else its writer has to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryCheck:
    """What was checked, and what is wrong."""

    segments: int
    records: int
    damages: list[MemoryDamage]
    unsettled: int
    """Records in our own refs that another writer has forgotten: `chunks compact` takes them out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconstructedRecords:
    """What was written out."""

    output: str
    """The file; empty for standard output."""
    records: int
    damages: list[MemoryDamage]
    """What could not be read, so that its records are missing."""
