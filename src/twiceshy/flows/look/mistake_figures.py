"""Gather the report's part on mistakes: repeated mistakes, their cost, each model's error rate, the health score."""

from collections.abc import Sequence

from twiceshy.outcomes.behaviour_counts import LONGEST_WASTE_S
from twiceshy.records.figures import Mistakes, ToolFigure, WorkFigure
from twiceshy.records.values import Scope
from twiceshy.report.report_mistakes import compare_error_rates, pool_rates, score_health
from twiceshy.store.db import Store
from twiceshy.store.reads import mistakes as reads


def read_mistakes(store: Store, scope: Scope, work: Sequence[WorkFigure], tools: Sequence[ToolFigure]) -> Mistakes:
    """Return everything that the report says about mistakes."""
    connection = store.connection
    return Mistakes(
        rows=reads.read_repeated_mistakes(connection, scope, LONGEST_WASTE_S),
        models=compare_error_rates(reads.count_tries_by_model(connection, scope)),
        health=score_health(work, pool_rates(tool.failed for tool in tools), reads.count_repeats(connection, scope)),
    )
