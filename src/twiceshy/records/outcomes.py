"""What became of tasks and sessions, each answer with its proof, and what a judging run did."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from twiceshy.base.values import Provenance


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
    """Share of its added lines alive after ``judgement.outcomes.line_survival`` says how many later commits."""
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
