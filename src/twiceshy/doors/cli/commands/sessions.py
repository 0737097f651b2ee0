"""List recorded sessions, newest first.

Took is from the first event to the last, with your pauses. Cost is at list prices, + means: at least this much. The
outcome is that of the work that changed files. Failures are calls that failed, were rejected or were interrupted.
`twiceshy show ID` shows one session.
"""

import argparse
from datetime import datetime
from typing import TYPE_CHECKING

from twiceshy.base.config import Config
from twiceshy.doors.cli.filters import add_filters, find_scope
from twiceshy.doors.web.outcome_words import name_outcome
from twiceshy.recipes import look
from twiceshy.screens.terminal.draw_cost import dollars
from twiceshy.screens.terminal.formats import duration, number, plural, short_date
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer

if TYPE_CHECKING:
    from twiceshy.records.views import SessionLine, SessionList

EXAMPLE = "twiceshy sessions --project web-shop --since 30d"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the filters."""
    add_filters(parser, agent=True, limit=20)
    parser.add_argument(
        "--outcome",
        metavar="NAME",
        default="",
        help="only completed, not-completed, corrected, rolled-back, tests-passed or tests-failed work",
    )


def run(args: argparse.Namespace, config: Config) -> int:
    """List the sessions that fit."""
    found = look.list_sessions(config, find_scope(args, config), limit=args.limit, outcome=args.outcome)
    return print_answer(args, "sessions", found, lambda page: _render_sessions(found, page))


def _render_sessions(found: "SessionList", page: Page) -> str:
    """Render the list as a table; the agent has a column where there is more than one."""
    if not found.sessions:
        return "No stored session fits. `twiceshy sessions` without filters lists all."
    several = len({line.agent for line in found.sessions}) > 1
    columns = [
        Column("id"),
        Column("when"),
        Column("project", flexible=True, rank=1),
        *([Column("agent", rank=5)] if several else []),
        Column("took", right=True, rank=4),
        Column("cost", right=True, rank=2),
        Column("outcome", rank=3),
        Column("failed", right=True, rank=6),
        Column("title", flexible=True),
    ]
    rows = [_cells_of(line, page.now, several=several) for line in found.sessions]
    text = draw_table(columns, rows, page)
    if found.total > len(found.sessions):
        shown = f"{number(len(found.sessions))} of {plural(found.total, 'session')}; --limit shows more."
        text += "\n" + page.dim(shown)
    return text


def _cells_of(line: "SessionLine", now: datetime, *, several: bool) -> list[str]:
    """Return one row of the table."""
    title = line.title or "nothing was typed"
    return [
        line.id,
        short_date(line.last_at or line.first_at, now),
        line.project,
        *([line.agent] if several else []),
        duration((line.last_at - line.first_at).total_seconds()) if line.last_at and line.first_at else "",
        "" if line.cost_usd is None else dollars(line.cost_usd) + "+" * line.cost_partial,
        name_outcome(line.outcomes),
        number(line.failures),
        title if line.real else f"(imitation) {title}",
    ]
