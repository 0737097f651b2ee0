"""What became of the edits of a file, or of one way of working: its success with an interval, poor ones named.

FILE shows its edits by session with what was done (edited without a read, tried again, no tests after) and what became
of them. APPROACH is such a habit by its slug (`twiceshy effects` names them): how often it went well, by project and
file. It is named poor when even the upper end of the 90 % interval of its success is below 60 %.
"""

import argparse
import sys
from datetime import datetime

from twiceshy.config import Config
from twiceshy.records.effects import Approach, EditFate, OutcomeHistory
from twiceshy.records.values import Scope
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.commands.effects import effect_lines, format_interval, format_percent, make_finite
from twiceshy.surfaces.cli.draw import (
    Column,
    Pen,
    cut,
    draw_table,
    number,
    one_line,
    pen_for,
    plural,
    short_date,
    terminal_width,
)
from twiceshy.surfaces.cli.filters import add_filters, parse_since

EXAMPLE = "twiceshy history src/api/auth.py"
_MOST_ROWS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the name and the filters."""
    parser.add_argument("name", metavar="FILE|APPROACH", help="a file's path, or a habit by its slug: blind-edit")
    add_filters(parser, agent=True)
    parser.add_argument("--all", action="store_true", help="all rows")


def run(args: argparse.Namespace, config: Config) -> int:
    """Find it and show it."""
    from twiceshy.flows.judge import find_history  # noqa: PLC0415  # `--help` need not pay for it

    now = datetime.now().astimezone()
    found = find_history(
        config, args.name, Scope(project=args.project, agent=args.agent, since=parse_since(args.since, now))
    )
    if args.json:
        print(to_json("history", make_finite(found)))
    else:
        print(_render_history(found, now, pen_for(sys.stdout, no_color=args.no_color), everything=args.all))
    return 0


def _render_history(found: OutcomeHistory, now: datetime, pen: Pen, *, everything: bool) -> str:
    """Render the name, how each habit went, the edits, and where to look."""
    width, most = terminal_width(), None if everything else _MOST_ROWS
    about = f" · {one_line(found.project)}" if found.project else ""
    lines = [
        pen.bold(cut(one_line(found.name) + about, width)),
        f"{plural(found.edits, 'edit')}; {plural(found.sessions, 'judged session')}",
    ]
    if found.approaches:
        lines += ["", _approach_table(found.approaches[:most], width, pen)]
    lines += [line for one in found.effects for line in effect_lines(one, width, pen)]
    if found.fates:
        lines += ["", _fate_table(found.fates[:most], now, width, pen)]
    if not found.approaches and not found.fates:
        lines.append("Nothing of it was judged yet. Next: twiceshy judge")
    elif found.fates:
        lines.append(f"Next: twiceshy show {found.fates[0].session}")
    return "\n".join(lines)


def _approach_table(rows: list[Approach], width: int, pen: Pen) -> str:
    """Render a row for each approach."""
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
            format_percent(one.success),
            format_interval(one.success),
            number(one.success.n),
            number(one.sessions),
            "poor" if one.poor else "",
        )
        for one in rows
    ]
    return draw_table(columns, cells, width, pen)


def _fate_table(rows: list[EditFate], now: datetime, width: int, pen: Pen) -> str:
    """Render a row for each group of like edits of a session."""
    columns = (
        Column("session"),
        Column("when"),
        Column("edits", right=True),
        Column("what was done", flexible=True),
        Column("what became of it", flexible=True),
    )
    cells = [
        (
            one.session,
            short_date(one.at, now),
            number(one.edits),
            ", ".join(one.habits),
            ", ".join(one.ends) or _describe_harmless(one),
        )
        for one in rows
    ]
    return draw_table(columns, cells, width, pen)


def _describe_harmless(one: EditFate) -> str:
    """Describe edits of which nothing bad is known."""
    return "unknown" if one.success is None else "nothing bad"
