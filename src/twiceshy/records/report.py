"""Everything that ``twiceshy report`` draws: the ten lines, and the sections that were asked for."""

from dataclasses import dataclass, field
from enum import StrEnum

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
    ToolFigure,
    Totals,
    WorkFigure,
)
from twiceshy.records.overview import Overview
from twiceshy.records.shared_memory import ToldOverview


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
