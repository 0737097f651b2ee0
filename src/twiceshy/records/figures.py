"""The report's numbers, as records that a terminal, JSON or a page only draw."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from twiceshy.base.values import Rate as Rate  # noqa: PLC0414  # read from here too
from twiceshy.base.values import Scrubbed


class SessionCount(NamedTuple):
    """A project or an agent, and how many sessions it has."""

    name: str
    sessions: int


class RunRow(NamedTuple):
    """One command run, as the store gives it."""

    session: int
    head: str
    masked: bool
    failure: str | None
    seconds: float | None
    hidden: bool
    """It is said to have worked, and its output reads like a failure."""
    stopped: bool = False
    """It did not end by itself: the user, a signal or a time limit ended it."""
    project: str = ""


class ModelTries(NamedTuple):
    """One session's calls of one tool by one model, as the store counts them."""

    session: int
    project: int
    model: str
    tool: str
    calls: int
    failed: int


class CallLine(NamedTuple):
    """One call as a proof."""

    at: datetime | None
    session: str
    tool: Scrubbed
    about: Scrubbed
    failure: str
    message: Scrubbed


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How much there is."""

    sessions: int
    imitations: int
    """Sessions that another writer made, left out of everything else."""
    prompts: int
    """Of a human."""
    calls: int
    edits: int
    first_at: datetime | None
    last_at: datetime | None
    projects: list[SessionCount] = field(default_factory=list)
    agents: list[SessionCount] = field(default_factory=list)
    questions: int = 0
    """Put to a person, who answered them or put them aside."""
    dismissed: int = 0
    """Of these, put aside: no refusal, as no work was kept from being done."""
    plans: int = 0
    """Shown to a person, who accepted them or sent them back."""
    sent_back: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFigure:
    """One tool."""

    tool: Scrubbed
    calls: int
    """Without those cancelled because a parallel one failed."""
    failed: Rate
    rejected: int
    error: str = ""
    """Its most frequent kind of error: a label, or where there is none the message of one."""
    error_count: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorFigure:
    """One error by its fingerprint."""

    id: str
    fingerprint: bytes
    tool: Scrubbed
    message: Scrubbed
    label: str
    count: int
    sessions: int
    last_at: datetime | None
    seconds: float = 0.0
    """Until the next success of the same thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditFigure:
    """Edits of one sort, and what became of them."""

    n: int
    failed: Rate
    rejected: Rate
    reedited: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One rate over another, with its 95 % interval."""

    ratio: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What was done blindly or again."""

    blind: EditFigure
    seen: EditFigure
    ratio: Ratio | None
    """Failures of blind edits over those of others; None without either."""
    retry: Rate
    retry_read: Rate
    reads: int
    repeated_reads: int
    repeated_tokens: int
    searches: int
    repeated_searches: int
    interrupts: int
    rejections: int
    engagement: float | None
    wasted_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFigure:
    """Runs of one command, by its name."""

    head: str
    runs: int
    failed: Rate
    rejected: int
    p50_s: float | None
    """From call to result: waiting for permission included."""
    p90_s: float | None
    masked: int
    """Runs whose exit status a pipe or `|| true` hides."""
    hidden: int
    """Of these, said to have worked although their output reads like a failure."""
    stopped: int = 0
    """Runs that the user, a signal or a time limit ended."""
    stopped_s: float = 0.0
    """Seconds from the call of these to their end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFigure:
    """One file that agents edited."""

    path: Scrubbed
    project: str
    edits: int
    """Tries, whatever became of them."""
    failed: int
    rejected: int
    sessions: int
    bad_sessions: int = 0
    """Those in which a try failed or was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFigure:
    """Tokens of one model."""

    model: Scrubbed
    messages: int
    input: int
    output: int
    cache_write: int
    cache_read: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A call that the user refused, and what they said."""

    at: datetime | None
    session: str
    tool: Scrubbed
    about: Scrubbed
    words: Scrubbed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFigure:
    """What became of the tasks of one agent, one model or one month; each rate is of those where it is known."""

    by: str
    """``agent``, ``model`` or ``month``."""
    name: str
    """Of a month ``2026-11``."""
    tasks: int
    """That changed files."""
    first_pass: Rate
    corrected: Rate
    rolled_back: Rate
    tests_green: Rate
    known: Mapping[str, int] = field(default_factory=dict)
    """For each of these rates the tasks of which it is known."""
    unknown: Mapping[str, int] = field(default_factory=dict)
    """And those of which it is not; on neither side of the rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostlyHabit:
    """A habit that goes with worse outcomes, significantly, in a sentence."""

    key: str
    """Its slug, for ``history``."""
    words: str
    q: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRow:
    """A fault that an edit brought in."""

    session: str
    at: datetime | None
    score: float
    """Of the edit, 0 to 1."""
    path: str
    line: int
    """From 1."""
    rule: str
    why: Scrubbed
    do: str
    """A command that tells more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFigure:
    """What is known of the risk of edits."""

    edits: int
    """With a score."""
    bands: dict[str, int]
    """How many of them are in each."""
    rows: list[RiskRow]
    """The riskiest, newer first within a band."""
    reports: int = 0
    """Of other scanners, ingested."""
    reported: int = 0
    """Findings in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedMistake:
    """One lesson whose mistake was made in more than one session."""

    id: str
    says: Scrubbed
    times: int
    sessions: int
    seconds: float
    """Until it was gone, summed over the times that this was seen."""
    known: int
    """How many times that was seen."""
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelErrors:
    """How often one model's calls fail."""

    model: str
    failed: Rate
    ratio: Ratio | None
    """Beside the other models' calls of the same tools in the same projects; None where there are none."""
    sure: bool = False
    """The ratio is not 1, at a false discovery rate of .05 over all models."""


class HealthPart(NamedTuple):
    """One share; more is better."""

    name: str
    rate: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthScore:
    """The mean of its parts, 0 to 100."""

    value: int | None
    """None where a part has too few observations."""
    least: int
    """Observations that each part must have."""
    parts: list[HealthPart]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistakes:
    """What the report tells about mistakes."""

    rows: list[RepeatedMistake]
    """The dearest first."""
    models: list[ModelErrors] = field(default_factory=list)
    """Those with most calls first."""
    health: HealthScore | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditsToScore:
    """The edits of a store, and how many of them no score is known of."""

    edits: int
    open: int
    """Of sessions that were not scored yet; ``twiceshy learn`` goes on with them."""


class RiskyChange(NamedTuple):
    """A change, why it is at risk, and what became of it; all in words."""

    id: str
    subject: str
    measure: str
    """Its risk, or its size where that alone answers."""
    words: str
    became: str
    """``nothing yet`` where nobody said anything so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskiestWork:
    """The riskiest tenth of a stretch of time's changes, and what became of each."""

    model: str
    """``own``, ``general`` or ``size``."""
    since: datetime | None
    """When the stretch begins; None: with the first change."""
    changes: int
    """With a risk, that the model did not learn from."""
    fixed: int
    """Of all of them, so far."""
    top: int
    """Changes of the tenth."""
    top_fixed: int
    riskiest: tuple[RiskyChange, ...]
    """Some of the tenth, the highest risk first."""
