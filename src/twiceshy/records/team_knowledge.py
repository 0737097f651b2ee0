"""What a team's server gives back to each member: it is stored here and works without the server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from twiceshy.records.effects import PooledEffect


class PersonCount(NamedTuple):
    """How much one person's work says of something; which person it is, is not told."""

    seen: int
    """Times it happened in their work."""
    sessions: int
    review: Literal["none", "kept", "dismissed"] = "none"
    """What they decided at home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLesson:
    """A lesson that the work of two or more people shows."""

    key: bytes
    """16 bytes: keyed hash of the lesson's identity, equal for all who have the team's key."""
    category: str
    kind: str
    """A ``LessonKind``."""
    subject: str
    text: str
    """Scrubbed strictly by who sent it and checked again by the server."""
    people: tuple[PersonCount, ...]
    """The greatest count first."""
    confidence: float
    """By the same formula as at home, over the sums."""
    state: Literal["promoted", "disputed", "withdrawn"]
    """``disputed``: as many dismissed it as kept it; it is shown and not said to agents."""
    changed_at: datetime
    fields: Mapping[str, str] = field(default_factory=dict)
    """What else makes it a rule: its trigger, by the names of ``records.lessons.Trigger``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLimit:
    """How long runs of one command take, over all people."""

    team_hash: bytes
    kind: Literal["timeout", "idle"]
    value_s: float
    runs: int
    people: int
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamFact:
    """How something is done in one project, as two or more people's work proved."""

    key: bytes
    project_hash: bytes
    kind: str
    says: str
    command: str
    worked: int
    n: int
    people: int
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamKnowledge:
    """One answer of ``GET /v1/knowledge?since=``."""

    lessons: tuple[TeamLesson, ...] = ()
    limits: tuple[TeamLimit, ...] = ()
    facts: tuple[TeamFact, ...] = ()
    effects: tuple[PooledEffect, ...] = ()
    cursor: str = ""
    """Given back as ``since``; what did not change after it does not come again."""


# What several people's rows say of one thing, as a team's server reads them: what its knowledge is made of.


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
