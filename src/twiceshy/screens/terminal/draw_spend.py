"""Where the money went, as bars: by cause, by what it was paid for, by what was done for it and what became of that.

Draws what it is given and counts nothing.
"""

from collections.abc import Sequence

from twiceshy.records.spend import EndingRow, SpendGroup, SpendReport, SpendRow
from twiceshy.screens.spend_words import has_item, name_cause, say_cause
from twiceshy.screens.terminal.draw_cost import dollars
from twiceshy.screens.terminal.draw_time import render_time
from twiceshy.screens.terminal.formats import amount, cut, cut_path, one_line, pad, percent, plural
from twiceshy.screens.terminal.page import Page, wrap

_BLOCKS = " ▏▎▍▌▋▊▉█"
_BAR = 12
"""Columns of the longest bar (guess, 2026-11-25: beside it 80 columns hold a file's name)."""
_MOST_CAUSES = 10  # drawn with a line of their own (guess, 2026-11-25: with all else 25 lines)
_LEAST_SHARE = 0.01  # of a row of work that is drawn (guess, 2026-11-25)
_MOST_NAMED = 2  # causes of a row (guess, 2026-11-25: what 80 columns hold)
_Row = SpendRow | EndingRow | SpendGroup
_WHOLE_FROM = 10.0  # dollars, from which cents are not shown in a sentence (guess, 2026-11-25)
_EMPTY = (
    "No token counts are stored here. `twiceshy ingest` reads your agents' logs; --since, --until, --project and "
    "--agent narrow the report."
)


def render_spend(report: SpendReport, page: Page) -> str:
    """Render the bars of money and of time, and what the numbers leave out."""
    if not report.tokens and not report.total_usd and not report.time.total_s:
        return _EMPTY
    parts = [_render_money(report, page)] if report.tokens or report.total_usd else []
    parts += [render_time(report.time, page)] if report.time.total_s else []
    return "\n\n".join(parts)


def _render_money(report: SpendReport, page: Page) -> str:
    head = f"Where {dollars(report.total_usd)} of {plural(report.sessions, 'session')} went"
    lines = [page.bold(f"{head}, each with its dearest part")]
    lines += _draw_causes(report.causes, page)
    if report.rows:
        most = "what it did most for it" if report.rows_by == "model" else "its dearest causes"
        lines += ["", page.bold(f"The same money by {report.rows_by}, each with {most}")]
        lines += [_draw_group(row, report.rows, page) for row in report.rows]
    lines += ["", page.bold("The same money by what was paid for")]
    lines += [_draw_bar(row.name, row, report.mechanisms, page) for row in report.mechanisms]
    if report.work:
        lines += ["", page.bold("The same money by what the model did in each request")]
        lines += [_draw_bar(row.name, row, report.work, page) for row in report.work if row.share >= _LEAST_SHARE]
    if report.endings:
        lines += ["", page.bold("The same money by what became of the work, task by task")]
        lines += [_draw_bar(_say_ending(row), row, report.endings, page) for row in report.endings]
    return "\n".join([*lines, "", *(page.dim(line) for line in _list_notes(report, page))])


def round_dollars(spent: float) -> str:
    """Return dollars for a sentence: whole ones where cents say nothing.

    >>> round_dollars(1217.1), round_dollars(4.256)
    ('$1,217', '$4.26')
    """
    return f"${spent:,.0f}" if spent >= _WHOLE_FROM else dollars(spent)


def _draw_causes(rows: Sequence[SpendRow], page: Page) -> list[str]:
    lines = [_draw_bar(say_cause(row), row, rows, page) for row in rows[:_MOST_CAUSES]]
    rest = rows[_MOST_CAUSES:]
    if rest:
        lines.append(f"{dollars(sum(row.usd for row in rest)):>11}  {', '.join(say_cause(row) for row in rest)}")
    return lines


def _draw_bar(name: str, row: _Row, rows: Sequence[_Row], page: Page) -> str:
    """Draw dollars, share, bar, name and the dearest item of a row."""
    most = max((one.usd for one in rows), default=0.0)
    eighths = round(8 * _BAR * row.usd / most) if most else 0
    bar = _BLOCKS[8] * (eighths // 8) + (_BLOCKS[eighths % 8] if eighths % 8 else "")
    line = f"{dollars(row.usd):>11} {percent(row.share):>5} {pad(bar, _BAR)} {name}"
    if not isinstance(row, SpendRow) or not has_item(row):
        return line
    price = f" {dollars(row.item_usd)}"
    room = page.width - len(line) - 2 - len(price)
    item = one_line(row.item)
    return f"{line}: {(cut_path if '/' in item else cut)(item, room)}{price}" if room > len("a name") else line


def _draw_group(row: SpendGroup, rows: Sequence[SpendGroup], page: Page) -> str:
    most = ", ".join(
        f"{name_cause(part)} {percent(share)}" for part, share in list((row.causes or row.work).items())[:_MOST_NAMED]
    )
    return cut(_draw_bar(f"{one_line(row.name)}: {most or 'no known price'}", row, rows, page), page.width)


def _say_ending(row: EndingRow) -> str:
    return f"{row.name}: {plural(row.tasks, 'task')}" if row.tasks else row.name


def _list_notes(report: SpendReport, page: Page) -> list[str]:
    notes = [
        f"{dollars(row.usd)} of it were {plural(row.requests, 'request')} of {row.name}"
        for row in report.tags
        if row.share >= _LEAST_SHARE
    ]
    if report.commits:
        each = dollars(report.total_usd / report.commits)
        notes.append(f"{plural(report.commits, 'commit')} by the agent itself: {each} for each")
    if report.unpriced:
        notes.append(f"{amount(report.unpriced)} tokens of models without a known price cost nothing here")
    if report.partial:
        notes.append(
            f"at least this much: the log has only a part of the tokens of {plural(report.partial, 'message')}"
        )
    notes.append(
        f"A part of the context pays its share of each request that it was sent with. List prices: {report.prices}"
    )
    return [line for note in notes for line in wrap(note, page.width)]
