"""Summarize outcomes of tasks: by agent, by model and by month."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from twiceshy.judgement.outcomes import tallies
from twiceshy.records.effects import OutcomeRow
from twiceshy.records.figures import Rate, WorkFigure
from twiceshy.records.observations import Observation

_RATES = {
    "first_pass": "first-pass",
    "corrected": "corrected",
    "rolled_back": "rolled-back",
    "tests_green": "tests-green",
}
"""Fields of a figure, and the outcomes that they are the rates of."""
_SHOWN_OUTCOMES = frozenset(_RATES.values())


def build_work_figures(seen: Sequence[Observation]) -> list[WorkFigure]:
    """Return the outcomes of tasks by agent, by model and by month; most tasks first, months in order."""
    tasks = [
        replace(one, became={slug: so for slug, so in one.became.items() if slug in _SHOWN_OUTCOMES})
        for one in seen
        if one.unit == "task"
    ]
    groups: tuple[tuple[str, Callable[[Observation], str]], ...] = (
        ("agent", lambda one: one.agent),
        ("model", lambda one: one.model),
        ("month", tallies.month_of),
    )
    return [figure for by, group in groups for figure in _group_figures(tasks, by, group)]


def _group_figures(tasks: Sequence[Observation], by: str, group: Callable[[Observation], str]) -> list[WorkFigure]:
    rates: defaultdict[str, dict[str, OutcomeRow]] = defaultdict(dict)
    for row in tallies.tally_outcomes(tasks, group):
        rates[row.group][row.outcome] = row
    found = [_build_figure(by, name, rows) for name, rows in rates.items() if rows]
    return sorted(found, key=lambda one: one.name if by == "month" else (-one.tasks, one.name))


def _build_figure(by: str, name: str, rows: Mapping[str, OutcomeRow]) -> WorkFigure:
    tasks = max(row.rate.n + row.unknown for row in rows.values())
    found = {field: _rate_of(rows, slug) for field, slug in _RATES.items()}
    known = {field: one.n for field, one in found.items()}
    unknown = {field: tasks - n for field, n in known.items()}
    return WorkFigure(by=by, name=name, tasks=tasks, known=known, unknown=unknown, **found)


def _rate_of(rows: Mapping[str, OutcomeRow], outcome: str) -> Rate:
    return rows[outcome].rate if outcome in rows else Rate(0, 0, 0.0, 0.0, 1.0)
