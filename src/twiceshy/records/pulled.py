"""Facts of a project's memory as the store keeps them: those that we wrote, and those that others wrote."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from twiceshy.base.values import Scrubbed


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
    """As ``wings.git.memory.envelope.encode`` writes it."""
    accepted: bool = False
    """A person here said that agents may be told of it."""


class PulledCount(NamedTuple):
    """How much of one type one writer told."""

    writer: str
    type: str
    records: int
    accepted: int
