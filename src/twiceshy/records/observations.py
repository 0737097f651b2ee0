"""What statistics are made of: how often something was done or not in a session, and what became of it.

Equal observations of one session are counted, not repeated. What was not measured is absent from ``did`` and what is
unknown is absent from ``became``: neither is ever taken for False.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

BREAKS = "violates:"
"""What ``did`` says of a declared step that was broken, before the step's slug."""
KEEPS = "keeps:"
"""The same of a step that was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """``n`` edits, tasks or sessions that agree in every other field of this record."""

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
    size: str = ""
    """How big the task or session is that it belongs to, see ``size_band``: who edits more has more chances for
    everything, so like is compared with like."""
    n: int = 1
    proof: tuple[str, ...] = ()
    """The first few events, as hex of their uid."""


def size_band(edits: int) -> str:
    """Return the band of a task or session by its number of edits.

    Each band begins at some three times the one before (guess).

    >>> [size_band(edits) for edits in (0, 1, 2, 5, 6, 20, 21)]
    ['0', '1', '2-5', '2-5', '6-20', '6-20', '21+']
    """
    if edits < 2:
        return str(max(edits, 0))
    return "2-5" if edits <= 5 else "6-20" if edits <= 20 else "21+"
