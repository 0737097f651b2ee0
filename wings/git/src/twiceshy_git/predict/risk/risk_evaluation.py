"""How good is the recipe beside all that it should beat, and which columns is it owed to?"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Final

from twiceshy.records.change_risk import RiskColumn, RiskEvaluation, RiskFigures, RiskImportance, RiskTable
from twiceshy_git.predict.risk.feature_groups import make_groups
from twiceshy_git.predict.risk.risk_growing import RiskGrower
from twiceshy_git.predict.risk.risk_judging import MONTH, JudgedPeriod, judge_past, measure_effort, sum_up
from twiceshy_git.predict.risk.risk_measures import RankGain, WinTable, compare_orders, count_wins
from twiceshy_git.predict.risk.risk_recipe import KnownChanges
from twiceshy_git.predict.risk.risk_rivals import Tokens, add_rivals

# What do trees lose where columns that belong together are those of other changes?
#
# All columns of a tier or of a group change rows at once, so that one cannot stand in for another. Columns that no tree
# asks lose nothing and are not told.

MOST_ASKED: Final = 3000
"""Newest changes by which it is measured: half a minute (guess, 2026-11-23)."""
_SHUFFLES: Final = 5
"""Times that the columns change rows; their mean is told (guess, 2026-11-23)."""
_SEED: Final = 1


def measure_importance(
    period: JudgedPeriod, columns: Sequence[RiskColumn], grower: RiskGrower
) -> Iterator[RiskImportance]:
    """Yield what each tier and each group of columns is worth to the trees of a period."""
    asked = {column for tree in period.trees for column in tree.column}
    rows = [row.values for row in period.rows[-MOST_ASKED:]]
    bad = period.bad[-MOST_ASKED:]
    months = [int(row.at // MONTH) for row in period.rows[-MOST_ASKED:]]
    whole = grower.score(period.trees, rows)
    for name, places in list_parts(columns).items():
        if asked.isdisjoint(places):
            continue
        tables = [
            count_wins(bad, whole, grower.score(period.trees, mixed), months) for mixed in _mix(rows, places, name)
        ]
        yield _tell(name, len(places), compare_orders([_average(tables)]))


def list_parts(columns: Sequence[RiskColumn]) -> Mapping[str, Sequence[int]]:
    """Return the places of the columns of each tier, then of each group, by name."""
    places = {column.name: place for place, column in enumerate(columns)}
    parts: dict[str, list[int]] = {}
    for place, column in sorted(enumerate(columns), key=lambda one: one[1].tier):
        parts.setdefault(f"tier {column.tier}", []).append(place)
    for group in make_groups():
        members = [places[one.name] for one in group.columns if one.name in places]
        if members:
            parts[_name_group(type(group).__name__)] = members
    return parts


def _name_group(name: str) -> str:
    """Return the words of a class's name.

    >>> _name_group("FilesPast")
    'files past'
    """
    return "".join(f" {one.lower()}" if one.isupper() else one for one in name).strip()


def _mix(rows: Sequence[Sequence[float]], places: Sequence[int], name: str) -> Iterator[list[Sequence[float]]]:
    """Yield the rows with these columns from other rows, as often as is shuffled."""
    draw = Random(f"{_SEED} {name}")  # noqa: S311  # a shuffle, no secret
    for _ in range(_SHUFFLES):
        others = draw.sample(rows, len(rows))
        mixed: list[Sequence[float]] = []
        for row, other in zip(rows, others, strict=True):
            values = array("f", row)
            for place in places:
                values[place] = other[place]
            mixed.append(values)
        yield mixed


def _average(tables: Sequence[WinTable]) -> WinTable:
    """Return the mean of tables of the same changes."""
    rows = zip(*(one.more for one in tables), strict=True)
    more = tuple(tuple(sum(cells) / len(tables) for cells in zip(*same, strict=True)) for same in rows)
    return WinTable(more, tables[0].bad, tables[0].good)


def _tell(name: str, columns: int, loss: RankGain | None) -> RiskImportance:
    return RiskImportance(
        name=name,
        columns=columns,
        loss=None if loss is None else (round(loss.gain, 4), round(loss.low, 4), round(loss.high, 4)),
        least=None if loss is None else round(loss.least, 4),
    )


SMALLEST_FIRST: Final = "smallest first"


def evaluate_risk(table: RiskTable, known: KnownChanges, grower: RiskGrower, tokens: Tokens) -> RiskEvaluation:
    """Return the figures of own trees, of each named baseline and of smallest first, and what columns are worth.

    ``tokens``: the words of the known changes; none where they were not read.
    """
    names = [one.name for one in table.columns]
    periods = [add_rivals(one, names, tokens) for one in judge_past(table, known, grower)]
    judged = sum_up(known, periods)
    if not periods:
        return judged
    return replace(
        judged,
        scores=(*judged.scores, _measure_smallest(periods)),
        importance=tuple(measure_importance(periods[-1], table.columns, grower)),
        importance_changes=min(MOST_ASKED, len(periods[-1].rows)),
    )


def _measure_smallest(periods: Sequence[JudgedPeriod]) -> RiskFigures:
    """Return what is found by who reads the changes with the fewest lines first; it says nothing of risk."""
    effort = measure_effort(periods, lambda one: sorted(range(len(one.rows)), key=one.lines.__getitem__))
    return RiskFigures(name=SMALLEST_FIRST, auc=None, effort_recall=effort.recall, popt=effort.popt)
