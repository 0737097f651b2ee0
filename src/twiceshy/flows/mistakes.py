"""The report's part about mistakes: which came again, what they cost, which model fails how often, and the health."""

from collections.abc import Sequence

from twiceshy.outcomes.behaviour import LONGEST_WASTE_S
from twiceshy.records.figures import Mistakes, ToolFigure, WorkFigure
from twiceshy.records.look import Scope
from twiceshy.report.mistakes import error_rates, health, together
from twiceshy.store.db import Store
from twiceshy.store.reads import mistakes as reads


def mistakes(store: Store, scope: Scope, work: Sequence[WorkFigure], tools: Sequence[ToolFigure]) -> Mistakes:
    """Everything that the report tells about them."""
    connection = store.connection
    return Mistakes(
        rows=reads.repeated(connection, scope, LONGEST_WASTE_S),
        models=error_rates(reads.tries_by_model(connection, scope)),
        health=health(work, together(tool.failed for tool in tools), reads.made_before(connection, scope)),
    )
