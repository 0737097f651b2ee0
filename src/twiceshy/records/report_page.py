"""The report as one page: the records of the terminal's screens, and what only a plot needs."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from twiceshy.base.values import Scope
from twiceshy.records.cause_weeks import CauseWeeks
from twiceshy.records.costs import CostReport
from twiceshy.records.effects import Effect
from twiceshy.records.figures import RiskiestWork, Totals, WorkFigure
from twiceshy.records.insights import InsightList
from twiceshy.records.like_work import LikeWork


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
