"""What somebody said of a piece of work: good, bad or neutral, or a number from 1 to 5."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from twiceshy.base.values import Scrubbed
from twiceshy.records import ids
from twiceshy.records.outcomes import Answer


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

    def of_chats(self, chats: Iterable[bytes], session: bytes) -> list[Rating]:
        """Return what was said of some chats; where nothing was of any, of their session."""
        own = [rating for chat in chats if (rating := self.of(ids.CHAT, chat)) is not None]
        whole = self.of(ids.SESSION, session)
        return own or ([] if whole is None else [whole])


def parse_rating(text: str) -> int | None:
    """Return a rating as a number: of one of its words, or of 1 to 5; None for anything else.

    >>> parse_rating("good"), parse_rating("2"), parse_rating("6")
    (5, 2, None)
    """
    if text in {str(number) for number in range(min(NUMBERS.values()), max(NUMBERS.values()) + 1)}:
        return int(text)
    return NUMBERS.get(RatingWord(text)) if text in set(RatingWord) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedThing:
    """What was rated, and how."""

    id: str
    """``s-…``, ``c-…``, ``w-…`` or ``l-…``."""
    about: str
    """Its own beginning: a prompt, a title, what a warning or a lesson says."""
    rating: int
    """1 to 5."""
    word: RatingWord
    rated_by: RatedBy
    comment: Scrubbed | None
    """As it is stored: without secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatableWork:
    """One piece of work of which a person could say how good it was: a chat that began it, with what followed."""

    id: str
    """``c-…``: of the prompt that began it."""
    session: str
    project: str
    at: datetime | None
    words: str
    """The beginning of the prompt."""
    edits: int | None
    """None where its session is not judged yet."""
    completed: Answer
    """As far as it is known without asking."""
    confidence: float
    """Of that; 0 where it is not known."""
    why: str
    """Slug of the evidence: ``commit``, ``interrupted`` ..."""
    rating: int | None
    """That of the chat, else of its session; None: nobody said."""
    word: RatingWord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkToRate:
    """Work, the least certain first."""

    work: tuple[RatableWork, ...]
    rated: int
    """Pieces of work in scope that are rated."""
    unrated: int
