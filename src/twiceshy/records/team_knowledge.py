"""What a team's server gives back to each member: it is stored here and works without the server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from twiceshy.records.effects import PooledEffect as PooledEffect  # noqa: PLC0414  # read from here too


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
