"""Turn records into what the page's script draws: times in seconds, series by name, null where nothing is known."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from twiceshy.records.figures import RiskiestWork, WorkFigure
from twiceshy.records.report import CauseWeeks
from twiceshy.records.spending import CostReport
from twiceshy.screens.number_words import NumberWords

LEAST_TASKS = 20
"""Tasks of a month below which its share is not drawn (guess, 2026-11-22: a share of 20 is known to within 22
points)."""
OTHERS = "all other causes"
_LONGEST_NAME = 90  # characters of a series' name (guess, 2026-11-22)


def plot_cost(cost: CostReport) -> dict[str, Any]:
    """Return the dollars of each day; days without a date are left out."""
    days = [row for row in cost.rows if row.name[:1].isdigit()]
    return {
        "form": "stack",
        "unit": "$",
        "step": "day",
        "x": [_count_seconds(date.fromisoformat(row.name)) for row in days],
        "series": [{"name": "cost", "values": [round(row.dollars, 4) for row in days]}],
    }


def plot_causes(causes: CauseWeeks) -> dict[str, Any]:
    """Return the failures of each week by cause."""
    return {
        "form": "stack",
        "unit": "",
        "step": "week",
        "x": [_count_seconds(week) for week in causes.weeks],
        "series": [{"name": name_cause(one.says, one.id), "values": list(one.counts)} for one in causes.causes],
    }


def name_cause(says: str, key: str) -> str:
    """Return how a cause is called: by its words, else by its id."""
    if not key:
        return OTHERS
    return (says if len(says) <= _LONGEST_NAME else says[: _LONGEST_NAME - 1] + "…") or f"error {key}"


def plot_work(work: Sequence[WorkFigure]) -> dict[str, Any]:
    """Return the share of tasks that were right at once, with the ends of its interval, by month."""
    months = list_months(work)
    ends = (
        ("right at once", False, [one.first_pass.share for one in months]),
        ("95 % interval, from", True, [one.first_pass.low for one in months]),
        ("to", True, [one.first_pass.high for one in months]),
    )
    return {
        "form": "lines",
        "unit": "%",
        "step": "month",
        "x": [_count_seconds(date.fromisoformat(f"{one.name}-01")) for one in months],
        "series": [
            {"name": name, "faint": faint, "values": [round(value, 4) for value in values]}
            for name, faint, values in ends
        ],
    }


def list_months(work: Sequence[WorkFigure]) -> list[WorkFigure]:
    """Return the months with enough tasks, in order."""
    return [one for one in work if one.by == "month" and one.first_pass.n >= LEAST_TASKS]


def _count_seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


# The riskiest changes on a page: what is said of each, and what became of it.

_DIGITS = 10  # of a commit (guess, 2026-11-23: as in the terminal)


def draw_riskiest(found: RiskiestWork | None, wording: NumberWords) -> dict[str, Any]:
    """Return a sentence and rows; empty where nothing can be said."""
    if found is None:
        return {}
    since = f" since {wording.day(found.since)}" if found.since else ""
    name = "largest" if found.model == "size" else "riskiest"
    top, rest = wording.number(found.top), wording.number(found.changes - found.top)
    says = (
        f"The {name} tenth of {wording.plural(found.changes, 'change')}{since}: {wording.number(found.top_fixed)} of "
        f"{top} were fixed so far; of the others {wording.number(found.fixed - found.top_fixed)} of {rest}."
    )
    rows = [[f"{one.id[:_DIGITS]} {one.subject}".strip(), one.words, one.became] for one in found.riskiest]
    return {"says": says, "rows": rows}
