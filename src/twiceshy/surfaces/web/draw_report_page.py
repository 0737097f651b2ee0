"""The report as a page: sentences, rows of tables and plots, from the records that the terminal draws too.

It counts nothing. How numbers and times are written is given by the caller, so that a share looks the same here as in
the terminal; what stands here is only which words go with them.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from twiceshy import VERSION
from twiceshy.records.figures import Rate, WorkFigure
from twiceshy.records.insights import Insight, NextStep, Remedy, RemedyKind, RepeatedCost
from twiceshy.records.report_page import PageCase, ReportPage
from twiceshy.surfaces.web.compared_rows import draw_habits, draw_models
from twiceshy.surfaces.web.draw_plots import OTHERS, list_months, name_cause, plot_causes, plot_cost, plot_work
from twiceshy.surfaces.web.number_words import NumberWords
from twiceshy.surfaces.web.offline_page import render_offline_page

_MOST_NAMES = 3  # projects that are named in the heading (guess, 2026-11-22)
_FIRST = 10  # insights that are shown at once; the others unfold (guess, 2026-11-22: ten is what a person acts on)
_PLACES = {
    RemedyKind.TEXT: "Put into the agent's instructions (CLAUDE.md, AGENTS.md or GEMINI.md)",
    RemedyKind.AGENT_SETTING: "Set in the agent's settings",
    RemedyKind.GIT_SETTING: "Set in git",
    RemedyKind.SHELL_SETTING: "Set in the shell",
    RemedyKind.INSTALL: "Install",
    RemedyKind.ASK: "Nothing is known to help: say so in the agent's instructions",
}
_PARTS = (
    ("insights", "What to act on"),
    ("cost", "Cost"),
    ("causes", "Failures"),
    ("habits", "Habits"),
    ("models", "Models"),
    ("work", "Tasks"),
)


def render_report_page(page: ReportPage, wording: NumberWords) -> bytes:
    """Return the page as one file of HTML."""
    heading = _name_projects(page)
    span = _write_span(page, wording)
    values = {
        "title": " · ".join(["twiceshy", heading, *([span] if span else [])]),
        "heading": heading,
        "summary": _summarize(page, span, wording),
        "repeated": list(_describe_repeated(page, wording)),
        "narrowed": list(_describe_scope(page, wording)),
        "parts": _PARTS,
        "first": _FIRST,
        "insights": [_draw_insight(one, page.cases.get(one.id, ()), wording) for one in page.listed.insights],
        "cost": _draw_cost(page, wording),
        "causes": _draw_causes(page, wording),
        "habits": draw_habits(page.habits, wording),
        "models": draw_models(page.models, wording),
        "work": _draw_work(page.work, wording),
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
        parts.append(_write_cost(page.cost.total.dollars, page.cost.total.unpriced, wording))
    return [part for part in [*parts, ", ".join(one.name for one in page.totals.agents)] if part]


def _describe_repeated(page: ReportPage, wording: NumberWords) -> Iterator[str]:
    """Yield what mistakes made again cost, and what they cost in the time before."""
    now, before = page.listed.repeated, page.listed.repeated_before
    if not now.agent_s:
        return
    earlier = f" In the same time before: {_write_repeated(before, wording)}." if before and before.agent_s else ""
    yield f"Of that, mistakes made again: {_write_repeated(now, wording)}.{earlier}"


def _write_repeated(found: RepeatedCost, wording: NumberWords) -> str:
    share = wording.percent(found.waited_s / found.agent_s)
    cost = f", {wording.dollars(found.cost_usd)}" if found.cost_usd is not None else ""
    return f"{wording.rough_duration(found.waited_s)} ({share}){cost}"


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


def _draw_insight(one: Insight, cases: Sequence[PageCase], wording: NumberWords) -> dict[str, Any]:
    shown = f"All {one.count} cases" if len(cases) == one.count else f"The newest {len(cases)} of {one.count} cases"
    return {
        "id": one.id,
        "project": one.project,
        "says": one.says,
        "figures": list(_describe_figures(one, wording)),
        "remedies": [_draw_remedy(item) for item in one.remedies],
        "next_steps": [_describe_step(step, wording) for step in one.next_steps],
        "case_words": shown if one.count > 1 else "The case",
        "cases": [{"at": _write_minute(case.at), "session": case.session, "text": case.text} for case in cases],
    }


def _describe_figures(one: Insight, wording: NumberWords) -> Iterator[str]:
    """Yield cost, how often, since when, and where it goes."""
    if one.waited_s >= 1:
        yield f"about {wording.rough_duration(one.waited_s)}"
    if one.cost_usd is not None:
        yield wording.dollars(one.cost_usd)
    yield f"{one.sessions} of {wording.plural(one.of_sessions, 'session')}"
    if one.first_at and one.last_at:
        yield f"{wording.day(one.first_at)} to {wording.day(one.last_at)}"
    if one.trend.now_sessions and one.trend.before_sessions:
        yield f"newest four weeks: {one.trend.now}, the four before: {one.trend.before}"


def _describe_step(step: NextStep, wording: NumberWords) -> str:
    return f"{step.does} {wording.plural(step.n, 'time')}, which worked {wording.plural(step.worked, 'time')}"


def _draw_remedy(item: Remedy) -> dict[str, str]:
    setting = item.setting
    return {
        "where": _PLACES[item.kind] + (f" ({setting.program})" if setting else ""),
        "text": item.text,
        "setting": f"{setting.key} = {setting.value}" if setting else item.package,
        "evidence": item.evidence,
    }


def _draw_cost(page: ReportPage, wording: NumberWords) -> dict[str, Any]:
    cost = page.cost
    if not cost.total.messages:
        return {"rows": []}
    rows = [
        [
            wording.day(date.fromisoformat(row.name)) if row.name[:1].isdigit() else row.name,
            ", ".join(row.models),
            wording.number(row.sessions),
            wording.amount(row.tokens.total),
            _write_cost(row.dollars, row.unpriced, wording),
        ]
        for row in reversed(cost.rows)
    ]
    dearest = max(cost.rows, key=lambda row: row.dollars)
    total = _write_cost(cost.total.dollars, cost.total.unpriced, wording)
    says = f"{total} on {wording.plural(len(cost.rows), 'day')}, {wording.amount(cost.total.tokens.total)} tokens"
    if dearest.dollars and dearest.name[:1].isdigit():
        says += f"; most on {wording.day(date.fromisoformat(dearest.name))}: {wording.dollars(dearest.dollars)}"
    notes = []
    if cost.unpriced:
        named = ", ".join(f"{one.model} ({wording.amount(one.tokens)} tokens)" for one in cost.unpriced)
        notes.append(f"+ without a known price: {named}.")
    if cost.uncounted:
        counted = wording.plural(cost.uncounted, "session")
        notes.append(f"{counted} without token counts: what they cost is not in here.")
    return {"says": says + ".", "rows": rows, "notes": [*notes, f"List prices: {cost.prices}."]}


def _write_cost(spent: float, unpriced: int, wording: NumberWords) -> str:
    return wording.dollars(spent) + ("+" if unpriced else "")


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


def _draw_work(work: Sequence[WorkFigure], wording: NumberWords) -> dict[str, Any]:
    months = list_months(work)
    says = ""
    if len(months) > 1:
        first, last = months[0], months[-1]
        says = (
            f"Right at once: {_write_share(first.first_pass, wording)} tasks in {first.name}, "
            f"{_write_share(last.first_pass, wording)} in {last.name}."
        )
    rows = [
        [
            one.name or "unknown",
            wording.number(one.tasks),
            _write_share(one.first_pass, wording),
            wording.interval(one.first_pass),
            *(_write_share(share, wording) for share in (one.corrected, one.rolled_back, one.tests_green)),
        ]
        for one in work
    ]
    return {"says": says, "rows": rows}


def _write_share(one: Rate, wording: NumberWords) -> str:
    return f"{wording.percent(one.share)} of {wording.number(one.n)}" if one.n else "unknown"


def _write_minute(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}" if at else "unknown"
