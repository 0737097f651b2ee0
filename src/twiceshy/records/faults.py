"""What a step left out because our own code failed at it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One file, session or project at which a step failed. It says where, and nothing of what stands there."""

    step: str
    """``find``, ``report``, ``spool``, ``commits``, ``judge`` ..."""
    key: bytes
    """Of what: ``Session.uid``, a salted hash of a path ..."""
    name: str
    """For display: a scrubbed path, a session's id, a scrubbed project, or words of ours."""
    place: str
    """As ``errors.locate_fault`` says."""
    stand: str
    """Of the input and of our version: the step tries again when it is another."""
    at: datetime
    """When it came last; aware."""
    offset: int | None = None
    """Bytes; None where it is no place in a file."""
