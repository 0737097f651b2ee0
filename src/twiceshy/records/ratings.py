"""What somebody said of a piece of work: good, bad or neutral, or a number from 1 to 5."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from twiceshy.records import ids
from twiceshy.records.values import Scrubbed


class RatingWord(StrEnum):
    """A rating in one word."""

    BAD = "bad"
    NEUTRAL = "neutral"
    GOOD = "good"


NUMBERS = {RatingWord.BAD: 1, RatingWord.NEUTRAL: 3, RatingWord.GOOD: 5}
"""Each word as a number of the scale from 1 to 5 (by definition)."""


class RatedBy(StrEnum):
    """Who said it."""

    USER = "user"
    AGENT = "agent"
    """Through a tool of an agent, or from inside its session; nobody knows whether a person stands behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What one speaker said of one thing."""

    kind: str
    """``ids.SESSION``, ``ids.CHAT``, ``ids.WARNING`` or ``ids.LESSON``."""
    uid: bytes
    value: int
    """1 to 5."""
    at: datetime
    rated_by: RatedBy = RatedBy.USER
    session: bytes | None = None
    """Of what belongs to one session, that session's uid."""
    comment: Scrubbed | None = None

    @property
    def word(self) -> RatingWord:
        """The number as a word.

        >>> Rating(kind="c", uid=b"", value=4, at=datetime(2026, 11, 23)).word
        <RatingWord.GOOD: 'good'>
        """
        middle = NUMBERS[RatingWord.NEUTRAL]
        return (
            RatingWord.NEUTRAL if self.value == middle else RatingWord.GOOD if self.value > middle else RatingWord.BAD
        )


@dataclass(frozen=True, slots=True)
class Ratings:
    """What people said, by what it is about. What an agent said of its own work is not among it."""

    said: Mapping[tuple[str, bytes], Rating] = field(default_factory=dict)
    """By kind and uid."""

    def of(self, kind: str, uid: bytes) -> Rating | None:
        """Return what was said of just this."""
        return self.said.get((kind, uid))

    def of_chat(self, chat: bytes, session: bytes) -> Rating | None:
        """Return what was said of a chat; where nothing was, of its session."""
        return self.of(ids.CHAT, chat) or self.of(ids.SESSION, session)
