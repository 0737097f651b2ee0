"""Sentences and rows of the report's parts, as its page and the dashboard show them.

It counts nothing. How numbers and times are written is given by the caller, so that a share looks the same here as in
the terminal; what stands here is only which words go with them.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from twiceshy.doors.web.draw_plots import list_months
from twiceshy.records.figures import Rate, WorkFigure
from twiceshy.records.insights import Insight, InsightList, NextStep, Remedy, RemedyKind, RepeatedCost
from twiceshy.records.report import PageCase
from twiceshy.records.session_time import TimeRow
from twiceshy.records.spend import EndingRow, SpendRow, SpendSummary
from twiceshy.records.spending import CostReport
from twiceshy.screens.number_words import NumberWords
from twiceshy.screens.spend_words import has_item, has_longest, is_apart, say_cause, say_part, say_time

_PLACES = {
    RemedyKind.TEXT: "Put into the agent's instructions (CLAUDE.md, AGENTS.md or GEMINI.md)",
    RemedyKind.AGENT_SETTING: "Set in the agent's settings",
    RemedyKind.GIT_SETTING: "Set in git",
    RemedyKind.SHELL_SETTING: "Set in the shell",
    RemedyKind.INSTALL: "Install",
    RemedyKind.HABIT: "What you can do",
    RemedyKind.ASK: "Nothing is known to help: say so in the agent's instructions",
}


def describe_repeated(listed: InsightList, wording: NumberWords) -> Iterator[str]:
    """Yield what mistakes made again cost, and what they cost in the time before."""
    now, before = listed.repeated, listed.repeated_before
    if not now.agent_s:
        return
    earlier = f" In the same time before: {_write_repeated(before, wording)}." if before and before.agent_s else ""
    yield f"Of that, mistakes made again: {_write_repeated(now, wording)}.{earlier}"


def _write_repeated(found: RepeatedCost, wording: NumberWords) -> str:
    share = wording.fine_percent(found.waited_s / found.agent_s)
    cost = f", {wording.dollars(found.cost_usd)}" if found.cost_usd is not None else ""
    return f"{wording.rough_duration(found.waited_s)} ({share}){cost}"


def describe_insight(one: Insight, cases: Sequence[PageCase], wording: NumberWords) -> dict[str, Any]:
    """Return what the template names of an insight; its cases lead nowhere: a page that stands alone has no others."""
    shown = f"All {one.count} cases" if len(cases) == one.count else f"The newest {len(cases)} of {one.count} cases"
    return {
        "id": one.id,
        "href": "",
        "project": one.project,
        "says": one.says,
        "figures": list(_describe_figures(one, wording)),
        "remedies": [_draw_remedy(item) for item in one.remedies],
        "next_steps": [_describe_step(step, wording) for step in one.next_steps],
        "case_words": shown if one.count > 1 else "The case",
        "cases": [
            {"at": write_minute(case.at), "session": case.session, "href": "", "text": case.text} for case in cases
        ],
    }


def _describe_figures(one: Insight, wording: NumberWords) -> Iterator[str]:
    """Yield cost, how often, since when, and where it goes."""
    if one.waited_s >= 1:
        yield f"about {wording.rough_duration(one.waited_s)}"
    if one.cost_usd is not None and one.most_usd is not None:
        yield f"about {wording.dollars(one.cost_usd)} less, at most {wording.dollars(one.most_usd)}"
    elif one.cost_usd is not None:
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


def describe_spend(spend: SpendSummary | None, wording: NumberWords) -> dict[str, Any]:
    """Return where the money went, in words and rows; no row where no token has a price."""
    if spend is None or not spend.total_usd:
        return {"rows": []}
    parts = (f"{say_part(one)} {wording.dollars(one.usd)} ({wording.percent(one.share)})" for one in spend.parts)
    most = max(row.share for row in spend.causes) or 1.0
    return {
        "says": f"Of {wording.dollars(spend.total_usd)}: {', '.join(parts)}.",
        "compared": spend.before is not None,
        "rows": [
            {
                "name": say_cause(row),
                "amount": wording.dollars(row.usd),
                "share": wording.percent(row.share),
                "bar": f"{row.share / most:.3f}",
                "before": wording.percent(spend.before.get(row.name, 0.0)) if spend.before else "",
                "item": f"{row.item} {wording.dollars(row.item_usd)}" if has_item(row) else "",
            }
            for row in spend.causes
            if row.usd
        ],
    }


def describe_done(spend: SpendSummary | None, wording: NumberWords) -> list[dict[str, Any]]:
    """Return what the money was spent on doing, and what became of that, as tables of shares; empty for no money."""
    if spend is None or not spend.total_usd:
        return []
    tables = (
        ("Where the money went by work, as a table", "what the model did in each request", spend.work),
        ("Where the money went by result, as a table", "what became of the work, task by task", spend.endings),
    )
    return [
        {"label": label, "what": what, "compared": False, "rows": [_describe_share(row, rows, wording) for row in rows]}
        for label, what, rows in tables
        if rows
    ]


def _describe_share(
    row: SpendRow | EndingRow, rows: Sequence[SpendRow | EndingRow], wording: NumberWords
) -> dict[str, Any]:
    return {
        "name": row.name,
        "amount": wording.dollars(row.usd),
        "share": wording.percent(row.share),
        "bar": f"{row.share / (rows[0].share or 1.0):.3f}",
        "before": "",
        "item": f"{wording.number(row.tasks)} tasks" if isinstance(row, EndingRow) and row.tasks else "",
    }


def describe_time(causes: Sequence[TimeRow], wording: NumberWords) -> dict[str, Any]:
    """Return where the time went, in rows, a person's absence left out."""
    shown = [row for row in causes if not is_apart(row) and row.seconds >= 1]
    whole, most = sum(row.seconds for row in shown), max((row.seconds for row in shown), default=0.0)
    return {
        "compared": False,
        "rows": [
            {
                "name": say_time(row),
                "amount": wording.rough_duration(row.seconds),
                "share": wording.percent(row.seconds / whole),
                "bar": f"{row.seconds / most:.3f}",
                "before": "",
                "item": f"{row.item} {wording.rough_duration(row.item_s)}" if has_longest(row) else "",
            }
            for row in shown
        ],
    }


def describe_cost(cost: CostReport, wording: NumberWords) -> dict[str, Any]:
    """Return what was spent on each day, in words and rows."""
    if not cost.total.messages:
        return {"rows": []}
    rows = [
        [
            wording.day(date.fromisoformat(row.name)) if row.name[:1].isdigit() else row.name,
            ", ".join(row.models),
            wording.number(row.sessions),
            wording.amount(row.tokens.total),
            write_cost(row.dollars, row.unpriced, wording),
        ]
        for row in reversed(cost.rows)
    ]
    dearest = max(cost.rows, key=lambda row: row.dollars)
    total = write_cost(cost.total.dollars, cost.total.unpriced, wording)
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


def write_cost(spent: float, unpriced: int, wording: NumberWords) -> str:
    """Return dollars; ``+`` behind them where some tokens have no price."""
    return wording.dollars(spent) + ("+" if unpriced else "")


def describe_work(work: Sequence[WorkFigure], wording: NumberWords) -> dict[str, Any]:
    """Return what became of the tasks, in words and rows."""
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


def write_minute(at: datetime | None) -> str:
    """Return the time to the minute, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}" if at else "unknown"
