"""What was spent, as a table: a row for each day, project, model and so on, and their total.

Draws what it is given and counts nothing. A cost that is not whole has a ``+`` behind it: some of its tokens have no
known price, or the log holds only a part of them.
"""

import json
import sys
from datetime import date, datetime
from typing import NamedTuple

from twiceshy.records.spending import BlockFigure, CostGroup, CostReport, CostRow, LostAgents, NextRequest, SpendingNow
from twiceshy.screens.terminal.formats import amount, cut, day, number, one_line, plural, rough_duration
from twiceshy.screens.terminal.page import Column, Page, draw_table, wrap

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


# One line for an agent's status line: what today, this block and this session cost.
#
# The client hands its session over as JSON on stdin. What it says of the session's cost is newer than any log that was
# read; the rest is as of the newest message that is stored, and the line says of when that is.

_LARGEST = 64 << 10  # characters of what a client hands over: ten times what it takes (guess, 2026-11-22)
_MOST_DOLLARS = 1e6  # of a session (guess, 2026-11-22): more is no cost


class ClientStatus(NamedTuple):
    """What the client says of its session; None where it says nothing."""

    session: str | None
    dollars: float | None


def read_client_status() -> ClientStatus:
    """Return what the client handed over on stdin; nothing where a person types the command."""
    return ClientStatus(None, None) if sys.stdin.isatty() else parse_client_status(sys.stdin.read(_LARGEST))


def parse_client_status(text: str) -> ClientStatus:
    """Return the session's id and cost from a client's JSON; whatever is no such JSON says nothing.

    >>> parse_client_status('{"session_id": "one", "cost": {"total_cost_usd": 0.5}}')
    ClientStatus(session='one', dollars=0.5)
    """
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return ClientStatus(None, None)
    if not isinstance(said, dict):
        return ClientStatus(None, None)
    session, cost = said.get("session_id"), said.get("cost")
    total = cost.get("total_cost_usd") if isinstance(cost, dict) else None
    spent = float(total) if isinstance(total, int | float) and 0 <= total <= _MOST_DOLLARS else None
    return ClientStatus(session if isinstance(session, str) else None, None if isinstance(total, bool) else spent)


def _say_next(request: NextRequest, now: datetime) -> str:
    """Return what the next request costs for its context, and until when."""
    left_s = (request.cold_at - now).total_seconds()
    if left_s <= 0:
        return f"next request {dollars(request.cold)}, its cache is cold"
    return f"next request {dollars(request.warm)}, in {rough_duration(left_s)} {dollars(request.cold)}"


def render_status_line(now: SpendingNow, client: ClientStatus, page: Page) -> str:
    """Render the line."""
    session = now.session if client.dollars is None else client.dollars
    parts = [f"session {dollars(session)}"] if session is not None else []
    if now.last is None:
        return " · ".join(["today: no log read yet", *parts])
    of = f" of {dollars(now.budget)}" if now.budget else ""
    parts.insert(0, f"today {dollars(now.today)}{'+' if now.partial else ''}{of}")
    if now.next is not None:
        parts.append(_say_next(now.next, page.now))
    if now.block is not None:
        rate = now.block.dollars_per_hour
        speed = "" if rate is None else f", {dollars(rate)} an hour"
        parts.append(f"block {dollars(now.block.row.dollars)}, {rough_duration(now.block.left_s)} left{speed}")
    at = now.last.astimezone(page.now.tzinfo)
    return " · ".join([*parts, f"as of {at:%H:%M}"])
