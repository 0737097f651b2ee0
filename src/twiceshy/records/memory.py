"""A project's memory: small facts that are never changed, each known by the hash of what it says.

What becomes known later (a CI result, a revert, a link) is a fact of its own that names its subject.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, NewType

from twiceshy.base.values import Scrubbed

Code = NewType("Code", str)
"""A word of ours: a hash, an id, a state, a time. Never a text that comes from a log, a message or a path."""
MemoryValue = Scrubbed | Code | int | float | Sequence["MemoryValue"] | Mapping[str, "MemoryValue"]
"""A field's value. What is not known is an absent key: never 0, an empty text or false. True and false are integers to
the type checker, and are written as JSON's own."""

TYPES = (
    "commit",
    "hunks",
    "chat",
    "action",
    "session",
    "orchestration",
    "attribution",
    "ci",
    "revert",
    "rating",
    "link",
    "body",
    "tombstone",
)
"""Every type of record that is written. A reader keeps those that it does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryRecord:
    """One fact. ``twiceshy_git.memory.envelope.identify`` makes its id."""

    type: str
    """One of ``TYPES``, or one that a newer version wrote."""
    v: int = 1
    """Version of this type's fields."""
    at: datetime
    """When it happened, not when it was written. Aware, UTC."""
    fields: Mapping[str, MemoryValue]
    """Without ``id``, ``type``, ``v``, ``at`` and ``writer``."""
    writer: str = ""
    """16 hexadecimal digits of the data folder that wrote it; empty until it is written. Not part of the id."""


# Facts of a project's memory as the store keeps them: those that we wrote, and those that others wrote.


class MemoryEntry(NamedTuple):
    """One fact of ours that lies in a repository's memory."""

    made: bytes
    """Its id as it was made, 16 bytes."""
    written: bytes
    """Its id as it was written."""
    type: str
    at: datetime
    session: str = ""
    """``s-…``; empty where it is about none."""
    commit_hash: str = ""
    pushed: bytes | None = None
    """8 salted bytes of the address that it was last pushed to; None where it never left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledRow:
    """One fact that another data folder wrote, with its texts redacted here."""

    id: bytes
    """As its writer wrote it, 16 bytes."""
    writer: str
    """16 hexadecimal digits."""
    type: str
    at: datetime
    session: str
    commit_hash: str
    line: Scrubbed
    """As ``twiceshy_git.memory.envelope.encode`` writes it."""
    accepted: bool = False
    """A person here said that agents may be told of it."""


class PulledCount(NamedTuple):
    """How much of one type one writer told."""

    writer: str
    type: str
    records: int
    accepted: int


# What was read from other tools' memory of a repository, and written for them, in numbers.


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointReading:
    """What became of a repository's checkpoints. Each session is counted once."""

    repository: Scrubbed
    forms: Mapping[str, int]
    """Checkpoints by the form in which they lie there."""
    sessions: int
    """Different sessions that the checkpoints name."""
    read: int = 0
    """Sessions whose transcripts were read now."""
    unchanged: int = 0
    """Read before, and nothing has come since."""
    of_others: int = 0
    """Left, since somebody else wrote their checkpoints."""
    absent: int = 0
    """Without a transcript: it was never kept, or this clone lacks it."""
    unclaimed: int = 0
    """Read now, and no known agent's log."""
    damaged: int = 0
    """Entries of checkpoints that say nothing of a session."""
    events: int = 0
    """New in the store."""
    linked: int = 0
    """Of all sessions of the checkpoints that are stored, those that are linked to a commit of this repository."""
    stored: int = 0
    """Sessions of the checkpoints that the store has now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorshipReading:
    """What became of what another tool says of who wrote which lines."""

    repository: Scrubbed
    format: str
    found: int
    """Notes or traces."""
    new: int = 0
    """Stored now, marked as the other tool's."""
    known: int = 0
    """Stored before."""
    empty: int = 0
    """Say nothing of any line."""
    elsewhere: int = 0
    """Of a commit that this clone lacks."""
    unfitting: int = 0
    """Say something of files that their commit does not change."""
    damaged: int = 0
    """Could not be read."""
    agent_lines: int = 0
    human_lines: int = 0
    other_lines: int = 0
    """Lines that both wrote, or of which nobody knows who did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorshipWriting:
    """What was written for another tool of who wrote which lines."""

    repository: Scrubbed
    format: str
    written: int
    """Commits."""
    kept: int = 0
    """Commits that have a note already; it was left as it is."""
    unknown: int = 0
    """Linked commits of which nothing can be said in this form."""
    agent_lines: int = 0
    path: str = ""
    """The ref, or the file, that was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedImport:
    """What became of the files of a ``.git-ml`` folder."""

    folder: Scrubbed
    files: int
    records: Mapping[str, int]
    """By type, each once."""
    new: int = 0
    """Stored now, or what would be."""
    known: int = 0
    other: int = 0
    """Documents that are no such record: models, metrics."""
    damaged: int = 0
    """Lines that are no JSON, packed fields that cannot be unfolded, and files that cannot be read."""
    undated: int = 0
    """Records without a time."""
    dry_run: bool = False
    """Nothing was stored."""


