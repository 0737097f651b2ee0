"""List recorded sessions, newest first.

Failures are calls that failed, were rejected or interrupted. Look into one with `twiceshy show ID`.
"""

import argparse
import sys
from datetime import datetime

from twiceshy.config import Config
from twiceshy.records.values import Scope
from twiceshy.records.views import SessionLine, SessionList
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import Column, Pen, draw_table, number, pen_for, plural, short_date, terminal_width
from twiceshy.surfaces.cli.filters import add_filters, parse_since

EXAMPLE = "twiceshy sessions --project web-shop --since 30d"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the filters."""
    add_filters(parser, agent=True, limit=20)


def run(args: argparse.Namespace, config: Config) -> int:
    """List the sessions that fit."""
    from twiceshy.flows.look import list_sessions  # noqa: PLC0415  # `--help` need not pay for it

    now = datetime.now().astimezone()
    scope = Scope(project=args.project, agent=args.agent, since=parse_since(args.since, now))
    found = list_sessions(config, scope, limit=args.limit)
    if args.json:
        print(to_json("sessions", found))
    else:
        print(_render_sessions(found, now, terminal_width(), pen_for(sys.stdout, no_color=args.no_color)))
    return 0


def _render_sessions(found: SessionList, now: datetime, width: int, pen: Pen) -> str:
    """Render the list as a table; the agent has a column where there is more than one."""
    if not found.sessions:
        return "No session is stored that fits. `twiceshy sessions` without filters lists all."
    several = len({line.agent for line in found.sessions}) > 1
    columns = [
        Column("id"),
        Column("when"),
        Column("project", flexible=True),
        *([Column("agent", flexible=True)] if several else []),
        Column("prompts", right=True),
        Column("calls", right=True),
        Column("failed", right=True),
        Column("edits", right=True),
        Column("title", flexible=True),
    ]
    rows = [_cells_of(line, now, several=several) for line in found.sessions]
    text = draw_table(columns, rows, width, pen)
    if found.total > len(found.sessions):
        shown = f"{number(len(found.sessions))} of {plural(found.total, 'session')}; --limit shows more."
        text += "\n" + pen.dim(shown)
    return text


def _cells_of(line: SessionLine, now: datetime, *, several: bool) -> list[str]:
    """Return one row of the table."""
    title = line.title or "(no prompt)"
    return [
        line.id,
        short_date(line.last_at or line.first_at, now),
        line.project,
        *([line.agent] if several else []),
        number(line.prompts),
        number(line.calls),
        number(line.failures),
        number(line.edits),
        title if line.real else f"(imitation) {title}",
    ]
