"""The first page: what to act on, what it cost, how the work went. The numbers are those of `twiceshy report`.

The frame comes at once; the three parts come by themselves as soon as they are computed, and are kept until something
is stored.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from twiceshy.base.plugins import find_answer
from twiceshy.base.values import Scope
from twiceshy.doors.web.dashboard.asked import Asked, Drawn, describe_window, link_message
from twiceshy.doors.web.draw_plots import draw_riskiest, plot_cost, plot_work
from twiceshy.doors.web.draw_spend_pictures import draw_spend_pictures
from twiceshy.doors.web.page_templates import write_json
from twiceshy.doors.web.report_parts import (
    describe_cost,
    describe_done,
    describe_insight,
    describe_repeated,
    describe_spend,
    describe_time,
    describe_work,
)
from twiceshy.recipes import look
from twiceshy.records import ids
from twiceshy.records.insights import Insight
from twiceshy.records.questions import MEMORY, RISK
from twiceshy.records.report import PageCase, Report, ReportSection
from twiceshy.records.spend import SpendPictures
from twiceshy.records.spending import CostGroup, CostReport
from twiceshy.records.views import SessionList

_NEWEST = 5  # sessions on the first page (guess, 2026-11-23)
_MOST_CASES = 50  # of an insight (guess, 2026-11-23: the page of a session shows the others)
_FIRST = 10  # insights that are shown at once (guess, 2026-11-22: what a person acts on)


def read_frame(asked: Asked) -> SessionList:
    """Return the newest sessions, and how many there are."""
    return look.list_sessions(asked.config, asked.scope, limit=_NEWEST)


def draw_frame(found: SessionList, asked: Asked) -> Drawn:
    """Draw the page without what takes long."""
    return Drawn(
        "overview.html",
        {
            "narrowed": asked.scope != Scope(),
            "total": asked.words.plural(found.total, "session"),
            "newest": [
                {
                    "id": line.id,
                    "day": asked.words.day(at) if (at := line.last_at or line.first_at) else "",
                    "project": line.project,
                    "title": line.title or "nothing was typed",
                }
                for line in found.sessions
            ],
        },
    )


def read_report(asked: Asked) -> Report:
    """Return what `twiceshy report` says."""
    return asked.kept.ask(("report", asked.scope), lambda: _read_report(asked))


def _read_report(asked: Asked) -> Report:
    """Return the ten lines, what others told, and the riskiest changes of the folder that it was started in."""
    scope, folder = _choose(asked), Path.cwd()
    memory, risk = find_answer(MEMORY), find_answer(RISK)
    told = memory.read_told_overview(asked.config, folder) if memory and memory.has_told(asked.config, folder) else None
    riskiest = risk.read_riskiest_work(asked.config, folder, scope, asked.now) if risk else None
    return replace(look.build_report(asked.config, scope, ()), told=told, riskiest=riskiest)


def draw_insights(found: Report, asked: Asked) -> Drawn:
    """Draw what mistakes cost that were made again, and what to act on."""
    listed = found.overview.insights
    return Drawn(
        "insights.html",
        {
            "window": describe_window(found.overview, asked),
            "worked": asked.words.rough_duration(listed.repeated.agent_s) if listed.repeated.agent_s >= 1 else "",
            "spend": describe_spend(found.overview.spend, asked.words),
            "done": describe_done(found.overview.spend, asked.words),
            "time": describe_time(found.overview.time, asked.words),
            "repeated": list(describe_repeated(listed, asked.words)),
            "insights": [_describe(one, asked) for one in listed.insights],
            "first": _FIRST,
            "riskiest": draw_riskiest(found.riskiest, asked.words),
        },
    )


def read_pictures(asked: Asked) -> SpendPictures:
    """Return the money by project, cause, item and session, and by day and hour."""
    scope = _choose(asked)
    return asked.kept.ask(("spend pictures", scope), lambda: look.build_spend_pictures(asked.config, scope))


def draw_pictures(found: SpendPictures, asked: Asked) -> Drawn:
    """Draw it; a session leads to its page."""
    return Drawn("pictures.html", {"pictures": draw_spend_pictures(found, asked.words, lambda id_: f"/sessions/{id_}")})


def read_cost(asked: Asked) -> CostReport:
    """Return what `twiceshy report cost` says."""
    return asked.kept.ask(
        ("cost", asked.scope),
        lambda: look.build_cost_report(asked.config, asked.scope, CostGroup.DAY, asked.now),
    )


def draw_cost(found: CostReport, asked: Asked) -> Drawn:
    """Draw the dollars of each day."""
    return Drawn("cost.html", {"cost": describe_cost(found, asked.words), "plot": write_json(plot_cost(found))})


def read_work(asked: Asked) -> Report:
    """Return what `twiceshy report tasks` says."""
    return asked.kept.ask(
        ("work", asked.scope), lambda: look.build_report(asked.config, _choose(asked), (ReportSection.TASKS,))
    )


def draw_work(found: Report, asked: Asked) -> Drawn:
    """Draw what became of the tasks."""
    return Drawn(
        "work.html", {"work": describe_work(found.work, asked.words), "plot": write_json(plot_work(found.work))}
    )


def _choose(asked: Asked) -> Scope:
    return look.choose_scope(asked.config, asked.scope)


def _describe(one: Insight, asked: Asked) -> dict[str, Any]:
    """Return what the template names of an insight; each case leads to its message."""
    newest = one.cases[:_MOST_CASES]
    told = [PageCase(case.at, ids.shorten(ids.SESSION, case.session), "") for case in newest]
    found = describe_insight(one, told, asked.words)
    found["href"] = f"/insights/{one.id}"
    for row, case in zip(found["cases"], newest, strict=True):
        row["href"] = link_message(case.session, case.uid)
    return found
