"""What a team's server reads of many people's rows: sums and lists, for the board and for programs that ask.

``people`` is how many members something is of. Days are UTC's. Whose a single row is, is told to nobody but its member.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple


class Days(NamedTuple):
    """The days that a read looks at, both ends included."""

    first: date
    last: date


class EventDay(NamedTuple):
    """What agents reported of one day."""

    day: date
    people: int
    events: int
    failures: int
    cost_usd: float
    tokens_in: float
    tokens_out: float
    tokens_cached: float


class AgentUse(NamedTuple):
    """What agents reported of one model."""

    agent: str
    model: str
    people: int
    events: int
    failures: int
    cost_usd: float
    tokens_in: float
    tokens_out: float
    tokens_cached: float


class ToolUse(NamedTuple):
    """How one tool did."""

    tool: str
    people: int
    calls: int
    failures: int
    mean_ms: float | None
    """None where no duration was told."""


class ToolFailure(NamedTuple):
    """One way in which a tool fails."""

    tool: str
    error_type: str
    people: int
    times: int


class EventName(NamedTuple):
    """How often one name was reported, known to us or not."""

    agent: str
    name: str
    people: int
    events: int


class SessionDay(NamedTuple):
    """Sessions that began on one day."""

    day: date
    people: int
    sessions: int
    prompts: int
    calls: int
    failed_calls: int
    corrections: int
    interruptions: int
    commits: int
    seconds: float
    cost_usd: float


class ModelUse(NamedTuple):
    """Sessions with one model."""

    agent: str
    model: str
    people: int
    sessions: int
    prompts: int
    calls: int
    failed_calls: int
    corrections: int
    interruptions: int
    commits: int
    cost_usd: float


class WordCount(NamedTuple):
    """How often sessions with one model came to something."""

    agent: str
    model: str
    word: str
    """A tool, or an outcome."""
    sessions: int
    times: int


class MemberSession(NamedTuple):
    """One session of the caller's own."""

    id: bytes
    at: datetime
    agent: str
    model: str
    seconds: float | None
    prompts: int | None
    calls: int | None
    failed_calls: int | None
    corrections: int | None
    commits: int | None
    cost_usd: float | None


class RunDay(NamedTuple):
    """Runs of one day."""

    day: date
    people: int
    runs: int
    failures: int
    seconds: float


class RunsByEnd(NamedTuple):
    """Runs that ended for one reason."""

    exit_reason: str
    category: str
    """Of the command; empty where it was not told."""
    people: int
    runs: int
    failures: int
    seconds: float


class CommandUse(NamedTuple):
    """Runs of one command, which has no other name than a keyed hash."""

    team_hash: bytes
    team_epoch: str
    """Hashes of two epochs are never compared."""
    head: str
    """First word of the command where somebody's level told it, else empty."""
    people: int
    runs: int
    failures: int
    seconds: float


class VisibleRun(NamedTuple):
    """One run that the caller may see: an own one, or one whose member sends everything."""

    id: bytes
    at: datetime
    own: bool
    team_hash: bytes | None
    exit_code: int
    exit_reason: str
    seconds: float
    category: str
    head: str
    command: str


class PatternUseOfTeam(NamedTuple):
    """What one pattern did in everybody's runs."""

    pattern_hash: bytes
    pattern_type: str
    people: int
    runs: int
    matched: int
    """Runs in which it was found."""
    failures: int
    false_positives: int
    """Runs that their person said it ended wrongly."""


class FeedbackSum(NamedTuple):
    """What people said of runs that ended for one reason."""

    exit_reason: str
    people: int
    rated: int
    mean_rating: float | None
    false_positives: int
    should_have_exited: int


class MemberActivity(NamedTuple):
    """Sums of one member's work, for administrators; for others their own line only."""

    member: bytes
    rows: int
    """That came in these days."""
    events: int
    runs: int
    sessions: int
    last_day: date | None
    """On which something came."""


class IntakeDay(NamedTuple):
    """Rows of one kind that came on one day, by how long they had been on their way."""

    day: date
    kind: str
    people: int
    rows: int
    in_minute: int
    in_hour: int
    in_day: int
    later: int
    ahead: int
    """From a clock that is ahead of the server's."""


class ErasureDay(NamedTuple):
    """Rows that were erased on one day."""

    day: date
    reason: str
    people: int
    rows: int


class TeamTotals(NamedTuple):
    """A team in one line."""

    members: int
    active: int
    """Of whom something came in these days."""
    events: int
    runs: int
    sessions: int
    lessons: int
    facts: int
    erased: int
    rows: Mapping[str, int]
    """That came in these days, by kind."""
