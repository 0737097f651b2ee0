"""What was read from other tools' memory of a repository, and written for them, in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from twiceshy.base.values import Scrubbed


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
