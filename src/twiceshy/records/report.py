"""Everything that ``twiceshy report`` draws: the ten lines, and the sections that were asked for."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from twiceshy.base.values import Quoted, Rate, Scope
from twiceshy.records.effects import Effect, Estimate
from twiceshy.records.figures import (
    CommandFigure,
    CostlyHabit,
    ErrorFigure,
    FileFigure,
    Habits,
    Mistakes,
    ModelFigure,
    Rejection,
    RiskFigure,
    RiskiestWork,
    SessionCount,
    ToolFigure,
    Totals,
    WorkFigure,
)
from twiceshy.records.insights import InsightCase, InsightList
from twiceshy.records.memory import ToldOverview
from twiceshy.records.outcomes import SessionResult
from twiceshy.records.session_time import TimeRow
from twiceshy.records.spend import SpendPictures, SpendSummary
from twiceshy.records.spending import CostReport

# The report's first ten lines: how much there was, what was made again, what to do first.


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What a person reads first."""

    since: datetime | None
    """When the window begins; None: everything that is stored."""
    until: datetime | None
    """When it ends, if that was asked for; None: with the newest session."""
    first_at: datetime | None
    """Of the first event of the sessions in it."""
    last_at: datetime | None
    sessions: int
    imitations: int
    """Sessions that another writer made, left out of everything else."""
    projects: list[SessionCount]
    """Those with most sessions first."""
    insights: InsightList
    """With the hours that the agent worked and what it cost, in this window and in the one before."""
    spend: SpendSummary | None = None
    """Where the money went; None where no token is counted."""
    time: list[TimeRow] = field(default_factory=list)
    """Where the time went, by cause, the longest first; empty where no log has times."""


class ReportSection(StrEnum):
    """A part of the report that is shown where its name is given."""

    INSIGHTS = "insights"
    TOOLS = "tools"
    ERRORS = "errors"
    EDITS = "edits"
    COMMANDS = "commands"
    MODELS = "models"
    TASKS = "tasks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The ten lines, and the sections that were asked for; the fields of other sections are empty."""

    overview: Overview
    sections: tuple[ReportSection, ...] = ()
    totals: Totals | None = None
    tools: list[ToolFigure] = field(default_factory=list)
    errors: list[ErrorFigure] = field(default_factory=list)
    habits: Habits | None = None
    commands: list[CommandFigure] = field(default_factory=list)
    files: list[FileFigure] = field(default_factory=list)
    models: list[ModelFigure] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    work: list[WorkFigure] = field(default_factory=list)
    costly: list[CostlyHabit] = field(default_factory=list)
    """Of everything that is stored; empty where the report is about a part of it, or nothing is sure."""
    risk: RiskFigure | None = None
    """None where nothing was scored."""
    mistakes: Mistakes | None = None
    told: ToldOverview | None = None
    """What others told of the project of this folder (`memory pull`); None where they told nothing."""
    riskiest: RiskiestWork | None = None
    """The riskiest changes of this folder's repository; None where nobody trained a model for it (`train risk`)."""


# Failed calls by cause and week, as a plot shows them.


class WeeklyCause(NamedTuple):
    """One error, and how often calls failed with it in each week."""

    id: str
    """Of the error, for ``twiceshy show``."""
    says: Quoted
    """The line that says what is wrong; empty where there is none that can be shown."""
    total: int
    counts: tuple[int | None, ...]
    """None where no session of the week is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseWeeks:
    """Failed calls by cause and week. Runs in which a test or a check was red are left out: that is its job."""

    weeks: tuple[date, ...]
    """Mondays, UTC, without gaps."""
    causes: tuple[WeeklyCause, ...]
    """The most frequent first; the last one sums up the rest and has no id."""
    sessions: tuple[int, ...]
    """Which began in the week."""


# Like work: calls and tasks of models or agents, and how one did beside the others on the same sort of work.


class WorkCase(NamedTuple):
    """One call or task: whose it is, what it is like, how it went."""

    case: InsightCase
    project: str
    """The project's identity."""
    project_name: str
    who: str
    """The model or agent; cases without one are compared with nobody."""
    like: str
    """What sort of work it is; only cases of one project that are equal in this are compared."""
    bad: bool


class JudgedSession(NamedTuple):
    """A session's tasks, and who did them."""

    project: str
    project_name: str
    agent: str
    model: str
    result: SessionResult


@dataclass(frozen=True, slots=True, kw_only=True)
class LikeWork:
    """How often one model's or agent's work went badly, beside the others' on the same sort of work."""

    who: str
    project: str
    """The project's identity; empty where all projects are looked at, each compared within itself."""
    project_name: str
    bad: Rate
    """Of its work that can be compared: of a sort that others did in the same project too. Its interval takes sessions
    as witnesses."""
    others: float
    """The share of the others' work that went badly, had they done the same mix of sorts."""
    ratio: Estimate
    """Mantel and Haenszel's over the sorts of work, sessions as witnesses."""
    sessions: int
    other_sessions: int
    q: float
    """False discovery rate, of all that was compared with it, at which the difference would still be kept."""
    worse: bool
    """Significantly, in enough sessions of both sides."""
    cases: tuple[InsightCase, ...]
    """All of ``bad.hits``, newest first."""


# The report as one page: the records of the terminal's screens, and what only a plot needs.


class PageCase(NamedTuple):
    """One case of an insight."""

    at: datetime | None
    session: str
    """Its short id."""
    text: str
    """What ran and what it said; empty where the page is made without the text of rows."""


class ModelComparison(NamedTuple):
    """One question asked of each model on like work."""

    question: str
    """``failed``, or the slug of ``insights.like_work.TASK_QUESTIONS``."""
    rows: tuple[LikeWork, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """Everything that ``twiceshy report --html`` draws, scrubbed at level ``strict``."""

    scope: Scope
    totals: Totals
    listed: InsightList
    cases: dict[str, tuple[PageCase, ...]]
    """The newest cases of each insight, by its id."""
    cost: CostReport
    causes: CauseWeeks
    habits: tuple[Effect, ...]
    """That were compared, as ``twiceshy effects`` orders them."""
    models: tuple[ModelComparison, ...]
    work: tuple[WorkFigure, ...]
    with_text: bool
    """Whether the rows' own text is in it."""
    riskiest: RiskiestWork | None = None
    """The riskiest changes of the folder's repository; None where nobody trained a model for it."""
    pictures: SpendPictures | None = None
    spend: SpendSummary | None = None
    """As in ``Overview``."""
    time: list[TimeRow] = field(default_factory=list)
    """As in ``Overview``."""
