"""What was read from other tools' memory of a repository, and written for them, in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from twiceshy.records.values import Scrubbed


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
