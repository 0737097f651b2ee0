"""Like work: calls and tasks of models or agents, and how one did beside the others on the same sort of work."""

from dataclasses import dataclass
from typing import NamedTuple

from twiceshy.base.values import Rate
from twiceshy.records.effects import Estimate
from twiceshy.records.insights import InsightCase
from twiceshy.records.outcomes import SessionResult


class WorkCase(NamedTuple):
    """One call or task: whose it is, what it is like, how it went."""

    case: InsightCase
    project: str
    """The project's identity."""
    project_name: str
    who: str
    """The model or agent; cases without one are compared with nobody."""
    like: str
    """What sort of work it is; only cases of one project that are equal in this are compared."""
    bad: bool


class JudgedSession(NamedTuple):
    """A session's tasks, and who did them."""

    project: str
    project_name: str
    agent: str
    model: str
    result: SessionResult


@dataclass(frozen=True, slots=True, kw_only=True)
class LikeWork:
    """How often one model's or agent's work went badly, beside the others' on the same sort of work."""

    who: str
    project: str
    """The project's identity; empty where all projects are looked at, each compared within itself."""
    project_name: str
    bad: Rate
    """Of its work that can be compared: of a sort that others did in the same project too. Its interval takes sessions
    as witnesses."""
    others: float
    """The share of the others' work that went badly, had they done the same mix of sorts."""
    ratio: Estimate
    """Mantel and Haenszel's over the sorts of work, sessions as witnesses."""
    sessions: int
    other_sessions: int
    q: float
    """False discovery rate, of all that was compared with it, at which the difference would still be kept."""
    worse: bool
    """Significantly, in enough sessions of both sides."""
    cases: tuple[InsightCase, ...]
    """All of ``bad.hits``, newest first."""
