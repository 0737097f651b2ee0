"""One error and one insight: how often, what came next and what worked, each case with a way to its message."""

from datetime import datetime
from typing import Any

from twiceshy.base.values import Scope
from twiceshy.doors.web.dashboard.asked import Asked, Drawn, link_message
from twiceshy.doors.web.dashboard.session_list import cut_line
from twiceshy.doors.web.report_parts import describe_insight, write_minute
from twiceshy.recipes import look, pages
from twiceshy.records.insights import CaseLine, InsightCase, InsightStory
from twiceshy.records.views import ErrorHistory, Example, NextAction
from twiceshy.stats.text.relative_times import parse_since

_FEW, _MOST = 20, 1_000  # cases of an error, at first and where all are asked for (guess, 2026-11-23)
_LONGEST = 200  # characters of a command or a message (guess, 2026-11-23)


def read_error(asked: Asked) -> ErrorHistory:
    """Return the error with its newest cases."""
    return pages.read_error(asked.config, asked.path["id"], cases=_MOST if "all" in asked.query else _FEW)


def read_whole_error(asked: Asked) -> dict[str, Any]:
    """Return what `twiceshy show` says of it."""
    pages.read_error(asked.config, asked.path["id"], cases=1)
    return {"error": look.show(asked.config, asked.path["id"], Scope(), full=False)}


def draw_error(found: ErrorHistory, asked: Asked) -> Drawn:
    """Draw what it says, what the agent did next, and each case."""
    words, shown = asked.words, len(found.examples)
    every = shown == found.count
    return Drawn(
        "error.html",
        {
            "id": found.id,
            "says": cut_line(found.message or "(without a message)", _LONGEST),
            "figures": f"{words.plural(found.count, 'time')} in {words.plural(found.sessions, 'session')}"
            + _write_days(found.first_at, found.last_at, asked),
            "steps": [_draw_step(step, asked) for step in found.followed],
            "cases": [_draw_example(one) for one in found.examples],
            "case_words": "Every time" if every else f"The newest {words.number(shown)} of {words.number(found.count)}",
            "more": "" if every or "all" in asked.query else f"/errors/{found.id}?all=1",
        },
    )


def _write_days(first: datetime | None, last: datetime | None, asked: Asked) -> str:
    """Return from which day to which; empty where no time is known."""
    if first is None or last is None:
        return ""
    days = [asked.words.day(first), asked.words.day(last)]
    return f", {days[0]}" if days[0] == days[1] else f", {' to '.join(days)}"


def _draw_step(step: NextAction, asked: Asked) -> list[str]:
    number = asked.words.number
    return [step.action, number(step.count), number(step.count - step.failed), number(step.same_error)]


def _draw_example(one: Example) -> dict[str, str]:
    return {
        "href": link_message(one.session_uid, one.uid),
        "at": write_minute(one.at),
        "where": one.project,
        "about": cut_line(f"{one.tool} {one.about}", _LONGEST),
        "text": cut_line(one.text, _LONGEST),
    }


def read_insight(asked: Asked) -> InsightStory:
    """Return the insight with every case that it counts."""
    scope = Scope(
        project=asked.scope.project,
        agent=asked.scope.agent,
        since=asked.scope.since or parse_since(asked.config.report_since, asked.now),
        until=asked.scope.until,
    )
    name = asked.path["id"]
    return asked.kept.ask(("insight", name, scope), lambda: look.show_insight(asked.config, name, scope))


def read_whole_insight(asked: Asked) -> dict[str, InsightStory]:
    """Return what `twiceshy show` says of it."""
    return {"insight": read_insight(asked)}


def draw_insight(found: InsightStory, asked: Asked) -> Drawn:
    """Draw what it says, what to do, and each case."""
    one = found.insight
    return Drawn(
        "insight.html",
        {
            "one": describe_insight(one, (), asked.words),
            "case_words": asked.words.plural(len(found.cases), "case"),
            "cases": [_draw_case(line, case) for line, case in zip(found.cases, one.cases, strict=True)],
        },
    )


def _draw_case(line: CaseLine, case: InsightCase) -> dict[str, str]:
    return {
        "href": link_message(case.session, case.uid),
        "at": write_minute(line.at),
        "where": line.session,
        "about": cut_line(f"{line.tool} {line.about}", _LONGEST),
        "text": cut_line(line.message or "", _LONGEST),
    }
