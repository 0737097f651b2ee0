"""Summarize outcomes of tasks for the report: by agent, model and month, and the habits that go with bad outcomes.

The report is read often and has little time, so effects are not computed here: judging stores the significant
ones.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from twiceshy.outcomes import tallies
from twiceshy.records.effects import OutcomeRow
from twiceshy.records.figures import CostlyHabit, Rate, WorkFigure
from twiceshy.records.observations import Observation
from twiceshy.records.values import Scope
from twiceshy.store.db import Store

COSTLY = "effects"
"""Kind of ``derived``: the habits that surely go with worse ends."""
EVERYTHING = b"all"
_SHOWN_OUTCOMES = frozenset({"first-pass", "corrected", "rolled-back", "tests-green"})


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
    found = [
        WorkFigure(
            by=by,
            name=name,
            tasks=max(row.rate.n + row.unknown for row in rows.values()),
            first_pass=_rate_of(rows, "first-pass"),
            corrected=_rate_of(rows, "corrected"),
            rolled_back=_rate_of(rows, "rolled-back"),
            tests_green=_rate_of(rows, "tests-green"),
        )
        for name, rows in rates.items()
        if rows
    ]
    return sorted(found, key=lambda one: one.name if by == "month" else (-one.tasks, one.name))


def _rate_of(rows: Mapping[str, OutcomeRow], outcome: str) -> Rate:
    return rows[outcome].rate if outcome in rows else Rate(0, 0, 0.0, 0.0, 1.0)


def read_costly_habits(store: Store, scope: Scope) -> list[CostlyHabit]:
    """Return the stored costly habits; none for a part of what is stored."""
    kept = store.get_derived(COSTLY, EVERYTHING) if scope == Scope() else None
    return [CostlyHabit(key=key, words=words, q=q) for key, words, q in json.loads(kept.value)] if kept else []
