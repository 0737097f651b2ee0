"""Where the time went, as one line and as bars: by cause, with what took most of each.

Draws what it is given and counts nothing. A person's absence is told apart: beside nights no other bar can be seen.
"""

from collections.abc import Iterable, Sequence

from twiceshy.records.session_time import TimeCause, TimeReport, TimeRow
from twiceshy.screens.spend_words import has_longest, is_apart, say_time
from twiceshy.screens.terminal.formats import cut, one_line, pad, percent, plural, rough_duration
from twiceshy.screens.terminal.page import Page, keep_whole, wrap

_BLOCKS = " ▏▎▍▌▋▊▉█"
_BAR = 12
"""Columns of the longest bar: the same as the money's."""
_LEAST_S = 1.0
"""Seconds below which a cause gets no bar (guess, 2026-11-25)."""
_MOSTLY = 0.5  # of a cause that is inferred: its figure is about right (by definition: more than half)
_EMPTY = (
    "No times are stored here. `twiceshy ingest` reads your agents' logs; --since, --until, --project and --agent "
    "narrow the report."
)


def render_time(report: TimeReport, page: Page) -> str:
    """Render the bars, then what they leave out."""
    if not report.total_s:
        return _EMPTY
    rows = _pick_rows(report)
    whole = sum(row.seconds for row in rows)
    head = f"Where {rough_duration(whole)} of {plural(report.sessions, 'session')} went, each with what took most"
    lines = [page.bold(head), *(_draw_bar(row, whole, rows, page) for row in rows if row.seconds >= _LEAST_S)]
    return "\n".join([*lines, "", *(page.dim(line) for line in _list_notes(report, page))])


def render_time_line(causes: Iterable[TimeRow], page: Page) -> str:
    """Render what a person waited for in one line, the longest first; empty where no log has times.

    A row that does not fit is left out, with all that are shorter.
    """
    line = ""
    for row in causes:
        if is_apart(row) or row.name == TimeCause.BETWEEN:
            continue
        about = "about " if row.inferred_s > _MOSTLY * row.seconds else ""
        part = f"{say_time(row)} {about}{rough_duration(row.seconds)}"
        longer = f"{line} · {part}" if line else f"Time   {part}"
        if row.seconds < _LEAST_S or len(longer) > page.width:
            break
        line = longer
    return line


def _pick_rows(report: TimeReport) -> list[TimeRow]:
    """Return the causes without the person's absence and what nothing explains, the longest first."""
    return [row for row in report.causes if not is_apart(row)]


def _draw_bar(row: TimeRow, whole: float, rows: Sequence[TimeRow], page: Page) -> str:
    """Draw time, share, bar, name and what took most of a row."""
    eighths = round(8 * _BAR * row.seconds / max(one.seconds for one in rows))
    bar = _BLOCKS[8] * (eighths // 8) + (_BLOCKS[eighths % 8] if eighths % 8 else "")
    line = f"{rough_duration(row.seconds):>8} {percent(row.seconds / whole):>5} {pad(bar, _BAR)} {say_time(row)}"
    if not has_longest(row):
        return line
    took = f" {rough_duration(row.item_s)}"
    room = page.width - len(line) - 2 - len(took)
    return f"{line}: {cut(one_line(row.item), room)}{took}" if room > len("a name") else line


def _list_notes(report: TimeReport, page: Page) -> list[str]:
    apart = {row.name: row for row in report.causes if is_apart(row)}
    notes = []
    if away := apart.get(TimeCause.AWAY.value):
        notes.append(f"{rough_duration(away.seconds)} more you were away: pauses of 10 minutes and longer")
    if unknown := apart.get(TimeCause.UNKNOWN.value):
        notes.append(
            f"{rough_duration(unknown.seconds)} more nothing in the logs explains: calls over a night, times not logged"
        )
    if inferred := sum(row.inferred_s for row in report.causes):
        notes.append(
            f"{rough_duration(inferred)} of the waiting for your OK is inferred: calls that took far longer than usual"
        )
    if report.parallel_s >= _LEAST_S:
        notes.append(f"{rough_duration(report.parallel_s)} of calls and subagents ran beside another, in no row")
    if report.untimed:
        notes.append(f"{plural(report.untimed, 'session')} without times in the log: in no row")
    notes.append(
        "Next: " + keep_whole("twiceshy report cost") + " · every cell: " + keep_whole("twiceshy report spend --json")
    )
    return [line for note in notes for line in wrap(note, page.width)]
