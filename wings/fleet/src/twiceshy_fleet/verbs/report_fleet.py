"""What `fleet report` answers: what is worth doing in a whole organisation, then its figures by one dimension."""

import argparse

from twiceshy.base.config import Config
from twiceshy.doors.web import fleet_rows
from twiceshy.doors.web.dashboard.asked import LinkedCell, RowTable
from twiceshy.records.fleet import FleetReport
from twiceshy.screens.number_words import make_page_words
from twiceshy.screens.terminal.formats import one_line
from twiceshy.screens.terminal.page import Column, Page, draw_table, fill, print_answer, wrap
from twiceshy_fleet import recipes as fleet

_MOST_ROWS = 12  # of a table without `--all` (guess, 2026-11-23: with what is above it one screen)
_RANKS = {
    "corrected": 3,
    "rolled back": 4,
    "people": 2,
    "tokens": 5,
    "teams": 6,
    "repositories": 7,
    "says most often": 1,
}
"""Columns that a narrow terminal does without, the highest first (guess, 2026-11-23)."""
_INDENT = 3  # columns below the number of a thing worth doing, as in `report` (convention)
_NOTHING = "Nothing stands out: no mistake was made in two sessions."


def show_report(args: argparse.Namespace, config: Config) -> int:
    """Say what an output holds."""
    found = fleet.build_fleet_report(config, args.output, args.by, args.team)
    return print_answer(args, "fleet-report", found, lambda page: _draw(found, page, whole=args.all))


def _draw(found: FleetReport, page: Page, *, whole: bool) -> str:
    """Render what is worth doing, the groups, what a reader must know, and how to go on."""
    words = make_page_words()
    lines = [page.bold(line) for line in wrap(one_line(fleet_rows.describe_whole(found, words)), page.width)]
    lines += wrap(" ".join(fleet_rows.describe_limits(found, words)), page.width)
    lines += ["", *_draw_worth(found, page), ""]
    tables = fleet_rows.draw_all(found, words) if whole else (fleet_rows.draw_groups(found, words),)
    for table in tables:
        lines += [page.bold(table.title), _draw_rows(table, page, whole=whole)]
        lines += [page.dim(line) for line in wrap(table.note, page.width)]
        lines.append("")
    lines.append(fill(_describe_next(found, whole=whole), page.width))
    return "\n".join(lines)


def _draw_worth(found: FleetReport, page: Page) -> list[str]:
    worth = fleet_rows.list_worth_doing(found, make_page_words())
    if not worth:
        return wrap(_NOTHING, page.width)
    lines = []
    for number, one in enumerate(worth, 1):
        lines += [page.bold(line) for line in wrap(f"{number}  {one_line(one.says)}", page.width, hang=_INDENT)]
        lines += wrap(one_line(f"{one.cost} · {one.do}"), page.width, indent=_INDENT)
    return lines


def _draw_rows(table: RowTable, page: Page, *, whole: bool) -> str:
    shown = table.rows if whole else table.rows[:_MOST_ROWS]
    cells = [[cell.text if isinstance(cell, LinkedCell) else cell for cell in row] for row in shown]
    columns = [
        Column(title.upper(), right=at in table.counts, flexible=at not in table.counts, rank=_RANKS.get(title, 0))
        for at, title in enumerate(table.columns)
    ]
    more = [f"and {len(table.rows) - len(shown):,} more: --all"] if len(table.rows) > len(shown) else []
    return "\n".join([draw_table(columns, cells, page, empty=table.empty), *more])


def _describe_next(found: FleetReport, *, whole: bool) -> str:
    """Describe which calls go on from here."""
    place = one_line(found.output)
    others = [f"twiceshy fleet report {place} --by {by}" for by in fleet_rows.DIMENSIONS if by != found.by][:2]
    rest = [] if whole else [f"twiceshy fleet report {place} --all"]
    return f"Next: {' · '.join([*rest, *others])}. Cost at the prices of {found.prices}."
