"""Files that agents edited, those that went badly first; each leads to its history."""

from twiceshy.doors.web.dashboard.asked import Asked, Drawn, describe_window
from twiceshy.doors.web.dashboard.habits_page import link_history
from twiceshy.doors.web.dashboard.row_tables import LinkedCell, RowTable
from twiceshy.recipes import look
from twiceshy.records.figures import FileFigure
from twiceshy.records.report import Report, ReportSection


def read_files(asked: Asked) -> Report:
    """Return what `twiceshy report edits` says."""
    return asked.kept.ask(
        ("edits", asked.scope),
        lambda: look.build_report(asked.config, look.choose_scope(asked.config, asked.scope), (ReportSection.EDITS,)),
    )


def draw_files(found: Report, asked: Asked) -> Drawn:
    """Draw a row for each file."""
    table = RowTable(
        "Edited files",
        ("file", "project", "tries", "failed", "refused", "sessions", "with a failed or refused try"),
        [_draw_file(one, asked) for one in found.files],
        "No edit is stored for these sessions.",
        frozenset({2, 3, 4, 5, 6}),
        "A try is an edit that the agent asked for, whatever became of it.",
    )
    says = f"{asked.words.plural(len(found.files), 'file')} {describe_window(found.overview, asked)}."
    values = {"heading": "Files", "lead": (says,), "filtered": True, "parts": (), "tables": (table,)}
    return Drawn("table_page.html", values)


def _draw_file(one: FileFigure, asked: Asked) -> tuple[LinkedCell | str, ...]:
    return (
        LinkedCell(one.path, link_history(one.path, asked)),
        one.project,
        asked.words.number(one.edits),
        asked.words.number(one.failed),
        asked.words.number(one.rejected),
        asked.words.number(one.sessions),
        asked.words.number(one.bad_sessions),
    )
