"""What statistics are made of: how often something was done or not in a session, and what became of it.

Equal observations of one session are counted, not repeated. What was not measured is absent from ``did`` and what is
unknown is absent from ``became``: neither is ever taken for False.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """``n`` edits, tasks or sessions alike in all that is told here."""

    unit: str
    """``edit``, ``task`` or ``session``."""
    session: bytes
    """Observations of one session hang together: intervals are made by drawing sessions."""
    project: str
    """Name for display and stratum."""
    agent: str
    model: str
    at: datetime | None
    path: str | None = None
    """Of an edit its file."""
    did: Mapping[str, bool] = field(default_factory=dict)
    """Behaviour, violation or band by its slug (``blind-edit``, ``no-tests-after``): done or not."""
    became: Mapping[str, bool] = field(default_factory=dict)
    """Outcome by its slug (``corrected``, ``rolled-back``, ``first-pass``): so or not."""
    n: int = 1
    proof: tuple[str, ...] = ()
    """The first few events, as hex of their uid."""
