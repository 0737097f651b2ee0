"""What a model's messages used and what that cost: counts of tokens, dollars, and one message as the store gives it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class TokenCounts(NamedTuple):
    """Tokens of one message or of many, by kind. No token is counted in two of them but those of ``cache_write_1h``."""

    input: int = 0
    """Neither read from the cache nor written to it."""
    output: int = 0
    """With those of its thinking."""
    cache_write: int = 0
    cache_read: int = 0
    cache_write_1h: int = 0
    """Of ``cache_write``: those kept for an hour, which cost more."""

    @property
    def total(self) -> int:
        """All tokens."""
        return self.input + self.output + self.cache_write + self.cache_read

    @property
    def prompt(self) -> int:
        """Tokens of the prompt, from the cache or not: what tiers of a price go by."""
        return self.input + self.cache_write + self.cache_read


class Cost(NamedTuple):
    """US dollars, by kind of token."""

    input: float = 0.0
    output: float = 0.0
    cache_write: float = 0.0
    cache_read: float = 0.0

    @property
    def dollars(self) -> float:
        """All of it."""
        return self.input + self.output + self.cache_write + self.cache_read


class ModelMessage(NamedTuple):
    """One message of a model, and what it used."""

    session: int
    """Row id of its session."""
    at: datetime | None
    model: str
    """As the log spells it."""
    tokens: TokenCounts
    stated: float | None = None
    """Dollars that the log states; None where it states none. Without a token it is a counter's: all of its session so
    far."""
    partial: bool = False
    """The log holds only a part of its tokens: they are at least so many."""
    counted: bool = False
    """Its dollars are in its session's own counter, so that its tokens cost nothing more."""
    lost_agent: bool = False
    """All that is known of a subagent whose log is missing: its last message, as the result of its call states it;
    without a token where nothing is stated."""


class LostAgents(NamedTuple):
    """Subagents whose logs are missing."""

    counted: int = 0
    """The last message of each has a known price, and is in the cost."""
    unknown: int = 0
    """Nothing of these is in the cost."""


class SpendingSession(NamedTuple):
    """A session that may have cost something."""

    id: int
    """Its row."""
    uid: bytes
    project: str
    title: str
    """What it was about; empty where nobody said anything."""
    first_at: datetime | None
    calls: int
    """Tool calls."""


# What was spent, by day, project, model and the like, as records that a terminal or JSON only draw.


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


class NextRequest(NamedTuple):
    """What the next request of a session costs for the context that it has now, before it grows."""

    tokens: int
    warm: float
    """Dollars while the cache holds the context."""
    cold: float
    """Dollars once it has to be written again."""
    cold_at: datetime
    """When the cache forgets it, unless another request comes before."""


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
    next: NextRequest | None = None
    """Of the asked session; None where it is not stored, or nothing of it was cached."""
    budget: float = 0.0
    """Dollars a day; 0 for none."""
