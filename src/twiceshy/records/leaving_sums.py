"""What rows for a team's server are made of, as the store tells it: sums, and no text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from twiceshy.records.executions import Execution, MatchRow, OutputSample


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSums:
    """One session in numbers."""

    uid: bytes
    agent: str
    native_id: str
    """As the agent itself calls it."""
    project: str
    """Its identity."""
    model: str
    """As its log spells it; empty where it does not say."""
    first_at: datetime | None
    last_at: datetime | None
    prompts: int
    """Of people."""
    calls: int
    failed_calls: int
    edits: int
    files: int
    """Different files that were edited."""
    corrections: int | None
    """None: it was not judged."""
    interruptions: int
    commits: int
    """That the log says it made."""
    tokens_in: int
    """Of prompts, without those from a cache."""
    tokens_out: int
    tokens_cached: int
    cost_usd: float | None
    """At the list's prices; None where no price is known."""
    actions: Mapping[str, int] = field(default_factory=dict)
    """Calls by ``records.events.Action``."""
    failed_actions: Mapping[str, int] = field(default_factory=dict)
    outcomes: Mapping[str, int] = field(default_factory=dict)
    """By question 1 for yes and 0 for no; what nobody knows is not there."""


class StoredRun(NamedTuple):
    """One run as it is stored, with what leaves with it."""

    execution: Execution
    matches: list[MatchRow]
    samples: list[OutputSample]
