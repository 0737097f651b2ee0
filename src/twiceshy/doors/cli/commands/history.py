"""Show what became of a file's edits, or of one way of working: its success with an interval; poor ones are marked.

FILE lists the file's edits by session: what was done (edited without a read, tried again, no tests after) and what
became of them. APPROACH is such a habit by its slug (`twiceshy effects` names them): how often it went well, by
project and file. What nothing proves is unknown and counts on neither side. An approach is poor when the upper end of
the 90 % interval of its success is below 60 %, even if all that is unknown went well.
"""

import argparse

from twiceshy.base.config import Config
from twiceshy.doors.cli.commands.effects import effect_lines
from twiceshy.doors.cli.filters import add_filters, find_scope
from twiceshy.doors.cli.prepare_report import complete_judging
from twiceshy.judgement import recipes as judge
from twiceshy.records.effects import EditFate, OutcomeHistory
from twiceshy.records.lessons import Approach
from twiceshy.screens.terminal.formats import cut, interval, number, one_line, plural, rate, short_date
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer, terminal_width

EXAMPLE = "twiceshy history src/api/auth.py"
_MOST_ROWS = 20  # rows without --all (guess, 2026-11-21)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the name and the filters."""
    parser.add_argument("name", metavar="FILE|APPROACH", help="a file's path, or a habit by its slug: blind-edit")
    add_filters(parser, agent=True)
    parser.add_argument("--all", action="store_true", help="show all rows")


def run(args: argparse.Namespace, config: Config) -> int:
    """Find it and show it."""
    complete_judging(args, config)
    found = judge.find_history(config, args.name, find_scope(args, config))
    return print_answer(args, "history", found, lambda page: _render_history(found, page, everything=args.all))


def _render_history(found: OutcomeHistory, page: Page, *, everything: bool) -> str:
    """Render the name, how each habit went, the edits, and where to look."""
    width, most = terminal_width(), None if everything else _MOST_ROWS
    about = f" · {one_line(found.project)}" if found.project else ""
    lines = [
        page.bold(cut(one_line(found.name) + about, width)),
        f"{plural(found.edits, 'edit')}; {plural(found.sessions, 'judged session')}{_describe_ends(found)}",
    ]
    if found.approaches:
        lines += ["", _approach_table(found.approaches[:most], page)]
    lines += [line for one in found.effects for line in effect_lines(one, page)]
    if found.fates:
        lines += ["", _fate_table(found.fates[:most], page)]
    if not found.approaches and not found.fates:
        lines.append("No edit of it is judged yet. Next: twiceshy judge")
    elif found.fates:
        lines.append(f"Next: twiceshy show {found.fates[0].session}")
    return "\n".join(lines)


def _describe_ends(found: OutcomeHistory) -> str:
    """Describe how many edits went well of those of which that is known; nothing where none is judged."""
    if not found.known + found.unknown:
        return ""
    return f"; went well {number(found.went_well)} of {number(found.known)} known, {number(found.unknown)} unknown"


def _approach_table(rows: list[Approach], page: Page) -> str:
    """Render a row for each approach."""
    columns = (
        Column("approach", flexible=True),
        Column("where", path=True, flexible=True),
        Column("went well", right=True),
        Column("90 %", right=True),
        Column("known", right=True),
        Column("unknown", right=True),
        Column("sessions", right=True),
        Column(""),
    )
    cells = [
        (
            one.words,
            one.path or one.project,
            rate(one.success, 0),
            interval(one.success, 0),
            number(one.known),
            number(one.unknown),
            number(one.sessions),
            "poor" if one.poor else "",
        )
        for one in rows
    ]
    return draw_table(columns, cells, page)


def _fate_table(rows: list[EditFate], page: Page) -> str:
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
            short_date(one.at, page.now),
            number(one.edits),
            ", ".join(one.habits),
            ", ".join(one.ends) or _describe_harmless(one),
        )
        for one in rows
    ]
    return draw_table(columns, cells, page)


def _describe_harmless(one: EditFate) -> str:
    """Describe edits without a bad outcome."""
    return "unknown" if one.success is None else "went well"
