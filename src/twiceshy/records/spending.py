"""What a model's messages used and what that cost: counts of tokens, dollars, and one message as the store gives it."""

from datetime import datetime
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
