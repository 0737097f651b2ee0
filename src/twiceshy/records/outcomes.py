"""What became of tasks and sessions, each answer with its proof, and what a judging run did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from twiceshy.base.values import Provenance, Scrubbed
from twiceshy.records import ids


class Answer(StrEnum):
    """An outcome as far as the evidence goes."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One question about a piece of work, and what answers it."""

    answer: Answer
    confidence: float = 0.0
    """Share of labelled cases of this kind of evidence in which the answer was right; 0 where unknown."""
    why: str = ""
    """Slug of the evidence: ``rejected-with-words``, ``git-revert``, ``tests-summary`` ..."""
    proof: tuple[str, ...] = ()
    """Hex of the events' uids, or hashes of commits."""


UNKNOWN_OUTCOME = Outcome(answer=Answer.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A human turn that corrects work just done."""

    prompt: bytes
    """``Stamp.uid`` of the prompt; of the interrupt where nothing was said."""
    why: str
    """Slug: ``words``, ``rejected-with-words``, ``interrupt-and-words``, ``near-duplicate`` ..."""
    confidence: float
    """How likely it is one."""
    calls: tuple[bytes, ...] = ()
    """Edits (uids of their calls) of the work that it is about, newest first; empty where an answer was corrected."""
    words: tuple[str, ...] = ()
    """The person's words that decided, the strongest first; empty where it was what was done."""
    speaker: Provenance = Provenance.TOOL
    """Whether the log's structure shows that a person typed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """Work that was rolled back."""

    by: bytes
    """The call that did it."""
    why: str
    """Slug: ``git-revert``, ``git-restore``, ``git-checkout``, ``git-reset``, ``git-stash``, ``undo-edit`` ..."""
    calls: tuple[bytes, ...]
    """Edits that are gone."""
    confidence: float
    whole: bool = True
    """All of what these edits did is gone, not a part."""


class CallFates(NamedTuple):
    """The calls of one session whose work did not stay as it was."""

    corrected: frozenset[bytes] = frozenset()
    """By what a person said, where that is sure enough to count."""
    rolled_back: frozenset[bytes] = frozenset()
    """Work was undone, and not only put elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing that was asked for: a prompt that starts work, with the turns that correct or go on with it."""

    prompt: bytes
    description: str
    """The beginning of the prompt, scrubbed as all of a story is."""
    started_at: datetime | None
    ended_at: datetime | None
    calls: int
    edits: int
    files: tuple[str, ...]
    completed: Outcome = UNKNOWN_OUTCOME
    corrected: Outcome = UNKNOWN_OUTCOME
    rejected: Outcome = UNKNOWN_OUTCOME
    rolled_back: Outcome = UNKNOWN_OUTCOME
    tests: Outcome = UNKNOWN_OUTCOME
    """Whether the last checks after its last edit are green."""
    survived: Outcome = UNKNOWN_OUTCOME
    survival: float | None = None
    """Share of its added lines alive after ``judgement.outcomes.commit_fates`` says how many later commits."""
    first_pass: Answer = Answer.UNKNOWN
    """Without correction, rejection, rollback or red test after it was said to be done."""
    regeneration_cycles: int = 0
    """Edits of the same hunk again after one of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionResult:
    """What became of one session's work."""

    session: bytes
    tasks: tuple[Task, ...] = ()
    corrections: tuple[Correction, ...] = ()
    rollbacks: tuple[Rollback, ...] = ()
    rated: Outcome = UNKNOWN_OUTCOME
    """Whether the session as a whole is done, as a person said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionExecution:
    """One session, judged; the columns of ``session_executions``, which has their meaning. None is unknown."""

    session: bytes
    """``Session.uid``."""
    task: bytes | None
    """``Stamp.uid`` of the prompt whose beginning is the description."""
    timestamp: datetime | None
    last_modified: datetime
    tool_call_count: int
    files_modified: int
    user_message_count: int
    tasks: int
    corrections: int
    regeneration_cycles: int
    first_pass_tasks: int | None = None
    task_completed: bool | None = None
    corrections_needed: bool | None = None
    rollback: bool | None = None
    tests_green: bool | None = None
    survived: bool | None = None
    survival: float | None = None
    workflow_compliant: bool | None = None
    compliance_score: float | None = None
    risk_score: float | None = None
    diffs_scored: str | None = None

    @property
    def user_engagement_rate(self) -> float | None:
        """Human messages per tool call; None without calls."""
        return self.user_message_count / self.tool_call_count if self.tool_call_count else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCounts:
    """How many sessions answer one question with yes, with no, and not at all."""

    yes: int = 0
    no: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOutcomes:
    """What is known of one agent's sessions that changed files."""

    agent: str
    sessions: int
    """All of them."""
    working: int
    """Those that changed files; the questions are about these."""
    completed: AnswerCounts
    corrected: AnswerCounts
    rolled_back: AnswerCounts
    tests_green: AnswerCounts
    survived: AnswerCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeSummary:
    """What one run of judging did."""

    sessions: int
    """In the store."""
    judged: int
    """Of these, judged now: new, changed, or judged by older rules."""
    seconds: float
    failed: int = 0
    """Left out by a fault of ours; the next run tries again."""
    agents: tuple[AgentOutcomes, ...] = ()


# What somebody said of a piece of work: good, bad or neutral, or a number from 1 to 5.


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
