"""What agents' exporters sent of a session so far, in sums: from these a server makes the session's row."""

from datetime import datetime
from typing import NamedTuple


class EventSum(NamedTuple):
    """Events of one session that have name, tool and model in common."""

    session: bytes
    agent: str
    name: str
    tool: str
    """Empty where they have none."""
    model: str
    """Empty where they have none."""
    person: bytes | None
    events: int
    failures: int
    first_at: datetime
    last_at: datetime
    cost_usd: float
    tokens_in: int
    tokens_out: int
    tokens_cached: int
    commits: int
    """Different ones."""


class CounterSum(NamedTuple):
    """Rows of one session's counters that have name, part and model in common."""

    session: bytes
    agent: str
    name: str
    part: str
    """Empty where they have none."""
    model: str
    """Empty where they have none."""
    person: bytes | None
    rows: int
    newest: int
    """The greatest revision of these."""
    first_at: datetime
    last_at: datetime
    value: float
