"""What went with what: how often something ended so where a thing was done and where not, and how sure that is.

An effect is an association within like cases, never a cause: nobody drew at random who reads before editing.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from twiceshy.records.approaches import Approach as Approach  # noqa: PLC0414  # read from here too
from twiceshy.records.rates import Rate


class Estimate(NamedTuple):
    """An estimate with the ends of its 95 % interval; an end may be infinite."""

    estimate: float
    low: float
    high: float


class EffectScope(StrEnum):
    """Where an effect was looked at."""

    ALL = "all"
    PROJECT = "project"
    DIRECTORY = "directory"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One behaviour, violation or band against one outcome."""

    exposure: str
    outcome: str
    unit: str
    """``edit``, ``task`` or ``session``: what is counted."""
    scope: EffectScope
    project: str = ""
    """Empty where ``scope`` is all."""
    place: str = ""
    """Path of the directory or file."""
    exposed: Rate
    """Hits where it was done; its interval takes sessions as witnesses."""
    other: Rate
    ratio: Estimate | None = None
    """Within strata; None where refused."""
    difference: Estimate | None = None
    by_file: Estimate | None = None
    """The ratio within files too, where ``within`` leaves them out because few edits could be compared."""
    within: tuple[str, ...] = ()
    """What cases have in common that are compared: ``project``, ``agent``, ``size``, ``file``."""
    strata: int = 0
    """Groups of such cases in which both sides were seen."""
    p: float = 1.0
    """The larger of the exact test within strata and the test by sessions."""
    q: float = 1.0
    """False discovery rate, of all that was looked at, at which it would still be kept."""
    sessions: int = 0
    projects: int = 0
    proof: tuple[str, ...] = ()
    """A few exposed hits, else exposed cases, as hex of their uid."""
    words: str = ""
    """The figures in a sentence of their own."""
    refusal: str | None = None
    """Why no ratio is told: slug of ``outcomes.correlate``; None where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceRow:
    """One row of *if the workflow was kept, then success was x*."""

    compliant: bool
    band: str
    """Risk band; empty where none is known."""
    success: Rate
    """Right at the first pass; where that is unknown, completed."""
    unknown: int
    """Cases of which that is not known."""
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """One outcome of one group: a month, a model, an agent."""

    group: str
    outcome: str
    unit: str
    rate: Rate
    unknown: int
    """Cases of which it is not known; never counted on either side."""
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Everything that `twiceshy effects` draws."""

    sessions: int
    observations: int
    found: list[Effect] = field(default_factory=list)
    """Sure ones first, see ``outcomes.correlate.order``."""
    tested: int = 0
    refused: int = 0
    compliance: list[ComplianceRow] = field(default_factory=list)
    unknown: list[OutcomeRow] = field(default_factory=list)
    """Each outcome over everything, with how many are unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditFate:
    """Edits of one file in one session that have the same habits and the same outcomes."""

    session: str
    """Its short id."""
    at: datetime | None
    """When the session began."""
    edits: int
    habits: tuple[str, ...]
    """What was done, by slug."""
    ends: tuple[str, ...]
    """What became of them, by slug."""
    success: bool | None
    """None where it is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeHistory:
    """A file or an approach: what was done, and what became of it."""

    name: str
    """The file's path, or the behaviour's slug."""
    project: str
    """Of the file; empty for an approach."""
    edits: int = 0
    sessions: int = 0
    fates: list[EditFate] = field(default_factory=list)
    """Of a file, newest first."""
    approaches: list[Approach] = field(default_factory=list)
    """Poor ones first."""
    effects: list[Effect] = field(default_factory=list)
    """Told of this file."""
