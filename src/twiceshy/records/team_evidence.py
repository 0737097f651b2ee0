"""What several people's rows say of one thing, as a team's server reads them: what its knowledge is made of."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonVote:
    """What one person's work, and word, says of a lesson."""

    member: bytes
    key: bytes
    """Hash of the lesson's identity, keyed with the team's key."""
    kind: str = ""
    category: str = ""
    subject: str = ""
    state: str = ""
    """At home, a ``LessonState``."""
    review: str = ""
    """``kept`` or ``dismissed`` where the person decided."""
    seen: int = 0
    sessions: int = 0
    helped: int = 0
    hurt: int = 0
    last_at: datetime | None = None
    text: str = ""
    trigger: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactVote:
    """What one person's work says of how something is done in a project."""

    member: bytes
    key: bytes
    project: bytes
    kind: str
    worked: int
    n: int
    sessions: int
    last_at: datetime | None = None
    says: str = ""
    command: str = ""


class TrialSum(NamedTuple):
    """One person's cases of one arm, by kind of rule and outcome."""

    member: bytes
    rule_kind: str
    arm: str
    outcome: str
    bad: int
    n: int
    weight: float
    """Sum of the inverse of the cases' chances."""
    weight_squared: float
    """Sum of the squares of the same."""
    weighted_bad: float


class EffectSum(NamedTuple):
    """One person's cases with and without a habit, in one stratum of that person's work."""

    member: bytes
    habit: str
    outcome: str
    stratum: bytes
    n_with: int
    bad_with: int
    n_without: int
    bad_without: int


class ModelSum(NamedTuple):
    """What one person's sessions with one model came to, in one project."""

    member: bytes
    project: bytes
    """Empty where it was not told."""
    model: str
    sessions: int
    calls: int
    failed_calls: int
    prompts: int
    corrections: int


class TeamRun(NamedTuple):
    """One run of a command that several people run."""

    member: bytes
    at: datetime
    """By the clock of who ran it."""
    seconds: float
    exit_reason: str
    child_status: int | None
    longest_silence_s: float | None
    allowed: bool | None = None
    """Feedback on a run that a limit ended: it should have gone on, or it hung."""
