"""What became of the edits of a file, or of one way of working: its success with an interval, poor ones named.

FILE shows its edits by session with what was done (edited without a read, tried again, no tests after) and what became
of them. APPROACH is such a habit by its slug (`twiceshy effects` names them): how often it went well, by project and
file. It is named poor when even the upper end of the 90 % interval of its success is below 60 %.
"""

import argparse
import sys
from datetime import datetime

from twiceshy.config import Config
from twiceshy.records.effects import Approach, Fate, History
from twiceshy.records.look import Scope
from twiceshy.surfaces.cli.as_json import answer
from twiceshy.surfaces.cli.commands.effects import effect_lines, finite, interval, percent
from twiceshy.surfaces.cli.draw import Column, Pen, cut, number, one_line, pen_for, plural, table, terminal_width, when
from twiceshy.surfaces.cli.filters import add_filters, moment

EXAMPLE = "twiceshy history src/api/auth.py"
SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the name and the filters."""
    parser.add_argument("name", metavar="FILE|APPROACH", help="a file's path, or a habit by its slug: blind-edit")
    add_filters(parser, agent=True)
    parser.add_argument("--all", action="store_true", help="all rows")


def run(args: argparse.Namespace, config: Config) -> int:
    """Find it and show it."""
    from twiceshy.flows.effects import history  # noqa: PLC0415  # `--help` need not pay for it

    now = datetime.now().astimezone()
    found = history(config, args.name, Scope(project=args.project, agent=args.agent, since=moment(args.since, now)))
    if args.json:
        print(answer("history", finite(found)))
    else:
        print(drawn(found, now, pen_for(sys.stdout, no_color=args.no_color), everything=args.all))
    return 0


def drawn(found: History, now: datetime, pen: Pen, *, everything: bool) -> str:
    """The name, how each habit went, the edits, and where to look."""
    width, most = terminal_width(), None if everything else SHOWN
    about = f" · {one_line(found.project)}" if found.project else ""
    lines = [
        pen.bold(cut(one_line(found.name) + about, width)),
        f"{plural(found.edits, 'edit')}; {plural(found.sessions, 'judged session')}",
    ]
    if found.approaches:
        lines += ["", approach_table(found.approaches[:most], width, pen)]
    lines += [line for one in found.effects for line in effect_lines(one, width, pen)]
    if found.fates:
        lines += ["", fate_table(found.fates[:most], now, width, pen)]
    if not found.approaches and not found.fates:
        lines.append("Nothing of it was judged yet. Next: twiceshy judge")
    elif found.fates:
        lines.append(f"Next: twiceshy show {found.fates[0].session}")
    return "\n".join(lines)


def approach_table(rows: list[Approach], width: int, pen: Pen) -> str:
    """A row an approach."""
    columns = (
        Column("approach", flexible=True),
        Column("where", path=True, flexible=True),
        Column("went well", right=True),
        Column("90 %", right=True),
        Column("of", right=True),
        Column("sessions", right=True),
        Column(""),
    )
    cells = [
        (
            one.words,
            one.path or one.project,
            percent(one.success),
            interval(one.success),
            number(one.success.n),
            number(one.sessions),
            "poor" if one.poor else "",
        )
        for one in rows
    ]
    return table(columns, cells, width, pen)


def fate_table(rows: list[Fate], now: datetime, width: int, pen: Pen) -> str:
    """A row for alike edits of a session."""
    columns = (
        Column("session"),
        Column("when"),
        Column("edits", right=True),
        Column("what was done", flexible=True),
        Column("what became of it", flexible=True),
    )
    cells = [
        (one.session, when(one.at, now), number(one.edits), ", ".join(one.habits), ", ".join(one.ends) or usual(one))
        for one in rows
    ]
    return table(columns, cells, width, pen)


def usual(one: Fate) -> str:
    """Words for edits of which nothing bad is known."""
    return "unknown" if one.success is None else "nothing bad"
