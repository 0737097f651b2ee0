"""What lessons could have prevented: calls with what is to be seen before them, and what warnings would have met."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

Sign = tuple[str, str]
"""Something to be seen before a call is made: its kind, and what distinguishes it among its kind."""
Range = tuple[float, float, float]
"""An estimate with the ends of its 95 % interval."""


class Attempt(NamedTuple):
    """One call with what was to be seen before it, and what became of it."""

    signs: tuple[Sign, ...]
    wrong: bool
    """It failed, or its edit was corrected or taken back."""
    minutes: float = 0.0
    """Of the agent's time, from a wrong call to the next try of the same thing."""
    tool: str = ""
    failed: bool = False


class PastSession(NamedTuple):
    """One session, to be compared with those that ended before it."""

    at: datetime
    until: datetime
    project: str
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One way to warn, on the sessions that are reported."""

    name: str
    warnings: float
    """Calls that were warned of; a share of a call where a baseline is thinned to the number of the others."""
    right: float
    coverage: Range
    """Share of the wrong calls."""
    precision: Range
    lift: Range
    """Precision over the share of all calls that go wrong."""
    cost_coverage: Range
    """Share of the minutes that wrong calls cost."""
    gain: Range = (0.0, 0.0, 0.0)
    """Of lessons over this way: minutes met, in shares of all minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfSign:
    """The warnings whose strongest sign was of one kind."""

    name: str
    warnings: int
    right: int
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """What warnings made of earlier sessions' experience would have met."""

    sessions: int
    calls: int
    wrong: int
    minutes: float
    failed: int
    """Of the wrong calls those that failed; the others are edits that were corrected or taken back."""
    failed_met: int
    """Of these, such as were warned of."""
    arms: tuple[Arm, ...]
    """Lessons first, then what they are compared with."""
    kinds: tuple[KindOfSign, ...]
    since: datetime | None = None
    """When the first reported session began."""
