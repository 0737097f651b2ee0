"""What judging gives: a row for each session, and how much of it is known."""

from dataclasses import dataclass
from datetime import datetime


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
