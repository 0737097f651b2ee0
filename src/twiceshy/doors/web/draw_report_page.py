"""The report as a page: its parts in their order, from the records that the terminal draws too."""

from collections.abc import Iterator
from typing import Any

from twiceshy import VERSION
from twiceshy.doors.web.compared_rows import describe_models, draw_habits
from twiceshy.doors.web.draw_plots import OTHERS, draw_riskiest, name_cause, plot_causes, plot_cost, plot_work
from twiceshy.doors.web.draw_spend_pictures import draw_spend_pictures
from twiceshy.doors.web.offline_page import render_offline_page
from twiceshy.doors.web.report_parts import (
    describe_cost,
    describe_done,
    describe_insight,
    describe_repeated,
    describe_spend,
    describe_time,
    describe_work,
    write_cost,
)
from twiceshy.records.report import ReportPage
from twiceshy.screens.number_words import NumberWords

_MOST_NAMES = 3  # projects that are named in the heading (guess, 2026-11-22)
_FIRST = 10  # insights that are shown at once; the others unfold (guess, 2026-11-22: ten is what a person acts on)
_PARTS = (
    ("insights", "What to act on"),
    ("spend", "Where it went"),
    ("cost", "Cost"),
    ("causes", "Failures"),
    ("habits", "Habits"),
    ("models", "Models"),
    ("work", "Tasks"),
)
_RISKIEST = ("risk", "Risk")


def render_report_page(page: ReportPage, wording: NumberWords) -> bytes:
    """Return the page as one file of HTML."""
    heading = _name_projects(page)
    span = _write_span(page, wording)
    values = {
        "title": " · ".join(["twiceshy", heading, *([span] if span else [])]),
        "heading": heading,
        "summary": _summarize(page, span, wording),
        "repeated": list(describe_repeated(page.listed, wording)),
        "narrowed": list(_describe_scope(page, wording)),
        "parts": (*_PARTS, *([_RISKIEST] if page.riskiest else [])),
        "first": _FIRST,
        "insights": [describe_insight(one, page.cases.get(one.id, ()), wording) for one in page.listed.insights],
        "spend": describe_spend(page.spend, wording),
        "done": describe_done(page.spend, wording),
        "pictures": draw_spend_pictures(page.pictures, wording),
        "time": describe_time(page.time, wording),
        "cost": describe_cost(page.cost, wording),
        "causes": _draw_causes(page, wording),
        "habits": draw_habits(page.habits, wording),
        "models": describe_models(page.models, wording),
        "work": describe_work(page.work, wording),
        "riskiest": draw_riskiest(page.riskiest, wording),
        "with_text": page.with_text,
        "version": VERSION,
    }
    plots = {"cost": plot_cost(page.cost), "causes": plot_causes(page.causes), "work": plot_work(page.work)}
    return render_offline_page("report.html", values, plots)


def _name_projects(page: ReportPage) -> str:
    names = list(dict.fromkeys(one.name for one in page.totals.projects))
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return (", ".join(names[:_MOST_NAMES]) or "no project") + more


def _write_span(page: ReportPage, wording: NumberWords) -> str:
    """Return the first and the last day that the page is about."""
    first, last = page.scope.since or page.totals.first_at, page.scope.until or page.totals.last_at
    return f"{wording.day(first)} - {wording.day(last)}" if first and last else ""


def _summarize(page: ReportPage, span: str, wording: NumberWords) -> list[str]:
    """Return how much is looked at, how long it took and what it cost."""
    parts = [span, wording.plural(page.totals.sessions, "session")]
    if page.listed.repeated.agent_s >= 1:
        parts.append(f"{wording.rough_duration(page.listed.repeated.agent_s)} of agent time")
    if page.cost.total.messages:
        parts.append(write_cost(page.cost.total.dollars, page.cost.total.unpriced, wording))
    return [part for part in [*parts, ", ".join(one.name for one in page.totals.agents)] if part]


def _describe_scope(page: ReportPage, wording: NumberWords) -> Iterator[str]:
    """Yield what narrows the page, in words."""
    scope = page.scope
    if scope.project:
        yield f"projects named like “{scope.project}”"
    if scope.agent:
        yield f"the agent {scope.agent}"
    if scope.since:
        yield f"sessions since {wording.day(scope.since)}"
    if scope.until:
        yield f"sessions that began before {wording.day(scope.until)}"


def _draw_causes(page: ReportPage, wording: NumberWords) -> dict[str, Any]:
    found = page.causes
    if not found.causes:
        return {"rows": []}
    total, first = sum(one.total for one in found.causes), found.causes[0]
    says = f"{wording.plural(total, 'failed call')} in {wording.plural(len(found.weeks), 'week')}"
    if first.id:
        says += f"; most often {name_cause(first.says, first.id)} ({wording.number(first.total)})"
    newest = range(len(found.weeks) - 1, -1, -1)
    rows = [
        {
            "says": one.says or ("an error without words" if one.id else OTHERS),
            "id": one.id,
            "total": wording.number(one.total),
            "counts": ["" if (count := one.counts[place]) is None else wording.number(count) for place in newest],
        }
        for one in found.causes
    ]
    return {"says": says + ".", "weeks": [wording.day(found.weeks[place]) for place in newest], "rows": rows}
