"""What a fleet's output says of an organisation's work: the whole, the same by one dimension, and what went wrong most.

The first records are sums as they are counted; ``FleetFigures`` and ``FleetReport`` are what people and programs read.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from twiceshy.base.values import Rate, Scrubbed
from twiceshy.records.spending import TokenCounts

FleetDimension = Literal["team", "repository", "agent", "model", "month"]
FleetVerdict = Literal["", "more", "fewer", "few"]


class GroupSums(NamedTuple):
    """The sessions of one group, summed; the whole is one group too."""

    key: str
    """Team, identity of a project, agent, model or month; empty where the log does not say."""
    name: str
    """The key as people call it."""
    sessions: int
    people: int
    """Whose logs these are; 0 where nobody is named."""
    teams: int
    projects: int
    first_at: datetime | None
    last_at: datetime | None
    calls: int
    tried: int
    """Of these, without waiting, and without those cancelled because a parallel one failed."""
    failed: int
    edits: int
    corrections: int
    """Turns of people that corrected work."""
    corrected: int
    """Sessions with one."""
    corrected_known: int
    rolled_back: int
    rolled_back_known: int
    first_pass: int
    """Tasks that were right at once."""
    tasks_known: int
    """Tasks of the sessions where that is known of every task."""
    tasks: int
    expected: float
    """Calls that would have failed if each kind of call failed as often as everywhere."""
    failed_squared: int
    """Over the sessions, the sum of ``failed`` squared; the next two are of products with ``expected``."""
    failed_expected: float
    expected_squared: float


class GroupTokens(NamedTuple):
    """Tokens of one group, one model and one tier of its price."""

    key: str
    model: str
    """As the log spells it."""
    tier: int
    """Place among the tiers of the model's price."""
    stated: float
    """Dollars that the logs state for these messages; their tokens have no other price then."""
    is_stated: bool
    messages: int
    partial: int
    """Of these, the log has only a part of the tokens."""
    tokens: TokenCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetFigures:
    """The figures of the whole or of one group."""

    key: str
    name: str
    sessions: int
    people: int
    """0: nobody is named."""
    teams: int
    projects: int
    first_at: datetime | None
    last_at: datetime | None
    calls: int
    failed: Rate
    """Of the calls that were tried."""
    edits: int
    corrections: int
    corrected: Rate
    """Of sessions where a person spoke after the work."""
    rolled_back: Rate
    """Of sessions with work."""
    tasks: int
    first_pass: Rate
    """Of tasks, in sessions where it is known of every task."""
    tokens: TokenCounts
    dollars: float
    unpriced: int
    """Tokens of models without a known price: with them ``dollars`` is a lower bound."""
    partial: int
    """Messages of which the log has only a part of the tokens: as above."""
    ratio: float | None = None
    """Failures over those of the other groups, on the same kinds of calls; None where that cannot be told."""
    ratio_low: float | None = None
    ratio_high: float | None = None
    verdict: FleetVerdict = ""
    """``more`` or ``fewer`` failures than the others, at a false discovery rate of 5 %; ``few``: so few sessions or
    people that nothing is compared."""


class FleetTrouble(NamedTuple):
    """A command or a tool whose calls failed."""

    name: Scrubbed
    is_command: bool
    calls: int
    failed: Rate
    seconds: float
    """That its failed calls themselves took, as far as the logs say it."""
    sessions: int
    """In which it failed."""
    people: int
    teams: int
    projects: int
    place: Scrubbed
    """The project with most of the failures."""
    message: Scrubbed
    """Most frequent first line of what it said; empty where nothing was said."""
    last_at: datetime | None


class FleetLesson(NamedTuple):
    """One mistake that several sessions made."""

    id: str
    says: Scrubbed
    why: Scrubbed
    times: int
    sessions: int
    people: int
    teams: int
    projects: int
    places: tuple[Scrubbed, ...]
    """Names of the projects with most of it, at most three."""
    seconds: float
    """Until it was gone, summed over the times that this was seen."""
    seen_gone: int
    """How many times that was."""
    first_at: datetime | None
    last_at: datetime | None


class FleetEffect(NamedTuple):
    """How work ended with a habit, beside without it, over all shards."""

    says: str
    unit: str
    outcome: str
    cases: int
    sessions: int
    ratio: float
    low: float
    high: float
    q: float


class FleetFinding(NamedTuple):
    """A rule of the scanners, and how often edits broke it and mended it."""

    rule: str
    severity: str
    introduced: int
    fixed: int
    sessions: int
    people: int
    teams: int
    projects: int


class FleetDuration(NamedTuple):
    """How long a command or a tool takes, over all shards."""

    kind: str
    """``run`` or ``tool``."""
    name: Scrubbed
    times: int
    p50_s: float
    p90_s: float
    p99_s: float


class FleetScale(NamedTuple):
    """What was read, and what is not in the figures."""

    imitations: int
    """Sessions that another writer made, left out of everything."""
    copies: int
    """Sessions that stand in more than one shard, counted once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetReport:
    """An organisation's work, as its fleet's output has it."""

    output: str
    team: str
    """Of which alone; empty: all."""
    by: FleetDimension
    whole: FleetFigures
    groups: tuple[FleetFigures, ...]
    """Those with most sessions first; months in order."""
    lessons: tuple[FleetLesson, ...]
    """The dearest first."""
    troubles: tuple[FleetTrouble, ...]
    """The longest first."""
    findings: tuple[FleetFinding, ...] = ()
    effects: tuple[FleetEffect, ...] = ()
    """Of the organisation, whatever team was asked for."""
    durations: tuple[FleetDuration, ...] = ()
    """As ``effects``."""
    imitations: int = 0
    copies: int = 0
    failed_shards: int = 0
    """Their figures are those of their last good run, or none."""
    aside: int = 0
    """Inputs that were set aside."""
    prices: str = ""
    """Source and date of the price list."""
    models: tuple[tuple[str, int], ...] = field(default=())
    """Models without a price, and their tokens."""
