"""Which sessions are meant. Apart from ``look``, as a brief needs no more of it and waits for every import."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What to look at; None means everything."""

    project: str | None = None
    """A project's name or a part of it, or its whole identity."""
    agent: str | None = None
    since: datetime | None = None
    """Aware. Sessions whose last event is not older."""
    until: datetime | None = None
    """Aware. Sessions whose first event is older."""