# What the verbs of memory answer: what lies in it, what would leave, what came, and what others told.


class WriterFacts(NamedTuple):
    """What one data folder told of a project."""

    writer: str
    """16 hexadecimal digits; empty: this machine."""
    records: Mapping[str, int]
    """By type."""
    accepted: int = 0
    """Records that agents may be told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryState:
    """What a clone's memory holds, and what a push would do."""

    repository: Scrubbed
    """Its folder."""
    kept: bool
    """A memory is kept here."""
    own: Mapping[str, int]
    """Records of this machine, by type."""
    others: tuple[WriterFacts, ...]
    """What was pulled, by writer."""
    bytes: int
    """On disk."""
    waiting: int
    """Records of this machine that no push has carried away yet."""
    remote: Scrubbed
    """Where a push goes, without user and password; empty where there is no remote."""
    pushed_at: datetime | None
    """When a push last arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushAnswer:
    """What left, or would leave."""

    remote: Scrubbed
    """Without user and password."""
    records: Mapping[str, int]
    """Records that were not there yet, by type."""
    bytes: int
    """Of the records, as they are written."""
    largest: tuple[tuple[str, str, int], ...]
    """Type, day and bytes of the largest."""
    cleaned: int
    """Secrets that the second engine took out just now."""
    refused: tuple[str, ...]
    """Records that may not leave, in words."""
    months: tuple[str, ...]
    """Months of this machine that are written there."""
    pushed: bool
    """It was done, and looked at over there afterwards; else it is a preview."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullAnswer:
    """What came."""

    remote: Scrubbed
    """Without user and password."""
    new: Mapping[str, int]
    """Records that were not known here, by type."""
    writers: tuple[str, ...]
    """Who told anything."""
    forgotten: int
    """Records that their writers forgot or said anew, and that are gone here too."""
    unreadable: int
    """Records that are none, or that redaction left no record of."""
    waiting: int
    """Records of others that nobody here has accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptAnswer:
    """What agents here may be told of from now on."""

    accepted: int
    """Records that were not accepted before."""
    records: Mapping[str, int]
    """They, by type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSession:
    """A session that somebody else's machine told of. Its texts are foreign: redacted here, shown quoted."""

    id: str
    """``s-…``."""
    writer: str
    """16 hexadecimal digits of the data folder that told it."""
    record: str
    """Hash of the record, for `memory accept`."""
    accepted: bool
    started_at: datetime | None
    ended_at: datetime | None
    agent: str
    model: str
    branch: str
    title: str
    """Empty where prompts are not shared."""
    exchanges: int
    """Prompts that a person wrote."""
    calls: int
    failures: int
    agents: int
    """Subagents that it sent off."""
    tools: Mapping[str, int]
    files_read: tuple[str, ...]
    files_changed: tuple[str, ...]
    queries: tuple[str, ...]
    """The beginnings of its prompts, where they are shared."""
    outcomes: Mapping[str, str]
    commits: tuple[tuple[str, float], ...]
    """Each commit that has its work, with the confidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldChat:
    """A chat that somebody else's machine told of."""

    id: str
    """``c-…``."""
    session: str
    writer: str
    record: str
    accepted: bool
    at: datetime
    query: str
    response: str
    model: str
    tools: tuple[str, ...]
    files_changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCommit:
    """A commit that somebody else's machine told of."""

    hash: str
    writers: tuple[str, ...]
    """Who told it, or anything about it."""
    at: datetime | None
    """None where only something about it was told."""
    message: str
    branch: str
    files: tuple[str, ...]
    insertions: int | None
    deletions: int | None
    ci: str
    """What the worst of its CI jobs said; empty where none was told."""
    reverted_by: str
    """Hash, or ``yes``; empty where nothing was told."""
    sessions: tuple[tuple[str, float], ...]
    """Each session whose work it has, with the confidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOverview:
    """What others told of a project, in short."""

    project: str
    """Its name."""
    writers: tuple[WriterFacts, ...]
    sessions: int
    exchanges: int
    """Prompts that people wrote in them."""
    calls: int
    failures: int
    commits: int
    linked: int
    """Commits that have work of a session."""
    ci_failed: int
    reverted: int
    first_at: datetime | None
    last_at: datetime | None
    agents: tuple[tuple[str, int], ...]
    """Agent and model, with the sessions, the most first."""
    files: tuple[tuple[str, int], ...]
    """The files that most sessions changed, with their number."""
    newest: tuple[ToldSession, ...]


# A repository's memory as files: what is there, how large, what is wrong with it, what packing it saved.


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
