"""What was spent, as a table: a row for each day, project, model and so on, and their total.

Draws what it is given and counts nothing. A cost that is not whole has a ``+`` behind it: some of its tokens have no
known price, or the log holds only a part of them.
"""

from datetime import date, datetime

from twiceshy.records.costs import BlockFigure, CostGroup, CostReport, CostRow
from twiceshy.records.spending import LostAgents
from twiceshy.screens.terminal.formats import amount, cut, day, number, one_line, plural, rough_duration
from twiceshy.screens.terminal.page import Page
from twiceshy.screens.terminal.paragraphs import wrap
from twiceshy.screens.terminal.tables import Column, draw_table

_WIDE = 110
"""Columns from which tokens are shown whole, as ccusage does (guess, 2026-11-22: eight columns of them fit)."""
_MOST_NAMED = 3  # models without a price that are named (guess, 2026-11-22)
_LONGEST_NAME = 48
"""Columns of a model's name in a sentence (measured 2026-11-22: the longest of the price list)."""
_EMPTY = (
    "No token counts are stored here. `twiceshy ingest` reads your agents' logs; --since, --until, --project and "
    "--agent narrow the report."
)
_TITLES = {CostGroup.DAY: "date", CostGroup.WEEK: "week of", CostGroup.BLOCK: "block from"}


def dollars(spent: float) -> str:
    """Return dollars to the cent: ``$1,234.50``.

    >>> dollars(1234.5), dollars(0.004)
    ('$1,234.50', '$0.00')
    """
    return f"${spent:,.2f}"


def render_cost(report: CostReport, page: Page) -> str:
    """Render the table, then what the numbers leave out."""
    if not report.total.messages:
        return _EMPTY
    rows = [_draw_row(row, report.by, page) for row in report.rows] + [_draw_row(report.total, report.by, page)]
    lines = [draw_table(_columns_of(report.by, page), rows, page)]
    for block in report.blocks:
        if block.active:
            lines += wrap(describe_block(block), page.width)
    return "\n".join([*lines, *(page.dim(line) for line in _list_notes(report, page))])


def _columns_of(by: CostGroup, page: Page) -> list[Column]:
    wide = page.width >= _WIDE
    kinds = ["input", "output", "cache write" if wide else "written", "cache read" if wide else "read"]
    return [
        Column(_TITLES.get(by, by.value), flexible=by in {CostGroup.PROJECT, CostGroup.MODEL}),
        *([] if by is CostGroup.MODEL else [Column("about" if by is CostGroup.SESSION else "models", flexible=True)]),
        *(Column(kind, right=True) for kind in (*kinds, "tokens", "cost")),
    ]


def _draw_row(row: CostRow, by: CostGroup, page: Page) -> list[str]:
    show = number if page.width >= _WIDE else amount
    tokens = row.tokens
    about = row.title if by is CostGroup.SESSION else ", ".join(row.models)
    return [
        _name_row(row, by, page),
        *([] if by is CostGroup.MODEL else ["" if row.name == "total" else about]),
        *(show(count) for count in (tokens.input, tokens.output, tokens.cache_write, tokens.cache_read, tokens.total)),
        _draw_dollars(row),
    ]


def _draw_dollars(row: CostRow) -> str:
    """Return what a row cost: marked where that is a lower bound, in words where nothing of it is known."""
    if row.unpriced == row.tokens.total > 0 or (not row.tokens.total and row.lost.unknown and not row.dollars):
        return "unknown"
    return dollars(row.dollars) + ("+" if row.unpriced or row.partial else "")


def _name_row(row: CostRow, by: CostGroup, page: Page) -> str:
    if by is CostGroup.BLOCK and row.name != "total":
        at = datetime.fromisoformat(row.name).astimezone(page.now.tzinfo)
        return f"{day(at)} {at:%H:%M}"
    if by in {CostGroup.DAY, CostGroup.WEEK} and row.name[:1].isdigit():
        return day(date.fromisoformat(row.name))
    return row.name


def describe_block(block: BlockFigure) -> str:
    """Describe the block that goes on: what is left of it, how fast it spends, and where that leads."""
    words = f"this block: {dollars(block.row.dollars)}, {rough_duration(block.left_s)} left"
    if block.dollars_per_hour is None or block.projected_dollars is None:
        return words
    return f"{words}, {dollars(block.dollars_per_hour)} an hour, {dollars(block.projected_dollars)} at its end if so"


def list_lost(lost: LostAgents) -> list[str]:
    """Describe the subagents whose logs are missing, and what of them is in the cost; empty where there are none.

    >>> list_lost(LostAgents(4, 3))
    ['+ 7 subagents whose logs are missing: 4 priced by the last message alone, 3 unknown']
    """
    if not sum(lost):
        return []
    whose = "whose log is" if sum(lost) == 1 else "whose logs are"
    parts = [f"{number(lost.counted)} priced by the last message alone"] if lost.counted else []
    parts += [f"{number(lost.unknown)} unknown"] if lost.unknown else []
    return [f"+ {plural(sum(lost), 'subagent')} {whose} missing: {', '.join(parts)}"]


def _list_notes(report: CostReport, page: Page) -> list[str]:
    """Return what the numbers leave out, and where the prices are from."""
    notes = []
    if report.unpriced:
        named = ", ".join(
            f"{cut(one_line(one.model), _LONGEST_NAME)} ({amount(one.tokens)} tokens)"
            for one in report.unpriced[:_MOST_NAMED]
        )
        more = f" and {len(report.unpriced) - _MOST_NAMED} more" if len(report.unpriced) > _MOST_NAMED else ""
        notes.append(f"without a known price: {named}{more}; set your own: cost.prices")
    lost = report.total.lost
    if partial := report.total.partial - sum(lost):
        notes.append(
            f"+ means: at least this much; the log has only a part of the tokens of {number(partial)} "
            f"of {plural(report.total.messages - lost.counted, 'message')}"
        )
    notes += list_lost(lost)
    if report.uncounted:
        notes.append(f"{plural(report.uncounted, 'session')} without token counts: what they cost is not in here")
    notes.append(f"list prices: {report.prices}")
    return [cut(line, page.width) for note in notes for line in wrap(note, page.width)]
