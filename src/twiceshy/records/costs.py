"""What was spent, by day, project, model and the like, as records that a terminal or JSON only draw."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from twiceshy.records.spending import LostAgents, TokenCounts


class CostGroup(StrEnum):
    """What the rows of a cost report are."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    BLOCK = "block"
    PROJECT = "project"
    MODEL = "model"
    SESSION = "session"


class UnpricedModel(NamedTuple):
    """A model whose price is not known, and what it used."""

    model: str
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """One day, block, project, model or session."""

    name: str
    """A day ``2026-11-20``, the Monday of a week, a month ``2026-11``, a project, a model, a session's id."""
    title: str = ""
    """Of a session: what it was about."""
    begin: datetime | None = None
    """Of its first message."""
    last: datetime | None = None
    """Of its last message."""
    models: list[str]
    """Each by its one name, the dearest first."""
    messages: int
    sessions: int
    tokens: TokenCounts
    dollars: float
    """Of the tokens whose price is known."""
    unpriced: int = 0
    """Tokens of models without a known price; with them ``dollars`` is a lower bound."""
    partial: int = 0
    """Messages of which the log holds only a part of the tokens; with them tokens and ``dollars`` are lower bounds."""
    lost: LostAgents = field(default_factory=LostAgents)
    """Subagents whose logs are missing, which are among the ``partial`` messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockFigure:
    """A stretch of five hours, which begins with the hour of its first message; limits of plans go by it."""

    row: CostRow
    begin: datetime
    end: datetime
    quiet_s: float
    """Seconds without a message between the block before and this one; 0 where it follows at once, or is the first."""
    active: bool
    """It goes on now."""
    left_s: float = 0.0
    """Seconds until it ends, of the active one."""
    dollars_per_hour: float | None = None
    """Of the active one, from its first to its last message; None for less than two."""
    tokens_per_minute: float | None = None
    projected_dollars: float | None = None
    """At its end, if it goes on so."""
    projected_tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostReport:
    """What was spent in scope. A session that goes on into the scope counts whole."""

    by: CostGroup
    rows: list[CostRow]
    """Days, weeks, months and blocks in their order; projects, models and sessions the dearest first."""
    total: CostRow
    unpriced: list[UnpricedModel]
    """The largest first."""
    uncounted: int
    """Sessions with tool calls and without a single token count: what they cost is not known and not in here."""
    prices: str
    """Where the prices are from, and of which day."""
    blocks: list[BlockFigure] = field(default_factory=list)
    """With rows by block only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingNow:
    """What is spent now, for one line."""

    today: float
    """Dollars of the messages since midnight."""
    partial: bool
    """Some tokens of these have no known price, or the log has only a part of them: they cost at least so much."""
    block: BlockFigure | None
    """The block that goes on; None where none does."""
    session: float | None
    """Dollars of the asked session; None where it is not stored."""
    last: datetime | None
    """Of the newest message that is stored, of today or the block; None where there is none."""
